#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages, manual pages, completion and prmem(8).
#
#   deb.sh          what takes half a minute
#   deb.sh --full   and installs, upgrades and removes them in a new Debian, whose
#                   mirror is that of this machine's apt (2 more minutes)

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=tests/check.sh
. "$here/check.sh"

# same A B: two texts.
same() { diff <(echo "$1") <(echo "$2"); }

# says STATUS REGEX COMMAND...: it ends like that, with a line like that.
says() {
	local want=$1 regex=$2 out status=0
	shift 2
	out=$("$@" 2>&1) || status=$?
	echo "status $status: $out"
	[ "$status" = "$want" ] && grep -qE -- "$regex" <<< "$out"
}

#
# In a new Debian: --root DIR PACKAGES, run by mmdebstrap.
#

inside() { chroot "$root" env LC_ALL=C DEBIAN_FRONTEND=readline "$@" < /dev/null; }

# What packages may leave a trace in; apt's and dpkg's own notes are no trace.
snapshot() {
	inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /var/log \
		-o -path /var/cache -o -path '/var/lib/dpkg/*' -o -path '/var/lib/apt/*' \) -prune \
		-o -print | sort
}

install_debs() { # FOLDER VERSION
	inside apt-get -q -y --no-install-recommends install \
		"$1"/prmem-{dkms_"$2"_all,tools_"$2"_amd64,doc_"$2"_all}.deb
}

built() { # VERSION
	says 0 "^version: +$1\$" inside modinfo -k "$release" prmem &&
		says 0 "^prmem/$1, $release, x86_64: installed\$" inside dkms status &&
		[ "$(inside dkms status | wc -l)" = 1 ] &&
		same "$(cd "$root/usr/src" && echo prmem-*)" "prmem-$1"
}

# systemd_loads ERRNO: what it does when the module says so.
systemd_loads() {
	inside env LD_PRELOAD=/tmp/kmod.so ERRNO="$1" /lib/systemd/systemd-modules-load
}

# Neither systemctl status nor a person at the console is to see a failure.
harmless() { says 0 "$2" systemd_loads "$1"; }

gone() {
	inside apt-get -q -y purge prmem-dkms prmem-tools prmem-doc &&
		diff "$packages/before" <(snapshot) && ! inside dpkg -l 'prmem*' | grep '^[a-z]'
}

