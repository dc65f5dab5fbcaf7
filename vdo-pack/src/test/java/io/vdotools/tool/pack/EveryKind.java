package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameCodec;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackFile;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackWriter;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** A pack with a frame of every kind, each as small as it gets, so that all of it can be tried. */
final class EveryKind {
  private EveryKind() {}

  /**
   * {@return such a pack}
   *
   * @param source a pack that has blocks of most kinds
   */
  static byte[] pack(byte[] source) throws VdoException {
    var contents = Contents.of(source);
    Map<FrameKind, Long> blockOfKind = new EnumMap<>(FrameKind.class);
    contents.kinds.forEach((block, kind) -> blockOfKind.putIfAbsent(kind, block));
    var header = header(source);
    var bytes = new ByteArrayOutputStream();
    var writer = new PackWriter(header, bytes::writeBytes);
    long unused = header.sourceBytes() / BlockDevice.BLOCK_SIZE;
    try (var codec = new FrameCodec(header, PackMethod.DEFAULT)) {
      for (var kind : FrameKind.values()) {
        switch (kind) {
          case DIRECTORY -> {}
          case ZERO -> writer.addZero(--unused);
          case UNREADABLE -> writer.addUnreadable(--unused, "Input/output error");
          case KEPT -> writer.add(codec.encodeKept(FrameKind.LEAF, new long[] {--unused}, 1));
          default -> {
            Long known = blockOfKind.get(kind);
            long block = known == null ? --unused : known;
            var content = known == null ? someBytes() : contents.blocks.get(known);
            writer.add(codec.encode(kind, new long[] {block}, 1, content, null));
          }
        }
      }
    }
    var _ = writer.finish();
    return bytes.toByteArray();
  }

  private static PackHeader header(byte[] source) throws VdoException {
    try (var file = PackFile.open(Packs.input(source))) {
      var header = file.header();
      var base = new byte[PackHeader.noBase().toArray().length];
      Arrays.fill(base, (byte) 7);
      return new PackHeader(
          true,
          true,
          header.sourceBytes(),
          header.blockOffset(),
          header.nonce(),
          header.firstSlabBlock(),
          header.slabBits(),
          header.uuid(),
          Bytes.copyOf(base));
    }
  }

  private static byte[] someBytes() {
    var bytes = new byte[BlockDevice.BLOCK_SIZE];
    for (int i = 0; i < bytes.length; i += 512) {
      bytes[i] = (byte) (i >> 9);
    }
    return bytes;
  }
}
