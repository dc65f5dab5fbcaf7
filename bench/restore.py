#!/usr/bin/env python3
"""vdo_restore: mappings for each CPU-second, and memory.

    bench/restore.py [--mappings 20M] [--shapes sequential,scattered] [--runs 3] [--rounds 4]
                     [--work DIRECTORY]

Makes the volumes as bench/compare.py does, dumps them with vdo_dump, and restores the dumps to new
images, with 64 MiB of heap. In sequential volumes mappings make runs of whole leaf pages, in
scattered ones each stands by itself. The first table is of whole processes: medians of the wall
time, the CPU time with all that starting and compiling takes, and the peak memory. The second is of
the last of some rounds in one process, when everything is compiled: what a mapping costs where
there are many. "unchecked" is with --no-check, without the check of the result as a whole.
"""

import argparse
import os
import re
import statistics
import subprocess

import compare
from dump import DUMP, NUMBER, measure

RESTORE = os.path.join(compare.ROOT, "bin/vdo_restore")
HEAP = {"VDO_JAVA_OPTIONS": "-Xmx64m"}


def dump_of(image):
    xml = image + ".xml"
    if not os.path.exists(xml):
        subprocess.run([DUMP, "--quiet", image, "-o", xml], check=True)
    return xml


def rounds_command(rounds, arguments):
    library = os.path.join(compare.ROOT, "vdo-restore/target/dist/lib/vdo-restore.jar")
    command = compare.bench_command("CommandRounds", heap="64m")
    place = command.index("-cp") + 1
    command[place] = os.path.join(compare.ROOT, "bench/target/classes") + ":" + library
    return command + [str(rounds), "vdo_restore"] + arguments


def last_round(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found = re.search(r": ([0-9.]+) s, ([0-9.]+) CPU s", done.stdout.splitlines()[-1])
    return float(found.group(1)), float(found.group(2))


def remove(copies):
    for copy in copies:
        if os.path.exists(copy):
            os.remove(copy)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mappings", default="20M")
    parser.add_argument("--shapes", default="sequential,scattered")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--work", default="/var/tmp/vdo-bench")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    subprocess.run([RESTORE, "--version"], stdout=subprocess.DEVNULL, check=True)
    compare.print_machine(options.work)
    whole, warm = [], []
    copy = os.path.join(options.work, f"copy-{os.getpid()}-{{}}.img")
    copies = [copy.replace("{}", str(number)) for number in range(options.rounds)]
    try:
        for mappings in options.mappings.split(","):
            count = int(mappings[:-1]) * NUMBER[mappings[-1]]
            for shape in options.shapes.split(","):
                xml = dump_of(compare.generate(options.work, shape, mappings))
                for name, flags in (("checked", []), ("unchecked", ["--no-check"])):
                    outcomes = []
                    for _ in range(options.runs):
                        outcomes.append(measure(
                            [RESTORE, "--quiet", *flags, "-i", xml, "-o", copies[0]], HEAP))
                        remove(copies)
                    seconds, cpu, peak = (statistics.median(c) for c in zip(*outcomes))
                    whole.append(f"| {mappings} | {shape} | {name} | {seconds:.1f} | {cpu:.1f} |"
                                 f" {count / cpu / 1e6:.1f} M | {peak:.0f} |")
                    seconds, cpu = last_round(rounds_command(
                        options.rounds, ["--quiet", *flags, "-i", xml, "-o", copy]))
                    remove(copies)
                    warm.append(f"| {mappings} | {shape} | {name} | {seconds:.1f} | {cpu:.1f} |"
                                f" {count / cpu / 1e6:.1f} M |")
    finally:
        remove(copies)
    print("\n| mappings | shape | result | seconds | CPU seconds | mappings per CPU-second |"
          " peak MiB |\n|---|---|---|---|---|---|---|", *whole, sep="\n")
    print("\n| mappings | shape | result, compiled | seconds | CPU seconds |"
          " mappings per CPU-second |\n|---|---|---|---|---|---|", *warm, sep="\n")
    print(f"\nload average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
