#!/usr/bin/env bash
# boot.sh SCRIPT DISK...: runs SCRIPT (busybox sh) as root in a guest with the real driver.
#
# Each DISK is an image file; in the guest they are /dev/vdb, /dev/vdc, ... What the script prints
# is printed. Functions for it are in init. From the environment:
#   RIG      where setup.sh put everything (default ~/.cache/vdo-rig)
#   LOG      a file that gets every write to the first DISK, for power-loss.py
#   PIDFILE  gets the process that has to be killed for a crash
#   BOOT_LIMIT     seconds until the script has to begin; then it is tried again (default 300)
#   SECONDS_LIMIT  when to give up (default 600)
#   MEMORY   of the guest (default 3072M)
#   CPUS     its processors (default 2); one takes less time on a busy machine
#   IOPS     how many requests a second each DISK answers at most (default: as many as it can)
#   ACCEL    default tcg,thread=multi: software emulation, which works in every virtual machine
set -euo pipefail

RIG=${RIG:-$HOME/.cache/vdo-rig}
script=$1
shift
job=$(mktemp)
trap 'rm -f "$job"' EXIT
cat "$script" >"$job"
truncate -s 65536 "$job"

# In this order the guest numbers them; -drive if=virtio would come after every -device.
disks=(-drive "file=$job,if=none,format=raw,id=job" -device virtio-blk-pci,drive=job)
number=0
for image in "$@"; do
  number=$((number + 1))
  if [ -n "${LOG:-}" ] && [ $number = 1 ]; then
    disks+=(-blockdev "driver=file,filename=$image,node-name=image,discard=unmap"
      -blockdev driver=raw,file=image,node-name=plain
      -blockdev "driver=file,filename=$LOG,node-name=log"
      -blockdev driver=blklogwrites,file=plain,log=log,log-sector-size=512,node-name=disk1)
  else
    drive=file=$image,if=none,format=raw,cache=writeback,discard=unmap,id=disk$number
    disks+=(-drive "$drive${IOPS:+,throttling.iops-total=$IOPS}")
  fi
  disks+=(-device "virtio-blk-pci,drive=disk$number")
done

# The kernel rewrites its own code while it boots, and QEMU's emulation of several processors loses
# that race now and then, most of all on a busy machine: the kernel stops with "Oops: int3" before
# it has seen a disk, or goes nowhere. Nothing was done then, so it is simply booted again.
begun=$(mktemp)
pidfile=${PIDFILE:-$begun.pid}
trap 'rm -f "$job" "$begun" "$begun.pid"' EXIT
for attempt in 1 2 3 4 5; do
  (
    for second in $(seq "${BOOT_LIMIT:-300}"); do
      sleep 1
      [ ! -s "$begun" ] || exit 0
    done
    kill -9 "$(cat "$pidfile")"
  ) >/dev/null 2>&1 &
  watchdog=$!
  status=0
  timeout "${SECONDS_LIMIT:-600}" qemu-system-x86_64 -M q35 -accel "${ACCEL:-tcg,thread=multi}" \
    -cpu max -smp "${CPUS:-2}" -m "${MEMORY:-3072M}" -nographic -no-reboot -pidfile "$pidfile" \
    -kernel "$RIG/root/boot/vmlinuz-$(cat "$RIG/kernel-version")" -initrd "$RIG/ramdisk.gz" \
    -append "console=ttyS0 quiet loglevel=5 panic=-1 mitigations=off" "${disks[@]}" </dev/null |
    # Line by line: a test waits for one of them.
    sed -u -e 's/\r$//' -e "/^--- begin\$/w $begun" || status=$?
  kill $watchdog 2>/dev/null || true
  [ ! -s "$begun" ] || exit $status
  echo "boot.sh: attempt $attempt came to no script (status $status), trying again"
done
exit 1
