#!/usr/bin/env python3
"""Compares vdo_pack with gzip -9, xz -9e and zstd -19 --long=27 on the same metadata blocks.

    bench/pack.py [--golden DIRECTORY] [--mappings 20M] [--shapes sequential,scattered] [--tmp DIRECTORY]

Golden volumes are NAME.tar.zst or NAME.tar.gz in the directory given (default: format-spec/golden). What the others get
is a file with exactly the blocks that the pack holds, in order, blocks of zeros included. Run `mvn -q -DskipTests package`
first. Prints tables for bench/RESULTS.md.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = 4096


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, **more)


def cpu_seconds(*words, **more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    result = run(*words, **more)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - start, result


def raw_blocks(image, copy, report, raw):
    """Writes the blocks of a pack one after the other. An unpacked image is sparse and has them all; blocks of zeros,
    which are holes there, are added as zeros, as many as the pack lists."""
    written = 0
    with open(copy, "rb") as source, open(raw, "wb") as target:
        end = os.fstat(source.fileno()).st_size
        at = 0
        while at < end:
            try:
                at = os.lseek(source.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            hole = os.lseek(source.fileno(), at, os.SEEK_HOLE)
            source.seek(at)
            left = hole - at
            while left > 0:
                part = source.read(min(left, 1 << 20))
                target.write(part)
                left -= len(part)
                written += len(part)
            at = hole
        os.ftruncate(target.fileno(), max(written, report["rawBytes"]))


def others(raw):
    sizes = {}
    for name, command in {
        "gzip -9": ["gzip", "-9", "-c", raw],
        "xz -9e": ["xz", "-9e", "-T1", "-c", raw],
        "zstd -19 --long=27": ["zstd", "-q", "-19", "--long=27", "-c", raw],
    }.items():
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE)
        size = 0
        while part := process.stdout.read(1 << 20):
            size += len(part)
        if process.wait() != 0:
            sys.exit(f"{name} failed")
        sizes[name] = size
    return sizes


def measure(name, image, scratch, threads):
    pack, copy, raw = scratch / "pack", scratch / "copy", scratch / "raw"
    for old in (pack, copy, raw):
        old.unlink(missing_ok=True)
    cpu, wall, result = cpu_seconds(
        ROOT / "bin/vdo_pack", "--json", "--threads", threads, image, "-o", pack, stdout=subprocess.PIPE
    )
    report = json.loads(result.stdout)
    unpack_cpu, _, _ = cpu_seconds(ROOT / "bin/vdo_unpack", "--quiet", pack, "-o", copy)
    raw_blocks(image, copy, report, raw)
    sizes = others(raw)
    best = min(sizes.values())
    leaves = report["kinds"].get("leaf", {"blocks": 0, "packedBytes": 0})
    bits = 8 * leaves["packedBytes"] / (812 * leaves["blocks"]) if leaves["blocks"] else 0
    megabytes = report["rawBytes"] / 1e6
    print(
        f"| {name} | {megabytes:.1f} | {sizes['gzip -9']:,} | {sizes['xz -9e']:,} | {sizes['zstd -19 --long=27']:,} "
        f"| {report['packedBytes']:,} | {report['packedBytes'] / best:.2f} | {report['packedBytes'] / sizes['gzip -9']:.3f} "
        f"| {bits:.3f} | {megabytes / cpu:.0f} | {megabytes / unpack_cpu:.0f} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--golden", type=pathlib.Path, default=ROOT / "format-spec/golden")
    parser.add_argument("--mappings", default="20M")
    parser.add_argument("--shapes", default="sequential,scattered,deduplicated,compressed,mixed")
    parser.add_argument("--threads", default="1")
    parser.add_argument("--tmp", type=pathlib.Path)
    arguments = parser.parse_args()
    print("| volume | raw MB | gzip -9 | xz -9e | zstd -19 --long=27 | vdo_pack | of the best | of gzip | bits a mapping "
          "| MB/s of CPU, whole process | unpacking |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(dir=arguments.tmp) as directory:
        scratch = pathlib.Path(directory)
        for archive in sorted(arguments.golden.glob("*.tar.*")):
            run("tar", "-S", "-xf", archive, "-C", scratch)
            image = next(scratch.glob("*.img"))
            measure(archive.name.split(".")[0], image, scratch, arguments.threads)
            image.unlink()
        if not arguments.shapes:
            return
        classpath = os.environ.get("BENCH_CLASSPATH") or ":".join(
            str(jar) for jar in ROOT.glob("bench/target/*.jar")
        ) + ":" + ":".join(str(jar) for jar in ROOT.glob("vdo-check/target/dist/lib/*.jar"))
        for shape in arguments.shapes.split(","):
            image = scratch / "shape.img"
            run("java", "--enable-native-access=ALL-UNNAMED", "-cp", classpath, "io.vdotools.bench.MetadataGenerator",
                "--shape", shape, "--mappings", arguments.mappings, "--physical", "512G", "--output", image,
                stdout=subprocess.DEVNULL)
            measure(shape, image, scratch, arguments.threads)
            image.unlink()


if __name__ == "__main__":
    main()