if [ "${1:-}" = --root ]; then
	root=$2 packages=$3
	release=$(basename "$(ls -d "$root"/lib/modules/*)")
	mkdir -p "$root"/lib/modules/{5.9.0-fake,6.1.0-no-headers} "$root"/tmp/{1,2}
	cp -P "$root/lib/modules/$release/build" "$root/lib/modules/5.9.0-fake/"
	cp "$packages"/1/*.deb "$root/tmp/1/"
	cp "$packages"/2/*.deb "$root/tmp/2/"
	cp "$packages/kmod.so" debian/tests/installed "$root/tmp/"
	inside depmod "$release" 2> /dev/null
	snapshot > "$packages/before"
	version=$(dpkg-deb -f "$packages"/1/prmem-dkms_*.deb Version)

	check "apt installs the packages" install_debs /tmp/1 "$version"
	check "the module is built and installed" built "$version"
	check "a kernel that is not supported, or has no headers, has none" \
		same "$(inside find /lib/modules/ -name 'prmem.ko*')" \
		"/lib/modules/$release/updates/dkms/prmem.ko"
	check "prmem(8) says that nothing is loaded" says 3 "not loaded" inside prmem status
	check "the packages' own test" inside sh /tmp/installed
	check "boot: nothing fails without a reservation (ENODEV)" harmless 19 "No such device"
	check "boot: nothing fails without a module" harmless lost "Failed to find module 'prmem'"
	check "boot: refused memory is a failure (EUCLEAN)" says 1 "Structure needs cleaning" \
		systemd_loads 117
	check "the remove rule holds beside a file of the administrator's" \
		says 0 "^remove prmem /usr/lib/prmem/remove" inside sh -c \
		'echo options prmem disks=a:1G > /etc/modprobe.d/prmem.conf; modprobe -c; rm /etc/modprobe.d/prmem.conf'
	check "apt upgrades" install_debs /tmp/2 "$version.1"
	check "the new module takes the place of the old one" built "$version.1"
	check "apt installs the same again" inside apt-get -q -y --reinstall install \
		/tmp/2/prmem-dkms_"$version.1"_all.deb
	check "still there" built "$version.1"
	check "purge leaves nothing" gone
	echo "$passed $failed" > "$packages/counts"
	exit
fi

#
# The packages.
#

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$here/need.sh" dpkg-dev debhelper dh-dkms lintian man-db bash-completion shellcheck git

# copy DIR: of the checkout as it stands.
copy() {
	mkdir -p "$1"
	git -C "$top" ls-files -z --cached --others --exclude-standard --deduplicate |
		(cd "$top" && xargs -0 sh -c 'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh) |
		tar -C "$top" --null -T - -cf - | tar -C "$1" -xf -
}

# build DIR CACHE: prints where the packages are.
build() { PRMEM_CACHE=$2 "$1/debian/build.sh" 2> "$2.log" || { cat "$2.log" >&2; return 1; }; }

listing() { (cd "$1" && find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum); }

copy "$tmp/one"
listing "$tmp/one" > "$tmp/before"
out=$(build "$tmp/one" "$tmp/cache1")
# The same from a clone at another place, at another time, with other habits.
(umask 077 && copy "$tmp/other/place" && cd "$tmp/other/place" && chmod -R go= . && git init -q && git add -A)
find "$tmp/other" -exec touch -h -d '2001-02-03 04:05:06' {} +
again=$(umask 077 && TZ=Pacific/Chatham LC_ALL=C.UTF-8 build "$tmp/other/place" "$tmp/cache2")

version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
deb() { echo "$out/prmem-$1_${version}"_a*.deb; }

reproducible() {
	diff <(cd "$out" && sha256sum ./*.deb ./*.tar.xz ./*.dsc) \
		<(cd "$again" && sha256sum ./*.deb ./*.tar.xz ./*.dsc)
}

one_version() {
	same "$(dpkg-parsechangelog -l "$top/debian/changelog" -S Version)" "$version" &&
		[ -e "$(deb dkms)" ] && [ -e "$(deb tools)" ] && [ -e "$(deb doc)" ]
}

# contents PACKAGE: its files, but for those that every package has.
contents() {
	dpkg-deb --fsys-tarfile "$(deb "$1")" | tar -tf - | sed -n 's,^\.,,p' |
		grep -v -e '/$' -e '/copyright$' -e '/changelog.gz$' | sort
}

has_module() {
	local want
	want=$(cd "$tmp/one" && find Kbuild Makefile dkms.conf include module -type f ! -path '*/conf/*' |
		sed "s,^,/usr/src/prmem-$version/,"; echo /usr/share/doc/prmem-dkms/README.Debian.gz)
	same "$(sort <<< "$want")" "$(contents dkms)"
}

# All that make install-conf installs.
has_tools() {
	make -s -C "$tmp/one" install-conf DESTDIR="$tmp/conf"
	same "$(cd "$tmp/conf" && find . -type f | sed 's,^\.,,; s,/man/.*,&.gz,' | sort)" \
		"$(contents tools)"
}

# Every place that a document of the package leads to.
has_documents() {
	local doc=$tmp/doc file link
	dpkg-deb -x "$(deb doc)" "$doc"
	cd "$doc/usr/share/doc/prmem-doc" || return
	for file in README.md DESIGN.md SPEC.md shim-patch/README.md; do
		for link in $(grep -oE '\]\([^)#:]+\)' "$file" | tr -d '])('); do
			[ -e "$(dirname "$file")/$link" ] || echo "$file: no $link"
		done
	done > "$tmp/dead"
	cat "$tmp/dead"
	[ ! -s "$tmp/dead" ] && ls shim-patch/*/*.patch &&
		same "$(diff -r "$tmp/one/shim-patch" shim-patch)" "Only in $tmp/one/shim-patch: check.sh"
}

scripts_sound() {
	local script
	for package in dkms tools doc; do
		dpkg-deb -e "$(deb $package)" "$tmp/$package"
	done
	same "$(cd "$tmp" && find dkms tools doc -maxdepth 1 -name 'p[or]*' | sort)" $'dkms/postinst\ndkms/prerm' ||
		return 1
	for script in "$tmp"/dkms/{postinst,prerm}; do
		sh -n "$script" && shellcheck -S error "$script" || return 1
		# What is loaded and mounted is nobody's business.
		! grep -nE 'modprobe|rmmod|insmod|ndctl|umount|udevadm|systemctl' "$script" || return 1
	done
}

