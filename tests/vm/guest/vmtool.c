// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmtool.c - what the guest steps do to bytes: memory by physical address
 * (/dev/mem), files, block devices and device-dax, all as one kind of target.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A multiple of the largest alignment that device-dax asks for on mmap. */
#define CHUNK		(2ul << 20)
#define PAGE		4096ul
#define KERNEL_TEXT	0xffffffff80000000ull

static const char usage[] =
"vmtool COMMAND ...\n"
"  peek PHYS LEN            hex dump\n"
"  poke PHYS HEXBYTES       store bytes\n"
"  get PHYS BYTES           a little-endian number of up to 8 bytes\n"
"  put PHYS BYTES NUMBER    and store one\n"
"  flip PHYS BIT            invert bit BIT, counted from PHYS\n"
"  zero PHYS LEN            store zeros\n"
"  sum PHYS LEN             64-bit sum (FNV-1a over 64-bit words)\n"
"  save PHYS LEN FILE       memory to file\n"
"  restore PHYS FILE        file to memory\n"
"  fill TARGET SEED [LEN]   a pattern of place and seed; LEN sets a file's size\n"
"  verify TARGET SEED       compare with it; exit status 1 if a word differs\n"
"  crc32 TARGET OFF LEN           as zlib\n"
"  crc32c TARGET OFF LEN SEED     as the kernel's crc32c(): nothing inverted\n"
"  kaslr                    where the kernel is: text= page_offset= phys=\n"
"  loads FILE               the PT_LOAD segments of an ELF file: phys and size of each\n"
"  time COMMAND ...         run it; prints the microseconds that it took\n"
"TARGET: a file, a block device, a device-dax device, phys:BASE:LEN, or\n"
"kcore:BASE:LEN for memory that is this kernel's RAM\n";

