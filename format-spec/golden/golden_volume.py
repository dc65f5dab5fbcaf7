"""Reads just enough of a VDO volume to sort its blocks into metadata and data.

It follows format-spec/volume.md and shares nothing with the Java library, on purpose: the facts it
records are a second opinion to hold against what the library finds.
It trusts the volume (the fixtures are sound or crashed, never hostile) and needs only Python 3.
"""

import os
import struct

BLOCK = 4096
ENTRIES_PER_PAGE = 812
PAGE_ENTRIES_OFFSET = 36
ROOTS = 60
COUNTS_PER_SECTOR = 504
COUNTS_PER_BLOCK = 8 * COUNTS_PER_SECTOR
SUMMARY_ENTRIES_PER_BLOCK = 2048
SUMMARY_BLOCKS_PER_ZONE = 4
ZERO_BLOCK = bytes(BLOCK)
STATES = ("DIRTY", "NEW", "CLEAN", "READ_ONLY_MODE", "FORCE_REBUILD", "RECOVERING", "REPLAYING",
          "REBUILD_FOR_UPGRADE")


def u16(block, offset):
    return struct.unpack_from("<H", block, offset)[0]


def u32(block, offset):
    return struct.unpack_from("<I", block, offset)[0]


def u64(block, offset):
    return struct.unpack_from("<Q", block, offset)[0]


def entry_at(block, offset):
    """The (state, pbn) of the 5-byte block map entry at an offset."""
    return block[offset] & 0x0F, (block[offset] >> 4) << 32 | u32(block, offset + 1)


