#!/usr/bin/env python3
"""vdo_dump against vdodumpblockmap, and for itself: mappings for each CPU-second, and memory.

    bench/dump.py [--mappings 2M,20M] [--shapes sequential,scattered] [--runs 3] [--work DIRECTORY]

Makes the volumes as bench/compare.py does, and runs all candidates in turns on each, so that whatever
else the machine does hits them all. The dumps go to /dev/null. vdo_dump has 64 MiB of heap. Prints
medians as a Markdown table: wall time, CPU time, mappings for each CPU-second, peak memory, and how
many times as fast as vdodumpblockmap vdo_dump is.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

import compare

DUMP = os.path.join(compare.ROOT, "bin/vdo_dump")
BLOCKMAP = os.environ.get(
    "VDODUMPBLOCKMAP", os.path.join(compare.RIG, "vdo/usr/bin/vdodumpblockmap"))
NUMBER = {"K": 10**3, "M": 10**6, "G": 10**9}


def measure(command, environment):
    with open(os.devnull, "w") as nothing:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=nothing, env={**os.environ, **environment})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def candidates(image):
    heap = {"VDO_JAVA_OPTIONS": "-Xmx64m"}
    found = [("vdo_dump, XML", [DUMP, "--quiet", image], heap),
             ("vdo_dump, JSON Lines", [DUMP, "--quiet", "--format", "jsonl", image], heap),
             # What vdodumpblockmap tells, and no more: it reads no counts.
             ("vdo_dump --only block-map, XML", [DUMP, "--quiet", "--only", "block-map", image], heap)]
    if os.path.exists(BLOCKMAP):
        found.append(("vdodumpblockmap", [BLOCKMAP, image], {}))
    else:
        print(f"{BLOCKMAP} is not there: nothing to compare with", file=sys.stderr)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mappings", default="20M")
    parser.add_argument("--shapes", default="sequential,scattered")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", default="/var/tmp/vdo-bench")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    print("| mappings | shape | program | seconds | CPU seconds | mappings per CPU-second | peak MiB |"
          " faster than vdodumpblockmap |")
    print("|---|---|---|---|---|---|---|---|")
    for mappings in options.mappings.split(","):
        count = int(mappings[:-1]) * NUMBER[mappings[-1]]
        for shape in options.shapes.split(","):
            image = compare.generate(options.work, shape, mappings)
            programs = candidates(image)
            outcomes = {name: [] for name, _, _ in programs}
            for _ in range(options.runs):
                for name, command, environment in programs:
                    outcomes[name].append(measure(command, environment))
            medians = {name: [statistics.median(column) for column in zip(*rows)]
                       for name, rows in outcomes.items()}
            peer = medians.get("vdodumpblockmap")
            for name, (seconds, cpu, peak) in medians.items():
                ratio = f"{peer[0] / seconds:.1f}" if peer and name != "vdodumpblockmap" else ""
                print(f"| {mappings} | {shape} | {name} | {seconds:.1f} | {cpu:.1f} |"
                      f" {count / cpu / 1e6:.1f} M | {peak:.0f} | {ratio} |")


if __name__ == "__main__":
    main()