root=()
[ "$(id -u)" != 0 ] || root=(--allow-root)

check "the checkout stays as it was" diff "$tmp/before" <(listing "$tmp/one")
check "another place, time, umask and time zone: the same packages" reproducible
check "one version: changelog, dkms.conf, packages" one_version
check "lintian finds nothing" lintian "${root[@]}" --fail-on error,warning,info \
	--display-info "$out/prmem_${version}_amd64.changes"
check "prmem-dkms: all that the module is built from, and README.Debian" has_module
check "prmem-tools: all that make install installs beside it" has_tools
check "prmem-doc: no dead links" has_documents
check "prmem-dkms depends on dkms" says 0 "dkms \(>= " dpkg-deb -f "$(deb dkms)" Depends
check "maintainer scripts: sound, and they leave a loaded module alone" scripts_sound

#
# The manual pages.
#

man=$top/Documentation/man

clean_man() {
	local out
	out=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" \
		2>&1 > /dev/null) && [ -z "$out" ] || { echo "$out"; return 1; }
	says 0 '"prmem(-fsck)? - [a-z]' lexgrog "$1"
}

# section NAME: its tagged paragraphs' tags, without fonts and variables.
section() {
	awk -v want="$1" '
		/^\.SH / { inside = ($0 == ".SH " want) }
		inside && tag { print; tag = 0 }
		inside && /^\.TP/ { tag = 1 }' "$man/prmem.4" |
		sed 's/^\.[A-Z]* //; s/\\f[A-Z]//g; s/\\-/-/g; s/"//g'
}

same_sysfs() {
	same "$(sed -n 's,^What:\s*/sys/kernel/prmem/,,p' "$top"/Documentation/ABI/testing/* | sort)" \
		"$(section "FILES IN SYSFS" | sed 's/ .*//' | sort)"
}

same_parameters() {
	module_parameters "The module (" "MODULE PARAMETERS" "$top"/module/*.c &&
		module_parameters "The module prmem_log (" "LOGS OF EARLIER KERNELS" "$top"/module/log/*.c
}

# module_parameters PARAGRAPH SECTION FILE...: in the files, in prmem.4 and in kernel-parameters.txt.
module_parameters() {
	local paragraph=$1 section=$2 want
	shift 2
	want=$(sed -n 's/^MODULE_PARM_DESC(\([a-z_]*\),.*/\1/p' "$@" | sort)
	[ -n "$want" ] || { echo "no parameters in $*"; return 1; }
	same "$want" "$(section "$section" | sed 's/=.*//' | sort)" &&
		same "$want" "$(awk -v begin="$paragraph" '
			/^The / { inside = index($0, begin) == 1 }
			inside && /^\t[a-z_]+=/ { sub(/=.*/, ""); print substr($0, 2) }' \
			"$top/Documentation/kernel-parameters.txt" | sort)"
}

