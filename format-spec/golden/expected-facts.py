#!/usr/bin/env python3
"""Records what VDO's own tools, and a plain reading of the format, say about each fixture.

    expected-facts.py IMAGE-DIRECTORY TOOL-DIRECTORY

IMAGE-DIRECTORY holds NAME.img for each NAME.tar.gz of this directory; TOOL-DIRECTORY holds vdoaudit
and vdodumpblockmap. NAME.expected.json is written beside this script. README.md explains every
field and the canonical forms behind the hashes.

The block map is taken from the output of vdodumpblockmap and compared with our own walk of the
trees, and a replay of a crashed volume with the driver's own recovery of it where that is a fixture
too. They have to agree, or nothing is written.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter

sys.dont_write_bytecode = True  # The tree stays free of __pycache__.

from golden_replay import V1, Replay
from golden_volume import ENTRIES_PER_PAGE, ROOTS, STATES, ZERO_BLOCK, Volume, u64

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS_VERSION = "8.3.0.71"
RECOVERING = STATES.index("RECOVERING")
DUMP_LINE = re.compile(
    r"PBN (\d+)\t slot (\d+)\t height (\d+)\t-> PBN (\d+) \(compression state (\d+)\)")


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def run(tools, tool, *arguments):
    return subprocess.run([os.path.join(tools, tool), *arguments], capture_output=True, text=True)


def dumped_entries(volume, dump):
    """Each (page, slot, height, state, pbn, lbn) in vdodumpblockmap's output, in its order."""
    place = {volume.root_origin + root: (root, 0) for root in range(ROOTS)}
    for line in dump.splitlines():
        page, slot, height, pbn, state = map(int, DUMP_LINE.fullmatch(line).groups())
        root, index = place[page]
        child = index * ENTRIES_PER_PAGE + slot
        if height:
            place[pbn] = root, child
            yield page, slot, height, state, pbn, None
        else:
            yield page, slot, height, state, pbn, (index * ROOTS + root) * ENTRIES_PER_PAGE + slot


def block_map_facts(volume, tools):
    dump = run(tools, "vdodumpblockmap", volume.path)
    assert dump.returncode == 0, volume.path
    entries = sorted(dumped_entries(volume, dump.stdout))
    assert entries == sorted(volume.tree_entries()), volume.path

    facts = canonical_block_map(entries)
    facts["sortedDumpSha256"] = sha256("".join(sorted(dump.stdout.splitlines(keepends=True))))
    return facts


def canonical_block_map(entries):
    leaves = sorted((lbn, state, pbn) for *_, state, pbn, lbn in entries if lbn is not None)
    tree = [(page, slot, height, pbn) for page, slot, height, _, pbn, lbn in entries if lbn is None]
    kinds = Counter(
        "compressed" if state >= 2 else "plain" if pbn else "zero" for _, state, pbn in leaves)
    heights = Counter(height - 1 for _, _, height, _ in tree)
    return {
        "pagesByHeight": [heights[height] for height in range(4)],
        "mappings": {kind: kinds[kind] for kind in ("plain", "zero", "compressed")},
        "dataBlocksReferenced": len({pbn for _, _, pbn in leaves if pbn}),
        "mappingsSha256": sha256("".join("%d %d %d\n" % leaf for leaf in leaves)),
        "treeSha256": sha256("".join("%d %d %d %d\n" % entry for entry in tree)),
    }


def audit_facts(volume, tools):
    audit = run(tools, "vdoaudit", "--verbose", volume.path)
    said = audit.stdout + audit.stderr
    facts = {"exitStatus": audit.returncode}
    if match := re.search(r"Logical block count matched at (\d+)", said):
        facts["logicalBlocksMatchedAt"] = int(match[1])
    if match := re.search(r"Logical block count mismatch! Expected (\d+), got (\d+)", said):
        facts["logicalBlocksStored"], facts["logicalBlocksFound"] = int(match[1]), int(match[2])
    facts["allReferencesMatched"] = "All pbn references matched." in said
    facts["referenceMismatches"] = said.count("Reference mismatch for pbn")
    facts["hintMismatches"] = said.count("Slab summary reports")
    facts["saysNew"] = "newly formatted" in said
    facts["saysNotCleanlyShutDown"] = "not cleanly shut down" in said
    return facts


def slab_facts(volume):
    """The used slabs one by one, and the counts of all slabs together."""
    slabs, histogram, everything = [], Counter(), hashlib.sha256()
    for slab in range(volume.slab_count):
        offset, hint, load, dirty = volume.summary_entry(slab)
        counts = volume.stored_counts(slab)
        everything.update(counts)
        histogram.update(counts)
        if offset or load or dirty:
            slabs.append({
                "slab": slab,
                "tailBlockOffset": offset,
                "fullnessHint": hint,
                "loadRefCounts": bool(load),
                "isDirty": bool(dirty),
                "blocksInUse": len(counts) - counts.count(0),
                "countsSha256": sha256(counts),
            })
    return slabs, {
        "sha256": everything.hexdigest(),
        "histogram": {str(count): histogram[count] for count in sorted(histogram)},
    }


