#!/usr/bin/env python3
"""vdo_replay against one check of the same volume, and what the undo file costs.

    bench/replay.py [--mappings 20M] [--physical 200G] [--journal 32768] [--runs 3] [--work DIRECTORY]

Makes a volume that crashed with its recovery journal full of overwrites, of which none has reached
the block map or the slabs, in tmpfs unless told otherwise (it takes about 400 MB, and the undo file
as much again). Runs in turns, so that whatever else the machine does hits them all:

    vdo_check, vdo_replay (the plan), vdo_replay --apply with the undo file, vdo_undo --apply

Between the runs the volume is what it was at first: the undo file sees to that. Then one process
replays it twice and tells what each phase takes, of which those of the undo file are its price.
Prints medians.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from compare import bench_command, measure, print_machine

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECK = os.path.join(ROOT, "bin/vdo_check")
REPLAY = os.path.join(ROOT, "bin/vdo_replay")
UNDO = os.path.join(ROOT, "bin/vdo_undo")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mappings", default="20M")
    parser.add_argument("--physical", default="200G")
    parser.add_argument("--shape", default="scattered")
    parser.add_argument("--journal", default="32768", help="blocks of the journal in use")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", default="/dev/shm", help="where the volume is made")
    options = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for command in (CHECK, REPLAY, UNDO):
        subprocess.run([command, "--version"], stdout=subprocess.DEVNULL, check=True)
    work = tempfile.mkdtemp(dir=options.work)
    image, undo = os.path.join(work, "volume.img"), os.path.join(work, "undo")
    commands = {
        "vdo_check": ([CHECK, image], "no problem found"),
        "vdo_replay": ([REPLAY, image], "the result is clean and in order"),
        "vdo_replay --apply": ([REPLAY, "--apply", "--undo", undo, image], "replayed, clean"),
        "vdo_undo --apply": ([UNDO, "--apply", undo, image], "the change is taken back"),
    }
    outcomes = {name: [] for name in commands}
    try:
        print_machine(work)
        measure(bench_command("MetadataGenerator")
                + ["--shape", options.shape, "--mappings", options.mappings, "--physical",
                   options.physical, "--journal", options.journal, "--output", image], "LBNs")
        size = 0
        for _ in range(options.runs):
            for name, (command, expect) in commands.items():
                outcomes[name].append(measure(command, expect))
                if name == "vdo_replay --apply":
                    size = os.path.getsize(undo)
            os.remove(undo)
        check = statistics.median(outcome.seconds for outcome in outcomes["vdo_check"])
        print(f"{options.shape}, {options.mappings} mappings, {options.journal} journal blocks, "
              f"undo file {size / 2**20:.0f} MiB, {options.runs} runs in turns\n")
        print("| | median s | CPU s | times a check | peak MiB |")
        print("|---|---:|---:|---:|---:|")
        for name, all_runs in outcomes.items():
            seconds = statistics.median(outcome.seconds for outcome in all_runs)
            cpu = statistics.median(outcome.cpu for outcome in all_runs)
            peak = max(outcome.peak_kib for outcome in all_runs) / 1024
            print(f"| {name} | {seconds:.2f} | {cpu:.2f} | {seconds / check:.2f} | {peak:.0f} |")
        print("\n" + measure(bench_command("ReplayPhases", "6g") + [image, undo], "written").output)
        print(f"load average at the end {os.getloadavg()[0]:.1f}")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