class Volume:
    """A volume in a regular file. Closed by using it as a context manager."""

    def __init__(self, path):
        self.path = path
        self._fd = os.open(path, os.O_RDONLY)
        self.size_bytes = os.fstat(self._fd).st_size
        self._read_geometry()
        self._read_super_block()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._fd)

    def block(self, pbn):
        return os.pread(self._fd, BLOCK, pbn * BLOCK).ljust(BLOCK, b"\0")

    def stored_blocks(self):
        """The numbers of all blocks that are not in a hole of the file, ascending."""
        position, next_block = 0, 0
        while True:
            try:
                position = os.lseek(self._fd, position, os.SEEK_DATA)
            except OSError:  # ENXIO: nothing but a hole up to the end.
                return
            end = os.lseek(self._fd, position, os.SEEK_HOLE)
            first = max(next_block, position // BLOCK)
            next_block = max(next_block, -(-end // BLOCK))
            yield from range(first, next_block)
            position = end

    def _read_geometry(self):
        geometry = self.block(0)
        assert geometry[:8] == b"dmvdo001", self.path
        self.geometry_version = u32(geometry, 12)
        self.release = u32(geometry, 28)
        self.nonce = u64(geometry, 32)
        shift = 8 if self.geometry_version == 5 else 0
        self.index_start = u64(geometry, 60 + shift)
        self.data_start = u64(geometry, 72 + shift)

    def _read_super_block(self):
        block = self.block(self.data_start)
        self.volume_version = (u32(block, 24), u32(block, 28))
        self.component_version = (u32(block, 32), u32(block, 36))
        self.state = u32(block, 40)
        self.complete_recoveries, self.read_only_recoveries = u64(block, 44), u64(block, 52)
        self.logical_blocks, self.physical_blocks = u64(block, 60), u64(block, 68)
        self.partitions = {}
        for record in range(block[144]):
            at = 145 + 25 * record
            self.partitions[block[at]] = (u64(block, at + 1), u64(block, at + 17))
        self.journal_start = u64(block, 265)
        self.logical_blocks_used, self.block_map_data_blocks = u64(block, 273), u64(block, 281)
        self.slab_blocks, self.slab_data_blocks = u64(block, 309), u64(block, 317)
        self.slab_reference_blocks, self.slab_journal_blocks = u64(block, 325), u64(block, 333)
        self.first_block, self.last_block = u64(block, 365), u64(block, 373)
        self.zone_count = block[381]
        self.root_origin = u64(block, 418)
        self.slab_count = (self.last_block - self.first_block) // self.slab_blocks

    # --- where a block lies -------------------------------------------------------------------

    def area(self, pbn):
        """The name of the area that a block lies in."""
        if pbn == 0:
            return "geometry"
        if pbn < self.data_start:
            return "index"
        if pbn == self.data_start:
            return "super block"
        if self._in_partition(0, pbn):
            return "block map root"
        if self._in_partition(2, pbn):
            return "recovery journal"
        if self._in_partition(3, pbn):
            return "slab summary"
        if not self.first_block <= pbn < self.last_block:
            return "unused"
        offset = (pbn - self.first_block) % self.slab_blocks
        if offset < self.slab_data_blocks:
            return "data"
        if offset < self.slab_data_blocks + self.slab_reference_blocks:
            return "reference counts"
        return "slab journal"

    def is_data_block(self, pbn):
        return self.area(pbn) == "data"

    def _in_partition(self, partition, pbn):
        start, count = self.partitions[partition]
        return start <= pbn < start + count

    # --- block map ----------------------------------------------------------------------------

    def has_page_signature(self, page):
        """Version 4.1 and this volume's nonce: nothing but a block map page begins like that."""
        return page[:8] == b"\4\0\0\0\1\0\0\0" and u64(page, 8) == self.nonce

    def is_valid_page(self, page, pbn):
        return self.has_page_signature(page) and page[32] != 0 and u64(page, 16) == pbn

    def page_entries(self, page):
        """Each (slot, state, pbn) of a page that is not the unmapped entry (0, 0)."""
        for slot in range(ENTRIES_PER_PAGE):
            state, pbn = entry_at(page, PAGE_ENTRIES_OFFSET + 5 * slot)
            if state or pbn:
                yield slot, state, pbn

    def tree_entries(self):
        """Each (page, slot, height, state, pbn, lbn) of the block map on disk, depth first.

        The height is that of the page that holds the entry. The lbn is None above the leaves.
        """
        for root in range(ROOTS):
            yield from self._entries_below(self.root_origin + root, root, 4, 0)

    def _entries_below(self, page_pbn, root, height, index):
        page = self.block(page_pbn)
        if not self.is_valid_page(page, page_pbn):
            return
        for slot, state, pbn in self.page_entries(page):
            child = index * ENTRIES_PER_PAGE + slot
            if height == 0:
                lbn = (index * ROOTS + root) * ENTRIES_PER_PAGE + slot
                yield page_pbn, slot, height, state, pbn, lbn
            else:
                yield page_pbn, slot, height, state, pbn, None
                yield from self._entries_below(pbn, root, height - 1, child)

    # --- recovery journal ---------------------------------------------------------------------

    def journal_entries(self):
        """Each (page, slot, [(state, pbn), ...]) in any journal block that has our nonce.

        Old generations and torn sectors included: the question is only which blocks the journal
        may speak about.
        """
        start, count = self.partitions[2]
        for pbn in range(start, start + count):
            block = self.block(pbn)
            if block[32] not in (1, 3) or u64(block, 24) != self.nonce:
                continue
            size, most = (16, 31) if block[32] == 3 else (11, 46)
            for sector in range(512, BLOCK, 512):
                for i in range(min(block[sector + 2], most)):
                    at = sector + 3 + size * i
                    if at + size > sector + 512:
                        break
                    word = u16(block, at)
                    page = (word >> 12) << 32 | u32(block, at + 2)
                    yield page, word >> 2 & 0x3FF, [
                        entry_at(block, location) for location in range(at + 6, at + size, 5)]

    # --- slab depot ---------------------------------------------------------------------------

    def summary_entry(self, slab):
        """The authoritative (tail_block_offset, fullness_hint, load_ref_counts, is_dirty)."""
        copy = slab % max(self.zone_count, 1)
        block = self.block(self.partitions[3][0] + SUMMARY_BLOCKS_PER_ZONE * copy
                           + slab // SUMMARY_ENTRIES_PER_BLOCK)
        word = u16(block, 2 * (slab % SUMMARY_ENTRIES_PER_BLOCK))
        return word & 0xFF, word >> 8 & 0x3F, word >> 14 & 1, word >> 15

    def stored_counts(self, slab):
        """One byte per data block of a slab, as loaded: 255 as 0, all 0 if nothing was saved."""
        if not self.summary_entry(slab)[2]:
            return bytes(self.slab_data_blocks)
        first = self.first_block + slab * self.slab_blocks + self.slab_data_blocks
        counts = bytearray()
        for pbn in range(first, first + -(-self.slab_data_blocks // COUNTS_PER_BLOCK)):
            block = self.block(pbn)
            for sector in range(0, BLOCK, 512):
                counts += block[sector + 8:sector + 512]
        return bytes(counts[:self.slab_data_blocks]).replace(b"\xff", b"\0")
