package io.vdotools.tool.pack;

import io.vdotools.pack.FrameKind;
import java.util.EnumMap;
import java.util.Map;

/** What went into a pack so far: blocks and bytes by kind. For one thread. */
final class PackTally {
  private final Map<FrameKind, Long> blocks = new EnumMap<>(FrameKind.class);
  private final Map<FrameKind, Long> bytes = new EnumMap<>(FrameKind.class);

  void add(FrameKind kind, long moreBlocks, long moreBytes) {
    blocks.merge(kind, moreBlocks, Long::sum);
    bytes.merge(kind, moreBytes, Long::sum);
  }

  long blocks(FrameKind kind) {
    return blocks.getOrDefault(kind, 0L);
  }

  long bytes(FrameKind kind) {
    return bytes.getOrDefault(kind, 0L);
  }

  /** {@return the blocks of all kinds, those of zeros and those that could not be read included} */
  long allBlocks() {
    return blocks.values().stream().mapToLong(Long::longValue).sum();
  }
}