# What DIAGNOSTICS explains is what module and shim say.
same_messages() {
	local tag part
	[ "$(section DIAGNOSTICS | wc -l)" -ge 10 ] || { echo "hardly any"; return 1; }
	while read -r tag; do
		part=${tag/#disk name/disk %s}
		part=${part/#prmem=size/prmem=%s}
		part=${part/#instance subsystem\/name/instance %s\/%s}
		grep -qF -- "\"$part" "$top"/module/*.c "$top"/shim-patch/*/*.patch ||
			grep -qF -- "\"%s: ${part#refused: }" "$top"/module/*.c ||
			{ echo "nobody says: $tag"; return 1; }
	done < <(section DIAGNOSTICS)
}

# What the program says of itself, and its page.
same_options() {
	local page=$man/prmem-fsck.8 help
	help=$(fsck --help) || return
	same "$(grep -oE '^  -[a-z], --[a-z]+|^  -V, --[a-z]+' <<< "$help" | tr -d ' ' | sort)" \
		"$(sed -n 's/^\.BR \\*-\([a-zA-Z]\) ", " \(\\-\\-[a-z]*\).*/-\1,\2/p' "$page" | tr -d '\\' | sort)" &&
		same "$(grep -oE '[0-9]+' <<< "${help##*Status}")" "$(sed -n '/^\.SH EXIT STATUS/,/^\.SH TAKING/{/^\.TP/{n;s/^\.B //p}}' "$page")"
}

fsck() {
	[ -d "$tmp/tools-files" ] || dpkg-deb -x "$(deb tools)" "$tmp/tools-files"
	"$tmp/tools-files/usr/sbin/prmem-fsck" "$@"
}
fsck_runs() {
	says 0 "^prmem-fsck $version\$" fsck --version && says 8 "^prmem-fsck: /dev/null: not an image" fsck /dev/null &&
		says 0 "libc6" dpkg-deb -f "$(deb tools)" Depends
}

check "prmem.4 is clean" clean_man "$man/prmem.4"
check "prmem.8 is clean" clean_man "$man/prmem.8"
check "prmem-fsck.8 is clean" clean_man "$man/prmem-fsck.8"
check "prmem-fsck.8 has the options, and the status, of prmem-fsck" same_options
check "prmem-fsck as packaged" fsck_runs
check "prmem.4 has the files of Documentation/ABI" same_sysfs
check "prmem.4 and kernel-parameters.txt have the module's parameters" same_parameters
check "prmem.4 explains messages that there are" same_messages

#
# prmem(8) over a machine of folders, and completion.
#

stub=$tmp/stub
sys=$stub/sys/kernel/prmem
attr() { mkdir -p "$(dirname "$sys/$1")" && echo "$2" > "$sys/$1"; }
machine() {
	rm -rf "$stub"
	attr version 3.2.1; attr format 1.0; attr state adopted; attr source shim; attr boots 2
	attr previous 6.1.0-1; attr generation 5; attr kexec_load_safe 1; attr size 536870912; attr free 199229440
	attr forget ''
	attr regions/cache/size 268435456; attr regions/cache/device pmem0
	attr regions/logs/size 67108864; attr regions/logs/device pmem1
	attr regions/spare/size 2097152; attr regions/spare/device ''
	attr regions/pool@14200000/size 199229440
	mkdir -p "$stub"/sys/class/block/pmem0/pmem0p1 "$stub"/sys/class/block/pmem1/holders/dm-0 \
		"$stub"/proc/self "$stub"/proc/42/fd "$stub"/proc/43/fd
	echo 259:0 > "$stub/sys/class/block/pmem0/dev"
	echo 259:1 > "$stub/sys/class/block/pmem0/pmem0p1/dev"
	echo 259:2 > "$stub/sys/class/block/pmem1/dev"
	printf '%s\n' '30 1 8:1 / / rw - ext4 /dev/sda1 rw' '31 30 259:0 / /srv/cache rw - ext4 x rw' \
		'32 30 259:1 / /srv/part rw - ext4 x rw' > "$stub/proc/self/mountinfo"
	ln -s /dev/pmem1 "$stub/proc/42/fd/3"
	touch "$stub/proc/42/maps"
}
prmem() { PRMEM_ROOT=$stub "$top/tools/prmem" "$@"; }

status_of() {
	same "$(prmem status)" "state:    adopted, memory from: shim
kernels:  2 so far, the one before: 6.1.0-1
memory:   512 MiB, 190 MiB free
version:  3.2.1, metadata format 1.0, 5 commits
disks:    3
  cache                              256 MiB  /dev/pmem0   /srv/cache,/srv/part
  logs                                64 MiB  /dev/pmem1   -
  spare                                2 MiB  -            -"
}

lists_instances() {
	attr heap 4194304; attr heap_state open
	says 0 "^heap: +4 MiB, open\$" prmem status || return
	mkdir -p "$stub/sys/kernel/debug/prmem"
	printf '%s\n' 'log 3 1048576 0 -' 'index 12 4096 65536 131072' > "$stub/sys/kernel/debug/prmem/subsystems"
	same "$(prmem status | tail -3)" "heap:     4 MiB, open
  log                                      3  1024 KiB
  index                                   12  4 KiB" || return
	rm -r "$stub/sys/kernel/debug" "$sys/heap" "$sys/heap_state"
}

warns_of_kexec() {
	attr kexec_load_safe 0
	says 0 "^kexec: +by kexec -s only" prmem status
}

users_of() {
	same "$(prmem users)" "disk cache (/dev/pmem0) is mounted on /srv/cache: umount it first
disk cache (/dev/pmem0) is mounted on /srv/part: umount it first
disk logs (/dev/pmem1) is in use by dm-0
disk logs (/dev/pmem1) is open in process 42" && same "$(prmem users spare)" ""
}

# pmem1 has neither what pmem10 has nor what pmem1s has.
users_exactly() {
	local proc=$stub/proc
	mkdir -p "$proc"/{44,45,46,47,48}/fd
	ln -s /dev/pmem10 "$proc/44/fd/3"
	ln -s /dev/pmem1p2 "$proc/45/fd/3"
	ln -s /dev/pmem1s "$proc/46/fd/3"
	echo '7f00-7f01 rw-s 0 103:02 9    /dev/pmem10' > "$proc/47/maps"
	echo '7f00-7f01 rw-s 0 103:02 9    /dev/pmem1' > "$proc/48/maps"
	same "$(prmem users logs | sed -n 's/.* open in process //p' | paste -s -d' ')" "42 45 48"
	local status=$?
	rm -r "$proc"/4[4-8]
	return $status
}

refuses_forget() { # DISK REGEX
	says 1 "$2" prmem forget "$1" && [ -z "$(cat "$sys/forget")" ]
}

forgets() { prmem forget spare && [ "$(cat "$sys/forget")" = spare ]; }

# A slash makes it an instance, wherever it seems to lead as a path.
forgets_instance() {
	prmem forget ../regions/spare && [ "$(cat "$sys/forget")" = ../regions/spare ] || return
	attr forget ''
}

kernel_refuses() {
	rm "$sys/forget" && mkdir "$sys/forget"
	says 1 "^prmem: disk spare is in use, or in devdax mode" prmem forget spare &&
		says 1 "^prmem: instance a/b: .*directory" prmem forget a/b
}

# entry N START END TYPE
entry() {
	mkdir -p "$stub/sys/firmware/memmap/$1"
	echo "$2" > "$stub/sys/firmware/memmap/$1/start"
	echo "$3" > "$stub/sys/firmware/memmap/$1/end"
	echo "$4" > "$stub/sys/firmware/memmap/$1/type"
}

maps() {
	attr kexec_load_safe 1
	says 1 "^prmem: there is no map" prmem memmap || return
	entry 0 0x0 0x9fbff "System RAM"
	entry 1 0xf0000 0xfffff Reserved
	entry 2 0x100000 0x7fffffff "System RAM"
	entry 3 0x140000000 0x147ffffff "Persistent Memory (legacy)"
	same "$(prmem memmap)" "memmap=0x7ff00000@0x100000 memmap=0x8000000!0x140000000"
}

# Where memmap= made the reservation, the map has RAM there.
maps_adopted() {
	attr kexec_load_safe 0
	entry 4 0x100000000 0x13fffffff "System RAM"
	attr ranges/0/base 0x110000000; attr ranges/0/size 33554432
	attr ranges/1/base 0x140000000; attr ranges/1/size 134217728
	same "$(prmem memmap)" "memmap=0x7ff00000@0x100000 memmap=0x8000000!0x140000000 \
memmap=0x40000000@0x100000000 memmap=0x2000000!0x110000000" || return
	rm "$sys/ranges/0/base"
	says 1 "^prmem: the map has our memory as RAM, and only root" prmem memmap &&
		! prmem memmap 2> /dev/null | grep memmap= || return
	rm -r "$sys/ranges"
	says 1 "only root" prmem memmap || return
	attr kexec_load_safe 1
	says 0 "^memmap=" prmem memmap
}

no_module() {
	rm -rf "$stub/sys/kernel/prmem"
	says 3 "^prmem: the module is not loaded" prmem status && says 3 "not loaded" prmem forget a
}

# completes WANT COMMAND [WORD...]: the last word is completed. What modinfo says
# is what our sources tell it.
completes() {
	local want=$1 got
	shift
	got=$(PATH=$tmp/bin:$PATH PRMEM_ROOT=$stub bash -c '
		. /usr/share/bash-completion/bash_completion
		. "$0/tools/prmem.completion"
		declare -F _modprobe > /dev/null || __load_completion modprobe
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
		compopt() { :; }
		"_$1" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' "$top" "$@" | sort | paste -s -d' ')
	same "$got" "$want"
}

mkdir "$tmp/bin"
ln -s "$top/tools/prmem" "$tmp/bin/prmem"
{
	echo '#!/bin/sh'
	echo 'cat << "END"'
	sed -n 's/^MODULE_PARM_DESC(\([a-z_]*\), "\(.*\)");/\1:\2 (charp)/p' "$top"/module/*.c
	echo END
} > "$tmp/bin/modinfo"
chmod +x "$tmp/bin/modinfo"
parameters=$(sed -n 's/^MODULE_PARM_DESC(\([a-z_]*\),.*/\1=/p' "$top"/module/*.c | sort | paste -s -d' ')

machine
check "prmem status" status_of
check "prmem status: instances" lists_instances
check "prmem status: where kexec -c would lose the memory" warns_of_kexec
check "prmem list: for scripts" says 0 "^cache	268435456	/dev/pmem0	/srv/cache,/srv/part\$" prmem list
check "prmem users" users_of
check "prmem users: pmem1 is not pmem10" users_exactly
check "prmem memmap" maps
check "prmem memmap: memory that the map has as RAM" maps_adopted
check "prmem forget: a disk that is mounted" refuses_forget cache "^prmem: disk cache .* mounted on /srv/part"
check "prmem forget: a disk that is held open" refuses_forget logs "^prmem: disk logs .* process 42"
check "prmem forget: what is no disk" refuses_forget pool@14200000 "^prmem: there is no disk pool@"
check "prmem forget: an instance" forgets_instance
check "prmem forget" forgets
check "prmem forget: the kernel refuses" kernel_refuses
check "prmem nonsense" says 2 "^Usage:" prmem nonsense
check "prmem without arguments" says 2 "^Usage:" prmem
check "prmem --help" says 0 "^Usage:" prmem --help
check "completion: verbs" completes "forget help list memmap status users" prmem ""
check "completion: a verb" completes "forget" prmem fo
check "completion: disks" completes "cache logs spare" prmem forget ""
check "completion: a disk" completes "logs" prmem users l
check "completion: no disks after status" completes "" prmem status ""
check "completion: modprobe's own knows the parameters" completes "$parameters" modprobe prmem ""
check "prmem without the module" no_module
check "completion: without the module" completes "" prmem forget ""
check "shellcheck is silent" shellcheck -S warning "$here/deb.sh" "$here/need.sh" "$top"/debian/build.sh \
	"$top"/debian/tests/installed "$top"/tools/prmem*
[ "${1:-}" = --full ] || { finish; exit; }

#
# A new Debian.
#

"$here/need.sh" mmdebstrap gcc libc6-dev
cp -r "$tmp/one" "$tmp/later"
sed -i "1s/($version)/($version.1)/" "$tmp/later/debian/changelog"
sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$version.1\"/" "$tmp/later/dkms.conf"
later=$(build "$tmp/later" "$tmp/cache3")
mkdir "$tmp/root"
cp -r "$out" "$tmp/root/1"
cp -r "$later" "$tmp/root/2"

# As much of libkmod as systemd asks: a module that says ERRNO when it is loaded.
gcc -shared -fPIC -w -o "$tmp/root/kmod.so" -x c - << 'END'
#include <stdlib.h>
#include <string.h>

static int object;

int kmod_module_new_from_lookup(void *ctx, const char *alias, void **list)
{
	*list = strcmp(getenv("ERRNO"), "lost") ? &object : NULL;
	return 0;
}
void *kmod_list_next(void *list, void *item) { return NULL; }
void *kmod_module_get_module(void *item) { return &object; }
int kmod_module_get_initstate(void *module) { return -2; }
const char *kmod_module_get_name(void *module) { return "prmem"; }
void *kmod_module_unref(void *module) { return NULL; }
int kmod_module_unref_list(void *list) { return 0; }
int kmod_module_probe_insert_module(void *module, unsigned flags, const char *options,
				    void *install, void *data, void *print)
{
	return -atoi(getenv("ERRNO"));
}
END

# This machine's mirrors of Debian, and how it gets there.
apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
	'Origin: Debian' | grep -E ' bookworm(-[a-z]+)? ' > "$tmp/sources" || :
apt-config dump | grep -E '^Acquire::.*(Proxy|CaInfo|Verify)' > "$tmp/apt.conf" || :
chmod -R go+rX "$tmp"
chmod go+w "$tmp/root"
if mmdebstrap -q --variant=apt --format=null --aptopt="$tmp/apt.conf" \
	--include=dkms,kmod,udev,systemd,man-db,linux-headers-cloud-amd64 \
	--customize-hook="cd '$top' && tests/deb.sh --root \"\$1\" '$tmp/root'" \
	bookworm /dev/null "$tmp/sources" 2>&1 | tee "$tmp/mmdebstrap.log" && [ -s "$tmp/root/counts" ]; then
	read -r p f < "$tmp/root/counts"
	passed=$((passed + p)) failed=$((failed + f))
else
	check "a new Debian" false
fi
finish
