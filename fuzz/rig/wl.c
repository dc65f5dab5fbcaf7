/*
 * wl: a workload that depends on its arguments alone.
 *
 *   wl DEVICE write [NAME=NUMBER...]   writes blocks of 4096 bytes, and discards some
 *   wl DEVICE hash OUT                 writes 8 bytes for each block of DEVICE to OUT
 *
 * Names of write, and what they are unless given:
 *   count=1000     operations
 *   seed=1         what chooses them
 *   first=0        the first block that is touched
 *   range=0        blocks that are touched at random from there on; 0: one after the other
 *   unique=100     per cent that write a block like no other,
 *   duplicate=0      one of a few blocks,
 *   compressible=0   a block that compresses well,
 *   zero=0           zeros,
 *   discard=0        or that discard the block
 *   span=1         blocks of a discard, at most
 *   distinct=50    how many different duplicates there are
 *   threads=8      operations at the same time
 *   sync=0         every so many operations of a thread, wait until all is stable; 0: only at the end
 *   last=1         whether to wait at the end
 *
 * The output of hash begins with a block that holds the number of blocks. Of a block of 512 words w,
 * all little-endian, the 8 bytes are: s = 0; for each w: s = (s ^ w) * 0x100000001b3, s ^= s >> 29.
 * Zeros throughout give 0, any other block at least 1, a block that cannot be read all ones.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BLOCK = 4096, WORDS = BLOCK / sizeof(uint64_t), MOST_THREADS = 64 };

static struct option {
	const char *name;
	uint64_t value;
} options[] = {
	{ "count", 1000 }, { "seed", 1 },      { "first", 0 },	      { "range", 0 },
	{ "unique", 100 }, { "duplicate", 0 }, { "compressible", 0 }, { "zero", 0 },
	{ "discard", 0 },  { "distinct", 50 }, { "threads", 8 },      { "sync", 0 },
	{ "last", 1 },	   { "span", 1 },
};

static uint64_t option(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (!strcmp(options[i].name, name))
			return options[i].value;
	abort();
}

static bool set_option(const char *argument)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		size_t length = strlen(options[i].name);
		if (!strncmp(argument, options[i].name, length) && argument[length] == '=') {
			options[i].value = strtoull(argument + length + 1, NULL, 10);
			return true;
		}
	}
	return false;
}

/* One step of splitmix64: an even spread over all words, from any input. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* Fills the first bytes with noise and leaves the rest, which is zero. */
static void fill(uint64_t *block, uint64_t id, size_t words)
{
	memset(block, 0, BLOCK);
	for (size_t i = 0; i < words; i++)
		block[i] = id = mix(id);
}

/* Chooses one of several kinds by their shares; -1 if none. */
static int kind_of(uint64_t percent)
{
	static const char *const kinds[] = { "unique", "duplicate", "compressible", "zero", "discard" };
	for (int kind = 0; kind < 5; kind++) {
		if (percent < option(kinds[kind]))
			return kind;
		percent -= option(kinds[kind]);
	}
	return -1;
}

static bool operate(int fd, uint64_t *block, uint64_t number)
{
	uint64_t chance = mix(mix(option("seed")) + number);
	uint64_t range = option("range");
	uint64_t at = option("first") + (range ? mix(chance) % range : number);
	uint64_t extent[2] = { at * BLOCK, BLOCK };

	switch (kind_of(chance % 100)) {
	case 0:
		fill(block, mix(chance ^ 1), WORDS);
		break;
	case 1:
		fill(block, mix(mix(chance ^ 2) % option("distinct")), WORDS);
		break;
	case 2:
		fill(block, mix(chance ^ 3), 8 + mix(chance ^ 4) % 150);
		break;
	case 3:
		fill(block, 0, 0);
		break;
	case 4:
		extent[1] *= 1 + mix(chance ^ 5) % option("span");
		return !ioctl(fd, BLKDISCARD, extent);
	default:
		return true;
	}
	return pwrite(fd, block, BLOCK, extent[0]) == BLOCK;
}

static const char *device;

static void *work(void *id)
{
	uint64_t threads = option("threads"), every = option("sync"), failed = 0, done = 0;
	int fd = open(device, O_RDWR | O_DIRECT);
	uint64_t *block = aligned_alloc(BLOCK, BLOCK);

	if (fd < 0 || !block) {
		perror(device);
		exit(1);
	}
	for (uint64_t number = (uintptr_t)id; number < option("count"); number += threads) {
		if (!operate(fd, block, number) && !failed++)
			fprintf(stderr, "wl: operation %lu: %s\n", number, strerror(errno));
		if (every && ++done % every == 0)
			fsync(fd);
	}
	if (option("last"))
		fsync(fd);
	close(fd);
	free(block);
	return (void *)(uintptr_t)failed;
}

static int write_blocks(void)
{
	pthread_t threads[MOST_THREADS];
	uint64_t count = option("threads"), failed = 0;

	if (count < 1 || count > MOST_THREADS)
		return 64;
	for (uint64_t i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i);
	for (uint64_t i = 0; i < count; i++) {
		void *result;
		pthread_join(threads[i], &result);
		failed += (uintptr_t)result;
	}
	printf("%lu operations, %lu failed\n", option("count"), failed);
	return failed ? 2 : 0;
}

static uint64_t hash_of(const uint64_t *words)
{
	uint64_t hash = 0, any = 0;

	for (int i = 0; i < WORDS; i++) {
		any |= words[i];
		hash = (hash ^ words[i]) * 0x100000001b3ULL;
		hash ^= hash >> 29;
	}
	return any && !hash ? 1 : any ? hash : 0;
}

static int hash_blocks(const char *out)
{
	static uint64_t block[WORDS], hashes[WORDS];
	int from = open(device, O_RDONLY), to = open(out, O_RDWR);
	uint64_t bytes = 0;

	if (from < 0 || to < 0 || ioctl(from, BLKGETSIZE64, &bytes)) {
		perror(from < 0 ? device : out);
		return 1;
	}
	hashes[0] = bytes / BLOCK;
	uint64_t blocks = hashes[0], at = 0;
	bool is_written = pwrite(to, hashes, BLOCK, at) == BLOCK;
	for (uint64_t i = 0; i < blocks && is_written; i++) {
		bool is_read = pread(from, block, BLOCK, i * BLOCK) == BLOCK;
		hashes[i % WORDS] = is_read ? hash_of(block) : ~0ULL;
		if (i % WORDS == WORDS - 1 || i == blocks - 1)
			is_written = pwrite(to, hashes, BLOCK, at += BLOCK) == BLOCK;
	}
	return is_written && !fsync(to) ? 0 : 1;
}

int main(int argc, char **argv)
{
	device = argc > 2 ? argv[1] : "";
	if (argc == 4 && !strcmp(argv[2], "hash"))
		return hash_blocks(argv[3]);
	if (argc < 3 || strcmp(argv[2], "write"))
		return 64;
	for (int i = 3; i < argc; i++) {
		if (!set_option(argv[i])) {
			fprintf(stderr, "wl: %s?\n", argv[i]);
			return 64;
		}
	}
	return write_blocks();
}
