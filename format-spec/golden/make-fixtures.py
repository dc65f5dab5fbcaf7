#!/usr/bin/env python3
"""Makes the fixtures of this directory from complete volumes.

    make-fixtures.py SOURCE-DIRECTORY [NAME ...]

SOURCE-DIRECTORY holds NAME.img for each volume. NAME.tar.gz is written beside this script: a
gzip-compressed tar archive with one sparse member NAME.img, as long as the volume, in which all
metadata blocks are there byte for byte and the blocks that nobody needs are holes. What counts as
metadata and what else is kept is in README.md. The build does not need this script; it stays here
so that nobody has to guess how a fixture came to be.

The archive is written here rather than by tar(1), so that it depends on nothing but the blocks
kept: not on the file system's idea of holes, nor on names with a process number in them.
"""

import gzip
import io
import os
import sys
import tarfile

sys.dont_write_bytecode = True  # The tree stays free of __pycache__.

from golden_volume import BLOCK, ZERO_BLOCK, Volume

HERE = os.path.dirname(os.path.abspath(__file__))

# Plain data are kept only where these volumes map them below this LBN, which makes a stretch of
# the logical content complete. Compressed blocks are kept everywhere.
PLAIN_DATA_BELOW_LBN = {"small": 1000}

# The index region begins with its own super block and configuration; the rest only speeds up
# deduplication, and no check of the volume reads it.
INDEX_BLOCKS_KEPT = 2


def blocks_to_keep(volume, plain_data_below_lbn):
    """Returns the kinds of block kept, as {kind: [PBN, ...]}; blocks of zeros are not listed."""
    pages, compressed = named_blocks(volume)
    plain = {pbn for *_, pbn, lbn in volume.tree_entries()
             if lbn is not None and lbn < plain_data_below_lbn}
    kept = {}
    for pbn in volume.stored_blocks():
        block = volume.block(pbn)
        if block == ZERO_BLOCK:
            continue
        kind = volume.area(pbn)
        if kind == "index" and pbn >= volume.index_start + INDEX_BLOCKS_KEPT:
            continue
        if kind == "data":
            if pbn in pages or volume.has_page_signature(block):
                kind = "block map page"
            elif pbn in compressed:
                kind = "compressed block"
            elif pbn in plain:
                kind = "plain data block"
            else:
                continue
        kept.setdefault(kind, []).append(pbn)
    return kept


def named_blocks(volume):
    """The sets of data blocks that block map or recovery journal name as a page, as compressed."""
    pages, compressed = set(), set()
    for _, _, height, state, pbn, _ in volume.tree_entries():
        if height:
            pages.add(pbn)
        elif state >= 2:
            compressed.add(pbn)
    # Pages that no parent on disk names: only the journal knows them yet, or nobody any more.
    for pbn in volume.stored_blocks():
        if volume.is_data_block(pbn):
            page = volume.block(pbn)
            if volume.has_page_signature(page):
                pages.add(pbn)
                compressed.update(p for _, state, p in volume.page_entries(page) if state >= 2)
    for page, _, locations in volume.journal_entries():
        pages.add(page)
        compressed.update(pbn for state, pbn in locations if state >= 2)
    return pages, compressed


def extents(pbns):
    """Joins ascending block numbers to (offset bytes, length bytes)."""
    joined = []
    for pbn in pbns:
        offset = pbn * BLOCK
        if joined and joined[-1][0] + joined[-1][1] == offset:
            joined[-1][1] += BLOCK
        else:
            joined.append([offset, BLOCK])
    return joined


def octal(number, width):
    return b"%0*o\0" % (width - 1, number)


def sparse_header(name, size_bytes, segments):
    """The header blocks of a sparse member in GNU tar's own format."""
    # The end of the file is told by an empty segment, as GNU tar does it.
    map_entries = [octal(offset, 12) + octal(length, 12)
                   for offset, length in [*segments, (size_bytes, 0)]]
    header = bytearray(512)

    def put(offset, value):
        header[offset:offset + len(value)] = value

    put(0, name.encode())
    put(100, octal(0o644, 8))
    put(108, octal(0, 8))
    put(116, octal(0, 8))
    put(124, octal(sum(length for _, length in segments), 12))
    put(136, octal(0, 12))
    put(156, b"S")
    put(257, b"ustar  \0")
    put(386, b"".join(map_entries[:4]))
    header[482] = len(map_entries) > 4
    put(483, octal(size_bytes, 12))
    put(148, b" " * 8)
    put(148, b"%06o\0 " % sum(header))
    blocks = [bytes(header)]
    for at in range(4, len(map_entries), 21):
        more = bytes([at + 21 < len(map_entries)])
        block = b"".join(map_entries[at:at + 21]).ljust(504, b"\0") + more
        blocks.append(block.ljust(512, b"\0"))
    return b"".join(blocks)


def write_archive(volume, name, pbns):
    target = os.path.join(HERE, name + ".tar.gz")
    tar = io.BytesIO()
    tar.write(sparse_header(name + ".img", volume.size_bytes, extents(pbns)))
    for pbn in pbns:
        tar.write(volume.block(pbn))
    tar.write(bytes(1024))
    tar.write(bytes(-tar.tell() % tarfile.RECORDSIZE))
    with open(target, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as out:
            out.write(tar.getvalue())
    return target


def verify(volume, target, pbns):
    """Reads an archive back with another implementation of the format than the writer's."""
    kept = set(pbns)
    with tarfile.open(target) as archive:
        member, = archive.getmembers()
        assert member.size == volume.size_bytes and member.issparse(), target
        content = archive.extractfile(member)
        seen = set()
        for offset, length in member.sparse:
            content.seek(offset)
            for at in range(offset, offset + length, BLOCK):
                assert content.read(BLOCK) == volume.block(at // BLOCK), (target, at // BLOCK)
                seen.add(at // BLOCK)
        assert seen == kept, target


def main(source, names):
    for name in names or sorted(n[:-4] for n in os.listdir(source) if n.endswith(".img")):
        with Volume(os.path.join(source, name + ".img")) as volume:
            kept = blocks_to_keep(volume, PLAIN_DATA_BELOW_LBN.get(name, 0))
            pbns = sorted(pbn for kind in kept.values() for pbn in kind)
            target = write_archive(volume, name, pbns)
            verify(volume, target, pbns)
        counts = ", ".join("%d %s" % (len(blocks), kind) for kind, blocks in sorted(kept.items()))
        print("%s: %d bytes; %s" % (name, os.path.getsize(target), counts))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
