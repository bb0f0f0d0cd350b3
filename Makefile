# SPDX-License-Identifier: GPL-2.0-only
# Verbs; `make help` lists them. Kbuild has the objects.

KDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=
NAME := prmem
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

# For dkms: other kernels (-k RELEASE) and other trees than the machine's own.
DKMS ?= dkms
DKMS_ARGS ?=
DKMS_SOURCES ?= /usr/src
SOURCES := Kbuild Makefile dkms.conf COPYING include module

.NOTPARALLEL:

module: ## build the modules for the running kernel, or for KDIR=
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

fsck: ## build tools/fsck/prmem-fsck
	@$(MAKE) -s -C tools/fsck

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

clean: ## remove what was built here
	$(MAKE) -s -C tools/fsck clean
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean

install: module install-conf ## install the modules, udev rule and modprobe rule
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates modules_install

uninstall: uninstall-conf ## remove what install put there
	rm -f $(foreach name,prmem prmem_log prmem_index,$(DESTDIR)/lib/modules/$(shell \
		$(MAKE) -s -C $(KDIR) kernelrelease)/updates/$(name).ko*)
	depmod $(if $(DESTDIR),-b $(DESTDIR)) $(shell $(MAKE) -s -C $(KDIR) kernelrelease)

install-conf: fsck
	install -D -m 644 module/conf/60-prmem.rules $(DESTDIR)/usr/lib/udev/rules.d/60-prmem.rules
	install -D -m 644 module/conf/prmem-rules.conf $(DESTDIR)/usr/lib/modprobe.d/prmem-rules.conf
	install -D -m 644 module/conf/modules-load.conf $(DESTDIR)/usr/lib/modules-load.d/prmem.conf
	install -D -m 755 module/conf/remove $(DESTDIR)/usr/lib/prmem/remove
	install -D -m 755 tools/prmem $(DESTDIR)/usr/sbin/prmem
	install -D -m 644 tools/prmem.completion $(DESTDIR)/usr/share/bash-completion/completions/prmem
	install -D -m 644 Documentation/man/prmem.4 $(DESTDIR)/usr/share/man/man4/prmem.4
	install -D -m 644 Documentation/man/prmem.8 $(DESTDIR)/usr/share/man/man8/prmem.8
	install -D -m 755 tools/fsck/prmem-fsck $(DESTDIR)/usr/sbin/prmem-fsck
	install -D -m 644 Documentation/man/prmem-fsck.8 $(DESTDIR)/usr/share/man/man8/prmem-fsck.8

uninstall-conf: fsck
	rm -f $(DESTDIR)/usr/lib/udev/rules.d/60-prmem.rules
	rm -f $(DESTDIR)/usr/lib/modprobe.d/prmem-rules.conf $(DESTDIR)/usr/lib/modules-load.d/prmem.conf
	rm -rf $(DESTDIR)/usr/lib/prmem
	rm -f $(DESTDIR)/usr/sbin/prmem $(DESTDIR)/usr/share/bash-completion/completions/prmem
	rm -f $(DESTDIR)/usr/share/man/man4/prmem.4 $(DESTDIR)/usr/share/man/man8/prmem.8
	rm -f $(DESTDIR)/usr/sbin/prmem-fsck $(DESTDIR)/usr/share/man/man8/prmem-fsck.8

# What dkms builds from, where dkms looks for it.
dkms-source:
	mkdir -p $(DKMS_SOURCES)/$(NAME)-$(VERSION)
	cp -r $(SOURCES) $(DKMS_SOURCES)/$(NAME)-$(VERSION)/

dkms-install: dkms-remove install-conf dkms-source ## build and install through dkms
	$(DKMS) add $(DKMS_ARGS) -m $(NAME) -v $(VERSION)
	$(DKMS) build $(DKMS_ARGS) -m $(NAME) -v $(VERSION)
	$(DKMS) install $(DKMS_ARGS) -m $(NAME) -v $(VERSION)

dkms-remove: uninstall-conf ## remove what dkms-install put there
	-[ ! -d $(DKMS_SOURCES)/$(NAME)-$(VERSION) ] || \
		$(DKMS) remove -m $(NAME) -v $(VERSION) --all
	rm -rf $(DKMS_SOURCES)/$(NAME)-$(VERSION)

deb: ## build Debian packages, and say where they are
	@debian/build.sh

demo: ## show it: files in RAM survive two kexecs in QEMU (first time: 8 minutes)
	@tests/demo.sh

test: ## all tests that fit in CI (first time: 70 minutes on two cores)
	@tests/run.sh

test-long: ## the long ones: a million cuts, two hundred kexecs, debug kernels, proofs
	@tests/setup.sh && tests/run.sh --set long

test-unit: ## only the core, in user space, with ASan and UBSan
	@$(MAKE) -s -C tests/unit check

fuzz: ## libFuzzer on the core, SECONDS=600 a target, two at a time
	@$(MAKE) -s -C tests/fuzz long SECONDS=$(or $(SECONDS),600)

fuzz-check: ## show that the fuzzers find what is planted: the core with one place changed
	@$(MAKE) -s -C tests/fuzz check-controls

test-fsck: ## only prmem-fsck on images
	@tests/fsck.sh

proofs: ## prove the core's decisions over old memory with CBMC; PROOFS="a b" names some
	@tests/proofs/run.sh $(PROOFS)

test-vm: ## only the VMs; CASES="a b" names some
	@tests/setup.sh --all && tests/vm/run.sh $(or $(CASES),--set ci)

test-matrix: ## four kernel series by system call, KASLR and firmware, and chains; SEED=, ONLY=
	@tests/setup.sh --all && \
		tests/vm/matrix.sh $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only '$(ONLY)')

shim-check: ## show that the kernel patch is small, clean, and quiet when off
	@tests/setup.sh && shim-patch/check.sh

bench: ## measure the core in user space: allocation, lookup, opening, overhead
	@$(MAKE) -s -C tests/bench run $(if $(ONLY),ONLY=$(ONLY))

bench-vm: ## measure named instances on a kernel, beside gen_pool and alloc_pages (5 GiB)
	@tests/setup.sh && tests/vm/bench.sh

bench-adopt: ## measure modprobe at 64 MiB, 1 GiB and 8 GiB (needs 12 GiB of memory)
	@tests/setup.sh && tests/vm/bench-adopt.sh

distro-kernel: ## build Debian's kernel with the shim, as packages (first time: an hour)
	@tests/distro/setup.sh && tests/distro/kernel.sh

test-distro: ## all of it on a whole Debian, as its user would (first time: 1 1/2 hours)
	@tests/distro/run.sh

.PHONY: distro-kernel test-distro
.PHONY: test-matrix
.PHONY: demo test test-long test-unit fuzz fuzz-check test-fsck test-vm shim-check
.PHONY: proofs bench bench-vm bench-adopt
.PHONY: module fsck help clean install uninstall install-conf uninstall-conf
.PHONY: dkms-source dkms-install dkms-remove deb