static void die(const char *format, ...)
{
	va_list args;

	fputs("vmtool: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		die("not a number: %s", text);
	return value;
}

struct target {
	const char *name;
	int fd;
	bool mapped;
	uint64_t base;	/* physical address, or offset in the file */
	uint64_t size;
};

static struct target target_phys(uint64_t base, uint64_t size, int flags)
{
	struct target t = { "/dev/mem", -1, true, base, size };

	t.fd = open(t.name, flags);
	if (t.fd < 0)
		die("%s: %s", t.name, strerror(errno));
	return t;
}

/*
 * /proc/kcore tells for each piece of the direct map where it is and what it
 * is: open it, and find the one with @phys, or the first for UINT64_MAX.
 */
static int kcore_open(uint64_t phys, Elf64_Phdr *p)
{
	int fd = open("/proc/kcore", O_RDONLY);
	Elf64_Ehdr header;
	int i;

	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
		die("/proc/kcore: %s", strerror(errno));
	for (i = 0; i < header.e_phnum; i++) {
		if (pread(fd, p, sizeof(*p), header.e_phoff + i * sizeof(*p)) != sizeof(*p))
			break;
		if (p->p_type == PT_LOAD && p->p_paddr != UINT64_MAX && p->p_vaddr < KERNEL_TEXT &&
		    (phys == UINT64_MAX || phys - p->p_paddr < p->p_memsz))
			return fd;
	}
	die("/proc/kcore: not in the direct map: %#" PRIx64, phys);
	return -1;
}

static struct target target_kcore(uint64_t phys, uint64_t size)
{
	struct target t = { "/proc/kcore", -1, false, 0, size };
	Elf64_Phdr p;

	t.fd = kcore_open(phys, &p);
	if (size > p.p_memsz - (phys - p.p_paddr))
		die("/proc/kcore: not in one piece: %#" PRIx64, phys);
	t.base = p.p_offset + (phys - p.p_paddr);
	return t;
}

static uint64_t dax_size(dev_t dev)
{
	char path[64];
	uint64_t size;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/size", major(dev), minor(dev));
	f = fopen(path, "r");
	if (!f || fscanf(f, "%" SCNu64, &size) != 1)
		die("%s: no size", path);
	fclose(f);
	return size;
}

static struct target target_open(const char *name, int flags)
{
	struct target t = { name, -1, false, 0, 0 };
	char base[32], size[32];
	struct stat st;

	if (sscanf(name, "phys:%31[^:]:%31s", base, size) == 2)
		return target_phys(number(base), number(size), flags & ~O_CREAT);
	if (sscanf(name, "kcore:%31[^:]:%31s", base, size) == 2)
		return target_kcore(number(base), number(size));
	t.fd = open(name, flags, 0600);
	if (t.fd < 0 || fstat(t.fd, &st))
		die("%s: %s", name, strerror(errno));
	if (S_ISCHR(st.st_mode)) {
		t.mapped = true;
		t.size = dax_size(st.st_rdev);
	} else if (S_ISBLK(st.st_mode)) {
		if (ioctl(t.fd, BLKGETSIZE64, &t.size))
			die("%s: no size: %s", name, strerror(errno));
	} else {
		t.size = st.st_size;
	}
	return t;
}

enum access { READ, WRITE, UPDATE };

typedef void visit_fn(uint8_t *data, size_t len, uint64_t offset, void *arg);

/* The memory itself, byte by byte: it may be device memory to the kernel. */
static void visit_mapped(struct target *t, uint64_t at, size_t len, uint64_t offset,
			 enum access access, visit_fn *visit, void *arg)
{
	uint64_t align = t->base ? PAGE : CHUNK;
	uint64_t start = (t->base + at) & ~(align - 1);
	size_t skip = t->base + at - start;
	size_t map = (skip + len + align - 1) & ~(align - 1);
	int prot = access == READ ? PROT_READ : PROT_READ | PROT_WRITE;
	uint8_t *p = mmap(NULL, map, prot, MAP_SHARED, t->fd, start);

	if (p == MAP_FAILED)
		die("%s: mmap at %#" PRIx64 ": %s", t->name, start, strerror(errno));
	visit(p + skip, len, offset, arg);
	munmap(p, map);
}

static void visit_file(struct target *t, uint64_t at, size_t len, uint64_t offset,
		       enum access access, visit_fn *visit, void *arg)
{
	static uint8_t buffer[CHUNK];

	if (access != WRITE && pread(t->fd, buffer, len, t->base + at) != (ssize_t)len)
		die("%s: short read at %" PRIu64, t->name, at);
	visit(buffer, len, offset, arg);
	if (access != READ && pwrite(t->fd, buffer, len, t->base + at) != (ssize_t)len)
		die("%s: short write at %" PRIu64 ": %s", t->name, at, strerror(errno));
}

/* Calls @visit on [from, from + len) in pieces; its offsets count from @from. */
static void target_walk(struct target *t, uint64_t from, uint64_t len,
			enum access access, visit_fn *visit, void *arg)
{
	uint64_t done, piece;

	if (from > t->size || len > t->size - from)
		die("%s: beyond the end", t->name);
	for (done = 0; done < len; done += piece) {
		piece = CHUNK - (from + done) % CHUNK;
		if (piece > len - done)
			piece = len - done;
		if (t->mapped)
			visit_mapped(t, from + done, piece, done, access, visit, arg);
		else
			visit_file(t, from + done, piece, done, access, visit, arg);
	}
	if (access != READ && !t->mapped && fsync(t->fd) && errno != EINVAL)
		die("%s: fsync: %s", t->name, strerror(errno));
}

static void dump(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	uint64_t base = *(uint64_t *)arg + offset;
	size_t i;

	for (i = 0; i < len; i++) {
		if (i % 16 == 0)
			printf("%s%012" PRIx64 ":", i ? "\n" : "", base + i);
		printf(" %02x", data[i]);
	}
	putchar('\n');
}

static void store_zero(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	(void)offset;
	(void)arg;
	memset(data, 0, len);
}

static void store_bytes(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	memcpy(data, (uint8_t *)arg + offset, len);
}

static void load_bytes(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	memcpy((uint8_t *)arg + offset, data, len);
}

static void invert(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	(void)len;
	(void)offset;
	data[0] ^= *(uint8_t *)arg;
}

static void to_file(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	(void)offset;
	if (fwrite(data, 1, len, arg) != len)
		die("write: %s", strerror(errno));
}

static void from_file(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	(void)offset;
	if (fread(data, 1, len, arg) != len)
		die("short read");
}

static void sum(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	uint64_t *hash = arg, word;
	size_t i;

	(void)offset;
	for (i = 0; i < len; i += sizeof(word)) {
		word = 0;
		memcpy(&word, data + i, len - i < sizeof(word) ? len - i : sizeof(word));
		*hash = (*hash ^ word) * 0x100000001b3ull;
	}
}

struct pattern {
	uint64_t seed;
	uint64_t words;
	uint64_t bad;
};

/* splitmix64: each word depends on its place and the seed alone. */
static uint64_t pattern_word(uint64_t seed, uint64_t index)
{
	uint64_t z = (seed << 40) + (index + 1) * 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static void pattern_fill(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	struct pattern *p = arg;
	uint64_t word;
	size_t i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word), p->words++) {
		word = pattern_word(p->seed, (offset + i) / sizeof(word));
		memcpy(data + i, &word, sizeof(word));
	}
}

