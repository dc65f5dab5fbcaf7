#!/usr/bin/env python3
"""What a disk may hold after a power loss.

    power-loss.py LOG IMAGE SEED [--tear]

LOG is a record of all writes to a disk, as boot.sh makes it; IMAGE is a copy of the disk from before
the first of them, and becomes the disk after a power loss at a moment that SEED chooses. Writes that
a flush came after are there. Each later one is there or not, as if the disk had cached it; with
--tear that is decided for each of its sectors of 512 bytes. Prints one line that tells what was done.
"""
import random
import struct
import sys

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD = 1, 2, 4
SECTOR = 512


def entries(log):
    """The writes in their order: sector, flags, and where in the log the data are, in bytes."""
    magic, _version, count, size = struct.unpack("<QQQI", log.read(28))
    if magic != MAGIC:
        raise SystemExit("no record of writes")
    at = size
    for _ in range(count):
        log.seek(at)
        sector, sectors, flags, _length = struct.unpack("<QQQQ", log.read(32))
        at += size
        has_data = not flags & DISCARD
        yield sector, sectors * size if has_data else 0, flags, at
        if has_data:
            at += sectors * size


def survives(chance, length, is_stable, tears):
    """Which bytes of a write survive, as stretches (from, to)."""
    if is_stable:
        return [(0, length)]
    if not tears:
        return [(0, length)] if chance.random() < 0.5 else []
    # Many cached blocks are there as a whole or not at all; of the others any sector may be missing.
    share = chance.choice([0, 0.2, 0.5, 0.8, 1])
    return [(at, at + SECTOR) for at in range(0, length, SECTOR) if chance.random() < share]


def main():
    log_name, image_name, seed = sys.argv[1:4]
    tears = "--tear" in sys.argv[4:]
    chance = random.Random(int(seed))
    applied = torn = lost = 0
    with open(log_name, "rb") as log, open(image_name, "r+b") as image:
        logged = list(entries(log))
        # Every third loss comes near the end, where a volume that is stopped writes all it holds back.
        first = len(logged) * (9 if chance.randrange(3) == 0 else 1) // 10
        cut = chance.randrange(first, len(logged) + 1)
        flushed = max((i for i in range(cut) if logged[i][2] & FLUSH), default=-1)
        for i, (sector, length, flags, at) in enumerate(logged[:cut]):
            if length == 0:
                continue
            kept = survives(chance, length, i <= flushed or flags & FUA, tears)
            log.seek(at)
            data = log.read(length)
            for start, end in kept:
                image.seek(sector * SECTOR + start)
                image.write(data[start:end])
            size = sum(end - start for start, end in kept)
            applied += size == length
            torn += 0 < size < length
            lost += size == 0
    print(f"{len(logged)} logged, cut at {cut}, flushed up to {flushed}: "
          f"{applied} applied, {torn} torn, {lost} lost")


if __name__ == "__main__":
    main()
