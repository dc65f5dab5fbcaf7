#!/usr/bin/env python3
"""Whole processes compared: vdo_check against vdoaudit, and against the mere reading of the blocks.

    bench/compare.py [--mappings 20M,250M] [--shapes scattered,mixed] [--runs 3] [--work DIRECTORY]

Makes the volumes in the work directory (sparse files; those that are there already are used again),
runs all candidates in turns on each, so that whatever else the machine does hits them all, and
prints medians as Markdown tables. Peak memory is what the kernel says of the finished process.

vdoaudit opens its volume with O_DIRECT, whatever one does. So it is also run on a copy in tmpfs,
where O_DIRECT reads memory like any other read: that is the audit with everything in the page
cache. Where a copy does not fit into free memory this part is left out. If the work directory is in
tmpfs itself, everything is measured in memory, and nothing about a device.
"""

import argparse
import datetime
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RIG = os.environ.get("RIG", os.path.expanduser("~/.cache/vdo-rig"))
AUDIT = os.environ.get("VDOAUDIT", os.path.join(RIG, "vdo/usr/bin/vdoaudit"))
CHECK = os.path.join(ROOT, "bin/vdo_check")
SHAPES = ["sequential", "scattered", "deduplicated", "compressed", "mixed"]
# The smallest round physical size that holds so many mappings of any shape.
PHYSICAL = {"2M": "16G", "20M": "100G", "250M": "1T"}
MEMORY_DIRECTORY = "/dev/shm"


class Outcome:
    def __init__(self, seconds, usage, output):
        self.seconds = seconds
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_kib = usage.ru_maxrss
        self.output = output


def measure(command, expect):
    """Runs a command to its end. It has to say what is expected, or it did not do its work."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0 or expect not in text:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
    return Outcome(seconds, usage, text)


def java():
    homes = [os.environ.get("JAVA_HOME", "")]
    homes += [os.path.join("/usr/lib/jvm", name) for name in os.listdir("/usr/lib/jvm")]
    for home in homes:
        try:
            with open(os.path.join(home, "release")) as release:
                if 'JAVA_VERSION="25' in release.read():
                    return os.path.join(home, "bin/java")
        except OSError:
            pass
    sys.exit("Java 25 is needed")


def bench_command(main_class, heap="256m"):
    """A command of the bench module; vdo_check's jar has all the libraries that it needs."""
    subprocess.run([CHECK, "--version"], stdout=subprocess.DEVNULL, check=True)
    classes = os.path.join(ROOT, "bench/target/classes")
    if not os.path.isdir(classes):
        subprocess.run(
            ["mvn", "-B", "-ntp", "-q", "-DskipTests", "-pl", "bench", "-am", "compile"],
            cwd=ROOT, check=True)
    library = os.path.join(ROOT, "vdo-check/target/dist/lib/vdo-check.jar")
    return [java(), "-Xmx" + heap, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", f"{classes}:{library}",
            "io.vdotools.bench." + main_class]


def generate(work, shape, mappings):
    image = os.path.join(work, f"{shape}-{mappings}.img")
    if not os.path.exists(image):
        new = image + ".new"
        if os.path.exists(new):
            os.remove(new)
        made = measure(
            bench_command("MetadataGenerator")
            + ["--shape", shape, "--mappings", mappings,
               "--physical", PHYSICAL[mappings], "--output", new],
            "LBNs")
        os.rename(new, image)
        print(f"made {image} in {made.seconds:.0f} s, {made.cpu:.0f} s of them computing",
              file=sys.stderr)
    return image


def filesystem_of(path):
    return subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", path],
                          capture_output=True, text=True, check=True).stdout.split()[0]


def copy_to_memory(image):
    """The volume in tmpfs, or nothing if it would take more than half of what is free."""
    usage = os.stat(image).st_blocks * 512
    with open("/proc/meminfo") as meminfo:
        free = int(re.search(r"MemAvailable: +(\d+) kB", meminfo.read()).group(1)) * 1024
    if filesystem_of(image) == "tmpfs" or usage * 2 > free or not os.path.isdir(MEMORY_DIRECTORY):
        return None
    copy = tempfile.mkdtemp(dir=MEMORY_DIRECTORY) + "/volume.img"
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)
    return copy


def read_seconds(outcome):
    """What a reader says of its reading alone, without start and preparation."""
    by_reader = re.search(r"reads: ([0-9.]+) s", outcome.output)
    by_dd = re.search(r"copied, ([0-9.e-]+) s", outcome.output)
    return float((by_reader or by_dd).group(1))


def candidates(image, flat, in_memory, exact):
    """Name, command, what it says when all went well, and whether it reports its own time."""
    clean = "no problem found"
    matched = "All pbn references matched"
    reader = bench_command("MetadataReader")
    found = [
        ("vdoaudit (always O_DIRECT)", [AUDIT, image], matched, False),
        ("vdo_check, page cache", [CHECK, image], clean, False),
        ("vdo_check --direct", [CHECK, "--direct", image], clean, False),
        ("vdo_check, page cache, one core",
         ["taskset", "-c", "0", CHECK, "--threads", "1", image], clean, False),
        ("vdo_check, page cache, two cores",
         ["taskset", "-c", "0,1", CHECK, "--threads", "2", image], clean, False),
        ("only reading, page cache, 2 reads in flight", reader + ["--threads", "2", image],
         "reads", True),
        ("only reading, O_DIRECT, 16 reads in flight",
         reader + ["--direct", "--threads", "16", image], "reads", True),
        ("dd of the same blocks laid end to end, page cache",
         ["dd", f"if={flat}", "of=/dev/null", "bs=1M"], "copied", True),
        ("dd of the same blocks laid end to end, O_DIRECT",
         ["dd", f"if={flat}", "of=/dev/null", "bs=1M", "iflag=direct"], "copied", True),
    ]
    if exact:
        found.append(("vdo_check --exact, page cache", [CHECK, "--exact", image], clean, False))
    if in_memory:
        found.insert(1, ("vdoaudit, in tmpfs", [AUDIT, in_memory], matched, False))
        found.insert(3, ("vdo_check, in tmpfs", [CHECK, in_memory], clean, False))
    return found