static void pattern_verify(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	struct pattern *p = arg;
	uint64_t word;
	size_t i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word), p->words++) {
		memcpy(&word, data + i, sizeof(word));
		p->bad += word != pattern_word(p->seed, (offset + i) / sizeof(word));
	}
}

struct crc {
	uint32_t value;
	uint32_t polynomial;
};

static void crc(uint8_t *data, size_t len, uint64_t offset, void *arg)
{
	struct crc *c = arg;
	size_t i;
	int bit;

	(void)offset;
	for (i = 0; i < len; i++) {
		c->value ^= data[i];
		for (bit = 0; bit < 8; bit++)
			c->value = c->value >> 1 ^ (c->value & 1 ? c->polynomial : 0);
	}
}

static uint8_t *hex_bytes(const char *hex, size_t *len)
{
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
	size_t i;

	*len = strlen(hex) / 2;
	if (!bytes || !*len || strlen(hex) % 2)
		die("not whole bytes in hex: %s", hex);
	for (i = 0; i < *len; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1)
			die("not hex: %s", hex);
	return bytes;
}

static int phys_command(const char *command, int argc, char **argv)
{
	uint64_t base, len, hash = 0xcbf29ce484222325ull;
	struct target t;
	FILE *f;

	if (argc < 2)
		return -1;
	base = number(argv[0]);
	if (!strcmp(command, "peek")) {
		len = number(argv[1]);
		t = target_phys(base, len, O_RDONLY);
		target_walk(&t, 0, len, READ, dump, &base);
	} else if (!strcmp(command, "poke")) {
		uint8_t *bytes = hex_bytes(argv[1], &len);

		t = target_phys(base, len, O_RDWR);
		target_walk(&t, 0, len, WRITE, store_bytes, bytes);
		free(bytes);
	} else if (!strcmp(command, "get") || (!strcmp(command, "put") && argc == 3)) {
		bool put = *command == 'p';
		uint64_t word = put ? number(argv[2]) : 0;

		len = number(argv[1]);
		if (!len || len > sizeof(word))
			die("not 1 to 8 bytes: %s", argv[1]);
		t = target_phys(base, len, put ? O_RDWR : O_RDONLY);
		target_walk(&t, 0, len, put ? WRITE : READ, put ? store_bytes : load_bytes, &word);
		if (!put)
			printf("%" PRIu64 "\n", word);
	} else if (!strcmp(command, "flip")) {
		uint64_t bit = number(argv[1]);
		uint8_t mask = 1 << (bit % 8);

		t = target_phys(base + bit / 8, 1, O_RDWR);
		target_walk(&t, 0, 1, UPDATE, invert, &mask);
	} else if (!strcmp(command, "zero")) {
		len = number(argv[1]);
		t = target_phys(base, len, O_RDWR);
		target_walk(&t, 0, len, WRITE, store_zero, NULL);
	} else if (!strcmp(command, "sum")) {
		len = number(argv[1]);
		t = target_phys(base, len, O_RDONLY);
		target_walk(&t, 0, len, READ, sum, &hash);
		printf("%016" PRIx64 "\n", hash);
	} else if (!strcmp(command, "save") && argc == 3) {
		len = number(argv[1]);
		t = target_phys(base, len, O_RDONLY);
		f = fopen(argv[2], "w");
		if (!f)
			die("%s: %s", argv[2], strerror(errno));
		target_walk(&t, 0, len, READ, to_file, f);
		if (fclose(f))
			die("%s: %s", argv[2], strerror(errno));
	} else if (!strcmp(command, "restore")) {
		struct stat st;

		f = fopen(argv[1], "r");
		if (!f || fstat(fileno(f), &st))
			die("%s: %s", argv[1], strerror(errno));
		t = target_phys(base, st.st_size, O_RDWR);
		target_walk(&t, 0, st.st_size, WRITE, from_file, f);
		fclose(f);
	} else {
		return -1;
	}
	return 0;
}

