#!/usr/bin/env python3
"""The read/write engine against dd, and how long its writes take while somebody flushes.

    bench/engine.py [--rounds 9] [--modes ZONED,LOCKING] [--threads 1,2] [--loads UNIQUE,...]
                    [--latency-seconds 3] [--latency-directory DIRECTORY ...]
                    [--scaling-turns 3]

The first table is EngineComparison: in each round the engine writes 64 MiB in order, reads them, and
writes as much at random, and dd writes the same bytes to a new file, all in memory; the figures are
medians. The second is WriteLatency: phases with a flush every second and without come in turns.
Both run in one process each, so that whatever else the machine does hits all that is compared. The
third is what a second processor gives: EngineComparison held to one of them, and to two, in turns.
"""

import argparse
import os
import statistics
import subprocess

from compare import bench_command, print_machine


def output(program, arguments, cores=None):
    command = bench_command(program)
    # The heap that a workload of this size takes, and the collector that Java chooses for it.
    command[1:3] = ["-Xmx2g", "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow"]
    command += [str(argument) for argument in arguments]
    if cores is not None:
        command = ["taskset", "-c", cores] + command
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def lines(program, arguments):
    print(output(program, arguments), end="", flush=True)


def throughputs(table):
    """MiB/s by kind of access, of the lines that EngineComparison prints."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {row[3]: float(row[4]) for row in rows}


def scaling(options):
    print("\nFrom one to two cores, MiB/s, one thread each for what the mode divides\n")
    print("| mode | load | access | one core | two cores | faster |")
    print("|---|---|---|---:|---:|---:|")
    for load in options.loads.split(","):
        for mode in options.modes.split(","):
            taken = {"0": {}, "0,1": {}}
            for _ in range(options.scaling_turns):
                for cores, figures in taken.items():
                    table = output("EngineComparison", [mode, 1, load, options.rounds], cores)
                    for access, figure in throughputs(table).items():
                        figures.setdefault(access, []).append(figure)
            for access in taken["0"]:
                one, two = (statistics.median(figures[access]) for figures in taken.values())
                print(f"| {mode.lower()} | {load.lower()} | {access} | {one:.0f} | {two:.0f} "
                      f"| {two / one:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--modes", default="ZONED,LOCKING")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--loads", default="UNIQUE,DUPLICATE,ZERO,COMPRESSIBLE")
    parser.add_argument("--latency-seconds", type=float, default=3, help="of each phase")
    parser.add_argument("--latency-phases", type=int, default=6, help="of each kind")
    parser.add_argument("--scaling-turns", type=int, default=3)
    parser.add_argument("--latency-directory", nargs="*", default=["/dev/shm", "/var/tmp"])
    options = parser.parse_args()

    print_machine("/dev/shm")
    print("| mode | threads | load | access | MiB/s | dd 4K | dd 1M | of dd 4K | of dd 1M "
          "| CPU us/block | dd 4K |")
    print("|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for load in options.loads.split(","):
        for mode in options.modes.split(","):
            for threads in options.threads.split(","):
                lines("EngineComparison", [mode, threads, load, options.rounds])
    for directory in options.latency_directory:
        print(f"\nLatency of writes in microseconds, without / with flushes, in {directory}\n")
        print("| mode | writes | with flushes | median | 99 % | 99.9 % | ratio of these "
              "| flush ms |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        for mode in options.modes.split(","):
            lines("WriteLatency",
                  [mode, directory, options.latency_seconds, options.latency_phases])
    if options.scaling_turns > 0 and os.cpu_count() > 1:
        scaling(options)
    print(f"\nload average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
