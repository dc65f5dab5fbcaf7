#!/usr/bin/env python3
"""vdo_repair against one check of the same volume.

    bench/repair.py [--mappings 20M] [--physical 200G] [--leaves 50] [--runs 3] [--work DIRECTORY]

Makes a clean volume, in tmpfs unless told otherwise (it takes about 400 MB), and damages it twice:

    leaves   so many leaf pages are overwritten with zeros, spread over the block map
    summary  the slab summary is overwritten with zeros: every slab in use has to be set up anew

Of each it runs in turns, so that whatever else the machine does hits them all:

    vdo_check, vdo_repair (the plan), vdo_repair --apply with the undo file, vdo_undo --apply

Between the runs the volume is what it was at first: the undo file sees to that. Prints medians.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile

from compare import bench_command, measure, print_machine

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECK = os.path.join(ROOT, "bin/vdo_check")
REPAIR = os.path.join(ROOT, "bin/vdo_repair")
UNDO = os.path.join(ROOT, "bin/vdo_undo")
BLOCK = 4096
SUMMARY_BLOCKS = 64
HEADER, ENTRY = 36, 5
PAGE_VERSION = struct.pack("<II", 4, 1)


def pages(image):
    """The first block named by each block map page, by PBN: what lies at the PBN that it says."""
    found = {}
    with open(image, "rb") as volume:
        end, at = os.fstat(volume.fileno()).st_size, 0
        while at < end:
            try:
                at = os.lseek(volume.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            hole = os.lseek(volume.fileno(), at, os.SEEK_HOLE)
            for offset in range(at, hole, BLOCK):
                page = os.pread(volume.fileno(), BLOCK, offset)
                if page[:8] == PAGE_VERSION and struct.unpack_from("<Q", page, 16)[0] * BLOCK == offset:
                    found[offset // BLOCK] = first_named(page)
            at = hole
    return found


def first_named(page):
    for at in range(HEADER, BLOCK - ENTRY + 1, ENTRY):
        low, pbn = struct.unpack_from("<BI", page, at)
        if low & 15:
            return (low >> 4) << 32 | pbn
    return None


def leaves(image, wanted):
    """PBNs of leaf pages, spread over all: what they name first is no page."""
    all_pages = pages(image)
    found = sorted(pbn for pbn, named in all_pages.items() if named and named not in all_pages)
    return found[:: max(1, len(found) // wanted)][:wanted]


def summary(image):
    """PBNs of the slab summary, which ends the volume."""
    checked = subprocess.run([CHECK, "--json", image], stdout=subprocess.PIPE, check=True)
    end = json.loads(checked.stdout)["volume"]["physicalBlocks"]
    return range(end - SUMMARY_BLOCKS, end)


def swap(image, blocks):
    """Writes blocks; returns what was there."""
    old = {}
    with open(image, "r+b") as volume:
        for pbn, content in blocks.items():
            volume.seek(pbn * BLOCK)
            old[pbn] = volume.read(BLOCK)
            volume.seek(pbn * BLOCK)
            volume.write(content)
    return old


def measure_until(command, status, expect):
    """As measure(), of a command that ends with another status than 0 when all went well."""
    shell = f'"$@"; test $? -eq {status}'
    return measure(["sh", "-c", shell, command[0], *command], expect)


def compare(image, undo, title, runs):
    commands = {
        "vdo_check": ([CHECK, image], 4, ""),
        "vdo_repair": ([REPAIR, image], 4, "the result is in order"),
        "vdo_repair --apply": ([REPAIR, "--apply", "--undo", undo, image], 1, "repaired and in order"),
        "vdo_undo --apply": ([UNDO, "--apply", undo, image], 0, "the change is taken back"),
    }
    outcomes = {name: [] for name in commands}
    size = 0
    for _ in range(runs):
        for name, (command, status, expect) in commands.items():
            outcomes[name].append(measure_until(command, status, expect))
            if name == "vdo_repair --apply":
                size = os.path.getsize(undo)
        os.remove(undo)
    check = statistics.median(outcome.seconds for outcome in outcomes["vdo_check"])
    print(f"\n{title}, undo file {size / 2**20:.1f} MiB, {runs} runs in turns, "
          f"load average {os.getloadavg()[0]:.1f}\n")
    print("| | median s | CPU s | times a check | peak MiB |")
    print("|---|---:|---:|---:|---:|")
    for name, all_runs in outcomes.items():
        seconds = statistics.median(outcome.seconds for outcome in all_runs)
        cpu = statistics.median(outcome.cpu for outcome in all_runs)
        peak = max(outcome.peak_kib for outcome in all_runs) / 1024
        print(f"| {name} | {seconds:.2f} | {cpu:.2f} | {seconds / check:.2f} | {peak:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mappings", default="20M")
    parser.add_argument("--physical", default="200G")
    parser.add_argument("--shape", default="scattered")
    parser.add_argument("--leaves", type=int, default=50, help="leaf pages to overwrite")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", default="/dev/shm", help="where the volume is made")
    options = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for command in (CHECK, REPAIR, UNDO):
        subprocess.run([command, "--version"], stdout=subprocess.DEVNULL, check=True)
    work = tempfile.mkdtemp(dir=options.work)
    image, undo = os.path.join(work, "volume.img"), os.path.join(work, "undo")
    try:
        print_machine(work)
        measure(bench_command("MetadataGenerator")
                + ["--shape", options.shape, "--mappings", options.mappings, "--physical",
                   options.physical, "--output", image], "LBNs")
        print(f"{options.shape}, {options.mappings} mappings")
        whole = swap(image, dict.fromkeys(leaves(image, options.leaves), bytes(BLOCK)))
        compare(image, undo, f"{len(whole)} leaf pages lost", options.runs)
        swap(image, whole)
        swap(image, dict.fromkeys(summary(image), bytes(BLOCK)))
        compare(image, undo, "the slab summary lost", options.runs)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
