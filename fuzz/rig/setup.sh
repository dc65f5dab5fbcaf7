#!/usr/bin/env bash
# setup.sh: gets what the tests with the real driver need, once, into $RIG (default ~/.cache/vdo-rig).
#
# A stock Debian kernel with dm-vdo, VDO's own tools, and an initial RAM disk with busybox, dmsetup,
# the tools and two files from here: init and the workload program wl. All binaries are Debian's
# packages; about 130 MB are downloaded. Needs Debian 12 or later, and root for apt-get.
#
# Run it again after a change of init or wl.c: only what is out of date is made anew.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIG=${RIG:-$HOME/.cache/vdo-rig}
suite=${KERNEL_SUITE:-bookworm-backports}
guest_tools=(vdoformat vdoforcerebuild vdoreadonly)
modules=(dm-vdo virtio_blk ext4)

say() { echo "setup.sh: $*" >&2; }

# Programs of the host that are missing are installed with the host's own package sources.
install_programs() {
  local missing=()
  local -A package_of=([qemu-system-x86_64]=qemu-system-x86 [busybox]=busybox-static [cpio]=cpio
    [modprobe]=kmod [dmsetup]=dmsetup [xz]=xz-utils [gcc]="gcc libc6-dev" [python3]=python3)
  for program in "${!package_of[@]}"; do
    command -v "$program" >/dev/null || missing+=(${package_of[$program]})
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The kernel and the tools are unpacked, never installed. Apt gets a configuration of its own, which
# knows the backports suite of the mirror that the host uses and touches nothing of the host's.
get_packages() {
  mkdir -p "$RIG"/{apt/lists/partial,apt/cache/archives/partial,debs,root,vdo}
  local mirror
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
    grep -v security | head -n 1 | tr -d ' ') || true
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
    "${mirror:-https://deb.debian.org/debian} $suite main" >"$RIG/apt/sources.list"
  local own=(-o "Dir::Etc::SourceList=$RIG/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$RIG/apt/lists" -o "Dir::Cache=$RIG/apt/cache" -o APT::Sandbox::User=root)
  apt-get "${own[@]}" update -qq
  local kernel
  kernel=$(apt-cache "${own[@]}" depends linux-image-amd64 |
    awk '/Depends: linux-image-[0-9]/ { print $2; exit }')
  say "downloading $kernel and vdo from $suite"
  (cd "$RIG/debs" && rm -f ./*.deb && apt-get "${own[@]}" download "$kernel" vdo)
  dpkg -x "$RIG"/debs/linux-image-*.deb "$RIG/root"
  dpkg -x "$RIG"/debs/vdo_*.deb "$RIG/vdo"
  depmod -b "$RIG/root" "${kernel#linux-image-}"
  echo "${kernel#linux-image-}" >"$RIG/kernel-version"
}

# Copies a program and the libraries that it is linked with to where the guest looks for them.
add_program() {
  install -D "$1" "usr/bin/$(basename "$1")"
  ldd "$1" | grep -oE '/[^ ]+\.so[^ ]*' | while read -r library; do
    [ -e ".$library" ] || install -D "$library" ".$library"
  done
}

make_ramdisk() {
  local version tree number=10
  version=$(cat "$RIG/kernel-version")
  tree=$(mktemp -d)
  (
    cd "$tree"
    mkdir -p bin modules proc sys dev run
    cp "$(command -v busybox)" bin/
    ln -s busybox bin/sh
    for tool in "${guest_tools[@]}"; do add_program "$RIG/vdo/usr/bin/$tool"; done
    add_program "$(command -v dmsetup)"
    # In the order in which they need each other.
    for module in "${modules[@]}"; do
      modprobe -d "$RIG/root" -S "$version" --show-depends "$module"
    done | awk '/^insmod/ && !seen[$2]++ { print $2 }' | while read -r file; do
      xz -dc "$file" >"modules/$number-$(basename "$file" .xz)"
      number=$((number + 1))
    done
    gcc -O2 -Wall -static -pthread -o bin/wl "$here/wl.c"
    install -m 755 "$here/init" init
    find . | cpio -o -H newc --quiet | gzip -1
  ) >"$RIG/ramdisk.gz.new"
  mv "$RIG/ramdisk.gz.new" "$RIG/ramdisk.gz"
  rm -r "$tree"
}

is_ramdisk_current() {
  [ -e "$RIG/ramdisk.gz" ] || return
  for source in init wl.c setup.sh; do
    [ "$RIG/ramdisk.gz" -nt "$here/$source" ] || return
  done
}

install_programs
[ -e "$RIG/kernel-version" ] || get_packages
is_ramdisk_current || make_ramdisk
say "ready in $RIG (kernel $(cat "$RIG/kernel-version"), $(basename "$RIG"/debs/vdo_*.deb))"