def journal_facts(volume):
    start, count = volume.partitions[2]
    blocks = [block for block in map(volume.block, range(start, start + count))
              if u64(block, 24) == volume.nonce and block[32] in (1, 3)]
    sequences = [u64(block, 16) for block in blocks]
    return {
        "blocksWithNonce": len(blocks),
        "metadataTypes": sorted({block[32] for block in blocks}),
        "recoveryCounts": sorted({block[52] for block in blocks}),
        "lowestSequence": min(sequences, default=0),
        "highestSequence": max(sequences, default=0),
        "highestBlockMapHead": max((u64(block, 0) for block in blocks), default=0),
        "highestSlabJournalHead": max((u64(block, 8) for block in blocks), default=0),
    }


def replay_facts(volume):
    """What a recovery arrives at, by section 13 of volume.md."""
    replay = Replay(volume)
    counts = [replay.counts[slab] for slab in range(volume.slab_count)]
    histogram = Counter(b"".join(counts))
    # A volume that was stopped before it was scrubbed has nothing to take from its journal.
    facts = {} if volume.state == RECOVERING else {
        "journalFormat": "V1" if replay.journal_type == V1 else "current",
        "blockMapHead": replay.ends.block_map_head,
        "slabJournalHead": replay.ends.slab_journal_head,
        "tail": replay.tail,
        "top": replay.ends.top,
        "entries": len(replay.entries),
    }
    assert replay.ends is None or volume.state != RECOVERING
    facts |= {
        "logicalBlocksUsed": replay.logical_blocks_used,
        "blockMapDataBlocks": replay.block_map_data_blocks,
        "blockMap": canonical_block_map(sorted(replay.tree_entries())),
        "referenceCounts": {
            "sha256": sha256(b"".join(counts)),
            "histogram": {str(count): histogram[count] for count in sorted(histogram)},
        },
    }
    if replay.journal_type == V1:
        facts["missingDecrements"] = len(replay.missing_decrements)
        facts["missingDecrementsOfUnmapped"] = sum(
            not state for state, _ in replay.missing_decrements)
        facts["missingDecrementsWithoutPbn"] = sum(not pbn for _, pbn in replay.missing_decrements)
    return facts


def agrees(replayed, recovered):
    """Whether our replay found what the driver's recovery of the same volume left behind."""
    return (all(recovered["blockMap"][key] == value for key, value in replayed["blockMap"].items())
            and recovered["referenceCounts"] == replayed["referenceCounts"]
            and all(recovered["superBlock"][key] == replayed[key]
                    for key in ("logicalBlocksUsed", "blockMapDataBlocks")))


def stored_blocks_by_area(volume):
    areas = Counter(volume.area(pbn) for pbn in volume.stored_blocks()
                    if volume.block(pbn) != ZERO_BLOCK)
    return dict(sorted(areas.items()))


def facts_of(name, volume, tools):
    slabs, counts = slab_facts(volume)
    facts = {
        "name": name,
        "sizeBytes": volume.size_bytes,
        "nonZeroBlocks": stored_blocks_by_area(volume),
        "geometry": {
            "version": "%d.0" % volume.geometry_version,
            "releaseVersion": volume.release,
            "nonce": "%016x" % volume.nonce,
            "indexStart": volume.index_start,
            "dataStart": volume.data_start,
        },
        "superBlock": {
            "volumeVersion": "%d.%d" % volume.volume_version,
            "componentVersion": "%d.%d" % volume.component_version,
            "state": STATES[volume.state],
            "completeRecoveries": volume.complete_recoveries,
            "readOnlyRecoveries": volume.read_only_recoveries,
            "logicalBlocks": volume.logical_blocks,
            "physicalBlocks": volume.physical_blocks,
            "journalStart": volume.journal_start,
            "logicalBlocksUsed": volume.logical_blocks_used,
            "blockMapDataBlocks": volume.block_map_data_blocks,
            "slabBlocks": volume.slab_blocks,
            "slabDataBlocks": volume.slab_data_blocks,
            "slabReferenceBlocks": volume.slab_reference_blocks,
            "slabJournalBlocks": volume.slab_journal_blocks,
            "firstBlock": volume.first_block,
            "slabCount": volume.slab_count,
            "zoneCount": volume.zone_count,
            "rootOrigin": volume.root_origin,
        },
        "blockMap": block_map_facts(volume, tools),
        "recoveryJournal": journal_facts(volume),
        "slabs": slabs,
        "referenceCounts": counts,
        "vdoaudit": {"toolsVersion": TOOLS_VERSION, **audit_facts(volume, tools)},
    }
    if volume.state in (STATES.index("DIRTY"), STATES.index("READ_ONLY_MODE"), RECOVERING):
        facts["afterReplay"] = replay_facts(volume)
    return facts


def main(images, tools):
    suffix = ".tar.gz"
    facts = {}
    for name in sorted(n[:-len(suffix)] for n in os.listdir(HERE) if n.endswith(suffix)):
        with Volume(os.path.join(images, name + ".img")) as volume:
            facts[name] = facts_of(name, volume, tools)
    for name, of in facts.items():
        if name + "-recovered" in facts:
            of["recoveredAs"] = name + "-recovered"
            assert agrees(of["afterReplay"], facts[name + "-recovered"]), name
        with open(os.path.join(HERE, name + ".expected.json"), "w", encoding="ascii") as out:
            json.dump(of, out, indent=2)
            out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