static int pattern_command(const char *command, int argc, char **argv)
{
	struct pattern p = { 0 };
	struct target t;

	if (argc < 2)
		return -1;
	p.seed = number(argv[1]);
	if (!strcmp(command, "fill")) {
		t = target_open(argv[0], argc > 2 ? O_RDWR | O_CREAT : O_RDWR);
		if (argc > 2) {
			t.size = number(argv[2]);
			if (ftruncate(t.fd, t.size))
				die("%s: %s", t.name, strerror(errno));
		}
		target_walk(&t, 0, t.size, WRITE, pattern_fill, &p);
		printf("%" PRIu64 " words written\n", p.words);
		return 0;
	}
	t = target_open(argv[0], O_RDONLY);
	target_walk(&t, 0, t.size, READ, pattern_verify, &p);
	printf("%" PRIu64 " words verified, %" PRIu64 " bad\n", p.words, p.bad);
	return p.bad || !p.words;
}

static int crc_command(const char *command, int argc, char **argv)
{
	bool castagnoli = !strcmp(command, "crc32c");
	struct crc c = { UINT32_MAX, 0xedb88320 };
	struct target t;

	if (argc != (castagnoli ? 4 : 3))
		return -1;
	if (castagnoli)
		c = (struct crc){ number(argv[3]), 0x82f63b78 };
	t = target_open(argv[0], O_RDONLY);
	target_walk(&t, number(argv[1]), number(argv[2]), READ, crc, &c);
	printf("%08" PRIx32 "\n", castagnoli ? c.value : ~c.value);
	return 0;
}

/* A field of the first line of a file that ends with @what, by scanf @format. */
static uint64_t line_value(const char *path, const char *what, const char *format)
{
	uint64_t value = 0;
	char line[256];
	FILE *f = fopen(path, "r");

	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (strlen(line) > strlen(what) &&
		    !strcmp(line + strlen(line) - strlen(what), what) &&
		    sscanf(line, format, &value) == 1)
			break;
	}
	fclose(f);
	if (!value)
		die("%s: no%s", path, what);
	return value;
}

static int kaslr_command(void)
{
	Elf64_Phdr p;

	close(kcore_open(UINT64_MAX, &p));
	printf("text=%#" PRIx64 " page_offset=%#" PRIx64 " phys=%#" PRIx64 "\n",
	       line_value("/proc/kallsyms", " _text", "%" SCNx64), p.p_vaddr - p.p_paddr,
	       line_value("/proc/iomem", " Kernel code", "%" SCNx64));
	return 0;
}

static int loads_command(const char *path)
{
	int fd = open(path, O_RDONLY), i;
	Elf64_Ehdr header;
	Elf64_Phdr p;

	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG))
		die("%s: not an ELF file", path);
	for (i = 0; i < header.e_phnum; i++) {
		if (pread(fd, &p, sizeof(p), header.e_phoff + i * sizeof(p)) != sizeof(p))
			die("%s: cut short", path);
		if (p.p_type == PT_LOAD)
			printf("%#" PRIx64 " %#" PRIx64 "\n", p.p_paddr, p.p_memsz);
	}
	close(fd);
	return 0;
}

static int time_command(char **argv)
{
	struct timespec from, to;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (!pid) {
		execvp(argv[0], argv);
		die("%s: %s", argv[0], strerror(errno));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("%s: %s", argv[0], strerror(errno));
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%ld\n", (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	int status;

	argc -= 2;
	argv += 2;
	if (!strcmp(command, "fill") || !strcmp(command, "verify"))
		status = pattern_command(command, argc, argv);
	else if (!strcmp(command, "crc32") || !strcmp(command, "crc32c"))
		status = crc_command(command, argc, argv);
	else if (!strcmp(command, "kaslr"))
		status = kaslr_command();
	else if (!strcmp(command, "loads") && argc == 1)
		status = loads_command(argv[0]);
	else if (!strcmp(command, "time") && argc > 0)
		status = time_command(argv);
	else
		status = phys_command(command, argc, argv);
	if (status < 0) {
		fputs(usage, stderr);
		return 2;
	}
	return status;
}
