"""Crash recovery in memory, as section 13 of format-spec/volume.md describes it.

Kept close to the text and far from fast: its only use is to record, for a crashed fixture, the
state that a recovery has to arrive at. Where the driver's own recovery of the same volume is a
fixture too, expected-facts.py compares the two.
"""

from collections import defaultdict, namedtuple

from golden_volume import COUNTS_PER_SECTOR, ENTRIES_PER_PAGE, PAGE_ENTRIES_OFFSET, ROOTS, \
    entry_at, u16, u32, u64

Format = namedtuple("Format", "entry_size per_sector in_last_sector per_block")
FORMATS = {3: Format(16, 31, 31, 217), 1: Format(11, 46, 35, 311)}
V1 = 1
UNMAPPED = 0, 0

# Where an entry is (block, index), what it does, and its one or two (state, pbn).
Entry = namedtuple("Entry", "sequence index operation page slot locations")
Ends = namedtuple("Ends", "block_map_head slab_journal_head top")
# A change of a reference count, with the recovery journal point it came from.
Update = namedtuple("Update", "point pbn is_increment is_block_map")


def journal_point(block, offset):
    return u64(block, offset) >> 16, u16(block, offset)


class Replay:
    """The recovery of one volume; the volume stays as it is. A corrupt journal is an assertion."""

    def __init__(self, volume):
        self.volume = volume
        self.journal_type = None
        self.entries, self.missing_decrements = [], []
        self.logical_blocks_used = volume.logical_blocks_used
        self.block_map_data_blocks = volume.block_map_data_blocks
        self.pages, self.counts = {}, {}
        self.ends = self._find_ends()
        self.tail = None
        if self.ends:
            self._take_entries()
        if self.entries:
            if self.journal_type == V1:
                self.missing_decrements = self._find_missing_decrements()
            self._count_usage()
            self._replay_block_map()
        self._replay_slabs()

    # --- 13.1 and 13.2: the usable part of the journal ----------------------------------------

    def _journal_block(self, sequence):
        start, size = self.volume.partitions[2]
        return self.volume.block(start + sequence % size)

    def _is_valid(self, block):
        return (u64(block, 24) == self.volume.nonce
                and block[52] == self.volume.complete_recoveries & 0xFF
                and block[32] in FORMATS and u16(block, 33) <= FORMATS[block[32]].per_block)

    def _find_ends(self):
        start, size = self.volume.partitions[2]
        top, found, block_map_head, slab_journal_head = self.volume.journal_start, False, 0, 0
        for position in range(size):
            block = self.volume.block(start + position)
            sequence = u64(block, 16)
            if not self._is_valid(block) or sequence % size != position:
                continue
            if sequence >= top:
                found, top = True, sequence
            if found:
                block_map_head = max(block_map_head, u64(block, 0))
                slab_journal_head = max(slab_journal_head, u64(block, 8))
        return Ends(block_map_head, slab_journal_head, top) if found else None

    def _take_entries(self):
        head = min(self.ends.block_map_head, self.ends.slab_journal_head)
        self.journal_type = self._journal_block(head)[32]
        taken = False
        for sequence in range(head, self.ends.top + 1):
            self.tail, taken = sequence, False
            block = self._journal_block(sequence)
            if not self._is_valid(block) or u64(block, 16) != sequence:
                break
            assert block[32] == self.journal_type, "both formats"
            entries = list(self._entries_of(block, sequence))
            self.entries += entries
            taken = bool(entries)
            if len(entries) != FORMATS[self.journal_type].per_block:
                break
        if self.entries and not taken:
            self.tail -= 1
        assert max(self.ends.block_map_head, self.ends.slab_journal_head) <= self.tail

    def _entries_of(self, block, sequence):
        form = FORMATS[self.journal_type]
        left, index = u16(block, 33), 0
        for sector in range(512, 4096, 512):
            capacity = form.in_last_sector if sector == 7 * 512 else form.per_sector
            if (block[sector:sector + 2] != block[51:53] or block[sector + 2] > capacity):
                return
            count = min(block[sector + 2], left)
            for at in range(sector + 3, sector + 3 + count * form.entry_size, form.entry_size):
                word = u16(block, at)
                yield Entry(sequence, index, word & 3, (word >> 12) << 32 | u32(block, at + 2),
                            word >> 2 & 0x3FF,
                            [entry_at(block, o) for o in range(at + 6, at + form.entry_size, 5)])
                index += 1
            left -= count
            if count < capacity or not left:
                return

    # --- 13.3: block map ----------------------------------------------------------------------

    def _replay_block_map(self):
        for entry in self.entries:
            if entry.sequence >= self.ends.block_map_head and self._maps(entry):
                if entry.page not in self.pages:
                    self.pages[entry.page] = self._stored_page(entry.page)
                self.pages[entry.page][entry.slot] = entry.locations[0]

    def _maps(self, entry):
        return self.journal_type != V1 or entry.operation in (1, 3)

    def _stored_page(self, pbn):
        page = self.volume.block(pbn)
        if not self.volume.is_valid_page(page, pbn):
            return [UNMAPPED] * ENTRIES_PER_PAGE
        return [entry_at(page, PAGE_ENTRIES_OFFSET + 5 * slot) for slot in range(ENTRIES_PER_PAGE)]

    def tree_entries(self):
        """As Volume.tree_entries, after recovery."""
        for root in range(ROOTS):
            yield from self._entries_below(self.volume.root_origin + root, root, 4, 0)

    def _entries_below(self, page_pbn, root, height, index):
        entries = self.pages.get(page_pbn) or self._stored_page(page_pbn)
        for slot, (state, pbn) in enumerate(entries):
            child = index * ENTRIES_PER_PAGE + slot
            if (state, pbn) == UNMAPPED:
                continue
            if height == 0:
                lbn = (index * ROOTS + root) * ENTRIES_PER_PAGE + slot
                yield page_pbn, slot, height, state, pbn, lbn
            else:
                yield page_pbn, slot, height, state, pbn, None
                yield from self._entries_below(pbn, root, height - 1, child)

    # --- 13.4: usage counts -------------------------------------------------------------------

    def _count_usage(self):
        block = self._journal_block(self.tail)
        used, pages = u64(block, 35), u64(block, 43)
        for entry in self.entries:
            if entry.sequence != self.tail:
                continue
            mapped = [int(state != 0) for state, _ in entry.locations]
            if self.journal_type == V1:
                used += {1: mapped[0], 0: -mapped[0]}.get(entry.operation, 0)
                pages += mapped[0] if entry.operation == 3 else 0
            elif entry.operation == 1:
                pages += 1
            else:
                used += mapped[0] - mapped[1]
        used -= sum(state != 0 for state, _ in self.missing_decrements)
        self.logical_blocks_used, self.block_map_data_blocks = used, pages

    # --- 13.8: missing decrements of V1 -------------------------------------------------------

    def _find_missing_decrements(self):
        """What each missing decrement releases, in the order in which they are found."""
        found, released, table = object(), [], {}
        for entry in reversed(self.entries):
            place = entry.page, entry.slot
            if entry.operation in (0, 2):
                table.setdefault(place, found)
                continue
            pending = table.pop(place, None)
            if entry.operation == 3:
                assert pending is None, "a block map increment after another entry of its slot"
            elif pending is None:
                table[place] = len(released)
                released.append((place, None))
            elif pending is not found:
                released[pending] = place, entry.locations[0]
        return [location or self._stored_page(page)[slot] for (page, slot), location in released]

    # --- 13.5 and 13.7: slab journals and counts ----------------------------------------------

    def _updates(self):
        for entry in self.entries:
            if entry.sequence < self.ends.slab_journal_head:
                continue
            if self.journal_type == V1:
                yield Update((entry.sequence, entry.index), entry.locations[0][1],
                             entry.operation in (1, 3), entry.operation == 3)
            else:
                for half, (_, pbn) in enumerate(entry.locations):
                    yield Update((entry.sequence, 2 * entry.index + half), pbn, half == 0,
                                 half == 0 and entry.operation == 1)
        for k, (_, pbn) in enumerate(self.missing_decrements):
            yield Update((self.tail, FORMATS[V1].per_block + k), pbn, False, False)

    def _replay_slabs(self):
        volume, updates = self.volume, defaultdict(list)
        for update in self._updates():
            if update.pbn:
                assert volume.is_data_block(update.pbn), update
                updates[(update.pbn - volume.first_block) // volume.slab_blocks].append(update)
        for slab in range(volume.slab_count):
            self.counts[slab] = self._replay_slab(slab, updates[slab])

    def _slab_journal_block(self, slab, position):
        volume = self.volume
        return volume.block(volume.first_block + slab * volume.slab_blocks + volume.slab_data_blocks
                            + volume.slab_reference_blocks + position % volume.slab_journal_blocks)

    def _replay_slab(self, slab, updates):
        volume = self.volume
        offset, _, load, dirty = volume.summary_entry(slab)
        last = self._slab_journal_block(slab, offset - 1)
        head = tail = 1
        recovery_point = 0, 0
        if (offset or load) and last[32] == 2 and u64(last, 24) == volume.nonce:
            tail, recovery_point = u64(last, 8) + 1, journal_point(last, 16)
            head = u64(last, 0) if dirty else tail

        counts = bytearray(volume.stored_counts(slab))
        points = self._commit_points(slab) if load else defaultdict(lambda: (0, 0))

        def apply(point, sbn, is_increment, is_block_map):
            if point <= points[sbn // COUNTS_PER_SECTOR]:
                return
            if is_block_map:
                assert counts[sbn] == 0, (slab, sbn)
                counts[sbn] = 254
            elif is_increment:
                assert counts[sbn] < 254, (slab, sbn)
                counts[sbn] += 1
            else:
                assert counts[sbn] > 0, (slab, sbn)
                counts[sbn] -= 1

        for sequence in range(head, tail):
            block = self._slab_journal_block(slab, sequence)
            assert block[32] == 2 and u64(block, 24) == volume.nonce and u64(block, 8) == sequence
            for index in range(u16(block, 34)):
                word = int.from_bytes(block[36 + 3 * index:39 + 3 * index], "little")
                typed = block[33] and block[3933 + index // 8] >> index % 8 & 1
                apply((sequence, index), word & 0x7FFFFF, word >> 23, typed)

        # Appended entries are numbered as the driver numbers them: commit points may know them.
        sequence, index, full = tail, 0, False
        for point, pbn, is_increment, is_block_map in updates:
            if point <= recovery_point:
                continue
            recovery_point = point
            if index >= 1299 and (full or is_block_map):
                sequence, index, full = sequence + 1, 0, False
            sbn = (pbn - volume.first_block) % volume.slab_blocks
            apply((sequence, index), sbn, is_increment, is_block_map)
            index, full = index + 1, full or is_block_map
            if index == (1299 if full else 1353):
                sequence, index, full = sequence + 1, 0, False
        return bytes(counts)

    def _commit_points(self, slab):
        volume = self.volume
        first = volume.first_block + slab * volume.slab_blocks + volume.slab_data_blocks
        return [journal_point(block, sector)
                for block in map(volume.block, range(first, first + volume.slab_reference_blocks))
                for sector in range(0, 4096, 512)]
