#!/usr/bin/env python3
"""vdo_export against dd of the same bytes, both from memory to memory.

    bench/export.py [--mappings 1M] [--shapes sequential,...] [--runs 5] [--work DIRECTORY]

Makes volumes that hold data (in tmpfs unless told otherwise; each takes 4 KiB for a mapping, and as
much for the output), exports each once for dd to copy, and then runs both in turns, so that whatever
else the machine does hits both. A run counts from the start of the process to its end. dd copies
with blocks of 1 MiB and, where the work directory is not in memory, ends with fsync as vdo_export
does. What comes out is compared byte by byte. Prints medians, and the throughput of vdo_export as a
part of dd's.
"""

import argparse
import filecmp
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from compare import bench_command, filesystem_of, measure, print_machine

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EXPORT = os.path.join(ROOT, "bin/vdo_export")
SHAPES = ["sequential", "scattered", "deduplicated", "compressed", "mixed"]


def make(work, shape, mappings):
    image = os.path.join(work, shape + ".img")
    measure(bench_command("MetadataGenerator")
            + ["--shape", shape, "--mappings", mappings, "--physical", "64G", "--output", image],
            "LBNs")
    measure(bench_command("DataFiller") + [image], "filled")
    return image


def compare(work, shape, mappings, runs):
    image = make(work, shape, mappings)
    reference = os.path.join(work, "reference.raw")
    output = os.path.join(work, "output.raw")
    contestants = {
        "vdo_export": ([EXPORT, image, "-o", output], "everything is exported"),
        "vdo_export -o -": (["sh", "-c", f"'{EXPORT}' '{image}' -o - > '{output}'"],
                            "everything is exported"),
        "dd": (["dd", f"if={reference}", f"of={output}", "bs=1M"]
               + ([] if filesystem_of(work) == "tmpfs" else ["conv=fsync"]), "copied"),
    }
    outcomes = {name: [] for name in contestants}
    try:
        measure([EXPORT, image, "-o", reference], "everything is exported")
        for run in range(runs):
            for name, (command, expect) in contestants.items():
                outcomes[name].append(measure(command, expect))
                if run == 0 and not filecmp.cmp(reference, output, shallow=False):
                    sys.exit(f"{name} wrote something else than was exported before")
                os.remove(output)
        size = os.path.getsize(reference)
    finally:
        for file in (image, reference, output):
            if os.path.exists(file):
                os.remove(file)
    dd = statistics.median(outcome.seconds for outcome in outcomes["dd"])
    for name, all_runs in outcomes.items():
        seconds = statistics.median(outcome.seconds for outcome in all_runs)
        cpu = statistics.median(outcome.cpu for outcome in all_runs)
        peak = max(outcome.peak_kib for outcome in all_runs) / 1024
        print(f"| {shape} | {name} | {seconds:.2f} | {cpu:.2f} | {size / seconds / 2**20:.0f} "
              f"| {dd / seconds:.2f} | {peak:.0f} |")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mappings", default="1M", help="LBNs that hold data, in powers of 1000")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", default="/dev/shm", help="where the volumes are made")
    options = parser.parse_args()

    # So that what takes so much memory goes with a run that is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    subprocess.run([EXPORT, "--version"], stdout=subprocess.DEVNULL, check=True)
    work = tempfile.mkdtemp(dir=options.work)
    try:
        print_machine(work)
        print(f"{options.mappings} mappings, {options.runs} runs in turns\n")
        print("| shape | | median s | CPU s | MiB/s | of dd | peak MiB |")
        print("|---|---|---:|---:|---:|---:|---:|")
        for shape in options.shapes.split(","):
            compare(work, shape, options.mappings, options.runs)
        print(f"\nload average at the end {os.getloadavg()[0]:.1f}")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
