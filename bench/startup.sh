#!/usr/bin/env bash
# How long a command takes to say its version, against a Java program that does nothing at all.
# Usage: bench/startup.sh [RUNS]
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
runs=${1:-20}

bin/vdo_check --version >/dev/null # builds, if need be
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/*; do
  if grep -qs '^JAVA_VERSION="25' "$home/release"; then break; fi
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo 'class Empty { public static void main(String[] arguments) {} }' >"$scratch/Empty.java"
"$home/bin/javac" -d "$scratch" "$scratch/Empty.java"

microseconds() {
  local start=${EPOCHREALTIME/[.,]/}
  "$@" >/dev/null
  echo $((${EPOCHREALTIME/[.,]/} - start))
}

# Taken in turns, so that whatever else the machine does hits both.
for ((run = 0; run < runs; run++)); do
  microseconds "$home/bin/java" -cp "$scratch" Empty >>"$scratch/empty"
  microseconds bin/vdo_check --version >>"$scratch/version"
  microseconds bin/vdo_check --help >>"$scratch/help"
done

median() {
  sort -n "$1" | sed -n "$(((runs + 1) / 2))p"
}

empty=$(median "$scratch/empty")
version=$(median "$scratch/version")
help=$(median "$scratch/help")
awk -v empty="$empty" -v version="$version" -v help="$help" -v runs="$runs" 'BEGIN {
  printf "median of %d runs each, in milliseconds\n", runs
  printf "  an empty Java program   %6.1f\n", empty / 1000
  printf "  vdo_check --version     %6.1f   %.2f times that\n", version / 1000, version / empty
  printf "  vdo_check --help        %6.1f   %.2f times that\n", help / 1000, help / empty
}'