def compare(image, runs, exact):
    flat = image + ".flat"
    if not os.path.exists(flat):
        measure(bench_command("MetadataReader") + ["--flat", flat, image], "")
    in_memory = copy_to_memory(image)
    try:
        contestants = candidates(image, flat, in_memory, exact)
        # Warms the page cache for those that use it.
        measure([CHECK, image], "no problem found")
        measure(["dd", f"if={flat}", "of=/dev/null", "bs=1M"], "copied")
        outcomes = {name: [] for name, *_ in contestants}
        for _ in range(runs):
            for name, command, expect, _ in contestants:
                outcomes[name].append(measure(command, expect))
        return [
            (name,
             statistics.median(read_seconds(o) if reports else o.seconds for o in outcomes[name]),
             min(read_seconds(o) if reports else o.seconds for o in outcomes[name]),
             statistics.median(o.cpu for o in outcomes[name]),
             max(o.peak_kib for o in outcomes[name]) / 1024)
            for name, _, _, reports in contestants
        ], os.path.getsize(flat)
    finally:
        os.remove(flat)
        if in_memory:
            shutil.rmtree(os.path.dirname(in_memory))


def print_table(title, rows, size, runs):
    median = {row[0]: row[1] for row in rows}
    best = {row[0]: row[2] for row in rows}
    print(f"\n### {title}\n")
    print(f"{size / 2**20:.0f} MiB of metadata to read; {runs} runs in turns; "
          f"load average at the end {os.getloadavg()[0]:.1f}.\n")
    print("| | median s | best s | CPU s | peak MiB |")
    print("|---|---:|---:|---:|---:|")
    for name, seconds, least, cpu, peak in rows:
        print(f"| {name} | {seconds:.2f} | {least:.2f} | {cpu:.2f} | {peak:.0f} |")
    print("\n| ratio | of medians | of best |\n|---|---:|---:|")

    def ratio(text, slow, fast):
        if slow in median and fast in median:
            print(f"| {text} | {median[slow] / median[fast]:.1f} | {best[slow] / best[fast]:.1f} |")

    audit, cached, direct = rows[0][0], "vdo_check, page cache", "vdo_check --direct"
    ratio("vdo_check from the page cache is faster than vdoaudit by", audit, cached)
    ratio("vdo_check is faster than vdoaudit, both in tmpfs, by",
          "vdoaudit, in tmpfs", "vdo_check, in tmpfs")
    ratio("vdo_check --direct is faster than vdoaudit by", audit, direct)
    ratio("two cores are faster than one by", cached + ", one core", cached + ", two cores")
    ratio("vdo_check takes, of the mere reading, page cache", cached,
          "only reading, page cache, 2 reads in flight")
    ratio("vdo_check takes, of the mere reading, O_DIRECT", direct,
          "only reading, O_DIRECT, 16 reads in flight")
    ratio("vdo_check takes, of dd, page cache", cached,
          "dd of the same blocks laid end to end, page cache")
    ratio("vdo_check takes, of dd, O_DIRECT", direct,
          "dd of the same blocks laid end to end, O_DIRECT")
    sys.stdout.flush()


def print_machine(work):
    with open("/proc/cpuinfo") as cpuinfo:
        model = re.search(r"model name\s*: (.*)", cpuinfo.read()).group(1)
    with open("/proc/meminfo") as meminfo:
        memory = int(re.search(r"MemTotal: +(\d+)", meminfo.read()).group(1)) / 2**20
    print(f"{datetime.date.today()}: {os.cpu_count()} cores ({model}), {memory:.0f} GiB, "
          f"Linux {platform.release()}, volumes on {filesystem_of(work)}; "
          f"load average at the start {os.getloadavg()[0]:.1f}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mappings", default="20M,250M",
                        help="numbers of mappings: " + ", ".join(PHYSICAL))
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--exact", action="store_true", help="measure vdo_check --exact, too")
    parser.add_argument("--work", help="where the volumes go; default: a temporary directory")
    options = parser.parse_args()
    if not os.access(AUDIT, os.X_OK):
        sys.exit("vdoaudit is needed: set VDOAUDIT to its path")
    work = options.work or tempfile.mkdtemp(prefix="vdo-bench-")
    os.makedirs(work, exist_ok=True)
    print_machine(work)
    try:
        for mappings in options.mappings.split(","):
            for shape in options.shapes.split(","):
                image = generate(work, shape, mappings)
                rows, size = compare(image, options.runs, options.exact)
                print_table(f"{mappings} mappings, {shape}, {PHYSICAL[mappings]}iB physical",
                            rows, size, options.runs)
    finally:
        if not options.work:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
