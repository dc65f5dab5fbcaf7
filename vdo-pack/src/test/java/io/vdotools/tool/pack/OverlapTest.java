package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameCodec;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackException;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackWriter;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A block that two frames claim: every checksum is right, and nobody knows which frame is. */
class OverlapTest {
  private static final PackHeader HEADER =
      new PackHeader(false, true, 1L << 30, 0, 7, 1000, 13, Bytes.zeros(16), PackHeader.noBase());

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PackWriter writer;

  OverlapTest() throws VdoException {
    writer = new PackWriter(HEADER, bytes::writeBytes);
  }

  private void add(FrameKind kind, long... blocks) throws VdoException {
    var content = new byte[blocks.length * BlockDevice.BLOCK_SIZE];
    Arrays.fill(content, (byte) kind.name().charAt(0));
    try (var codec = new FrameCodec(HEADER, PackMethod.DEFAULT)) {
      writer.add(codec.encode(kind, blocks, blocks.length, content, null));
    }
  }

  private byte[] pack() throws VdoException {
    var _ = writer.finish();
    return bytes.toByteArray();
  }

  private void assertRefused(String what) throws VdoException {
    byte[] pack = pack();
    assertThatExceptionOfType(PackException.class)
        .isThrownBy(() -> Contents.of(pack))
        .withMessageContaining(what);
  }

  @Test
  void framesOfSeveralKindsMayLieBetweenOneAnother() throws VdoException {
    add(FrameKind.LEAF, 1000, 1010, 1020);
    add(FrameKind.DATA, 1001, 1011, 1021);
    writer.addZero(1015);
    writer.addUnreadable(1016, "bad sector");

    assertThat(Contents.of(pack()).blocks.keySet())
        .containsExactly(1000L, 1001L, 1010L, 1011L, 1015L, 1020L, 1021L);
  }

  @Test
  void aBlockInFramesOfTwoKindsIsRefusedWithBothFrames() throws VdoException {
    add(FrameKind.LEAF, 1000, 1010, 1020);
    add(FrameKind.DATA, 1001, 1010, 1021);

    assertRefused("block 1010 is in frame ");
  }

  @Test
  void aBlockThatIsZerosAndSomethingElseIsRefused() throws VdoException {
    add(FrameKind.DATA, 1000, 1001, 1002);
    writer.addZero(1001);

    assertRefused("block 1001 is in frame ");
  }

  @Test
  void aBlockThatIsUnreadableAndSomethingElseIsRefused() throws VdoException {
    add(FrameKind.REFERENCE, 1000, 1001, 1002);
    writer.addUnreadable(1002, "bad sector");

    assertRefused("block 1002 is in frame ");
  }
}
