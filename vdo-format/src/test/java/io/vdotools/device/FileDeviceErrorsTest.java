package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A device over a file whose every answer the test decides. */
class FileDeviceErrorsTest {
  private static final int BLOCKS = 24;

  /** A file with bad sectors, which may deliver less than was asked for and counts its calls. */
  private static final class BadFile implements PositionalFile {
    final byte[] content = Patterns.blocks(0, BLOCKS);
    final Set<Integer> badSectors = new TreeSet<>();
    int mostBytesAtOnce = Integer.MAX_VALUE;
    boolean isFull;
    boolean isStuck;
    int calls;
    int longestCall;

    @Override
    public long sizeBytes() {
      return content.length;
    }

    /** Like the kernel: what comes before the bad sector is delivered, if anything does. */
    @Override
    public int read(ByteBuffer into, long offsetBytes) throws IOException {
      int length = count(into);
      int offset = Math.toIntExact(offsetBytes);
      for (int i = 0; i < length; i++) {
        if (badSectors.contains((offset + i) / 512)) {
          if (i / 4096 == 0) {
            throw new IOException("Input/output error");
          }
          length = i / 4096 * 4096;
        }
      }
      into.put(content, offset, length);
      return length;
    }

    @Override
    public int write(ByteBuffer from, long offsetBytes) throws IOException {
      int length = count(from);
      if (isFull) {
        throw new IOException("No space left on device");
      }
      from.get(content, Math.toIntExact(offsetBytes), isStuck ? 0 : length);
      return isStuck ? 0 : length;
    }

    private int count(ByteBuffer buffer) {
      calls++;
      longestCall = Math.max(longestCall, buffer.remaining());
      return Math.min(buffer.remaining(), mostBytesAtOnce);
    }

    @Override
    public void flush() throws IOException {
      if (isFull) {
        throw new IOException("Input/output error");
      }
    }

    @Override
    public void close() throws IOException {
      if (isFull) {
        throw new IOException("Disk quota exceeded");
      }
    }
  }

  private final BadFile file = new BadFile();

  private static FileDevice deviceOver(BadFile file, int maxTransferBlocks) throws IOException {
    return new FileDevice("disk", file, Access.READ_WRITE, Caching.PAGE_CACHE, maxTransferBlocks);
  }

  @Property
  void exactlyTheBlocksWithABadSectorAreReported(
      @ForAll @Size(max = 10) Set<@IntRange(max = BLOCKS * 8 - 1) Integer> badSectors,
      @ForAll @IntRange(min = 1, max = 9) int maxTransferBlocks,
      @ForAll @IntRange(max = BLOCKS - 1) int first,
      @ForAll @IntRange(max = BLOCKS) int count,
      @ForAll boolean isNative)
      throws IOException {
    BadFile bad = new BadFile();
    bad.badSectors.addAll(badSectors);
    int within = Math.min(count, BLOCKS - first);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into =
          isNative ? BlockBuffers.allocate(arena, within) : Patterns.soiledMemory(within);

      BlockErrors errors = deviceOver(bad, maxTransferBlocks).read(first, into);

      for (int i = 0; i < within; i++) {
        int block = first + i;
        boolean isBad = badSectors.stream().anyMatch(sector -> sector / 8 == block);
        assertThat(errors.contains(block)).isEqualTo(isBad);
        assertThat(Patterns.blockOf(into, i))
            .isEqualTo(isBad ? new byte[4096] : Patterns.block(block));
      }
      assertThat(errors.list())
          .allMatch(error -> error.reason() == BlockError.Reason.READ_ERROR)
          .allMatch(error -> error.detail().equals("Input/output error"))
          .allMatch(error -> error.block() >= first && error.block() < first + within);
      assertThat(bad.calls).isLessThanOrEqualTo(2 * within + within / maxTransferBlocks + 1);
    }
  }

  @Test
  void aBadBlockIsTriedNoMoreThanTwice() throws IOException {
    for (int sector = 0; sector < BLOCKS * 8; sector++) {
      file.badSectors.add(sector);
    }

    BlockErrors errors = deviceOver(file, 8).read(0, Patterns.soiledMemory(BLOCKS));

    assertThat(errors.list()).hasSize(BLOCKS);
    assertThat(file.calls).isEqualTo(BLOCKS / 8 + BLOCKS);
  }

  @Test
  void longTransfersAreCutIntoPieces() throws Exception {
    FileDevice device = deviceOver(file, 5);
    MemorySegment into = Patterns.soiledMemory(BLOCKS);

    assertThat(device.read(0, into)).isSameAs(BlockErrors.NONE);
    assertThat(Patterns.bytesOf(into)).isEqualTo(Patterns.blocks(0, BLOCKS));
    assertThat(file.calls).isEqualTo(5);

    device.write(0, Patterns.segment(500, BLOCKS));
    assertThat(file.content).isEqualTo(Patterns.blocks(500, BLOCKS));
    assertThat(file.calls).isEqualTo(10);
    assertThat(file.longestCall).isEqualTo(5 * 4096);
  }

  @Test
  void aDeviceThatDeliversAndTakesLittleAtATimeIsAskedAgain() throws Exception {
    file.mostBytesAtOnce = 1000;
    FileDevice device = deviceOver(file, 5);
    MemorySegment into = Patterns.soiledMemory(BLOCKS);

    assertThat(device.read(0, into)).isSameAs(BlockErrors.NONE);
    device.write(3, Patterns.segment(77, 2));

    assertThat(Patterns.bytesOf(into)).isEqualTo(Patterns.blocks(0, BLOCKS));
    assertThat(Patterns.read(device, 4)).isEqualTo(Patterns.block(78));
    assertThat(Patterns.read(device, 5)).isEqualTo(Patterns.block(5));
  }

  @Test
  void aFailedWriteNamesThePlaceAndTheCause() throws IOException {
    FileDevice device = deviceOver(file, 5);
    file.isFull = true;

    assertFails(
        () -> device.write(6, Patterns.segment(0, 7)),
        DeviceException.Kind.WRITE_FAILED,
        "cannot write blocks 6 to 10 of disk: No space left on device");
    assertFails(
        device::flush,
        DeviceException.Kind.FLUSH_FAILED,
        "cannot flush disk: Input/output error; what was written since the last flush may be lost");
    assertFails(
        device::close, DeviceException.Kind.CLOSE_FAILED, "cannot close disk: Disk quota exceeded");
  }

  @Test
  void aWriteThatMakesNoProgressFailsInsteadOfGoingOnForever() throws IOException {
    FileDevice device = deviceOver(file, 5);
    file.isStuck = true;

    assertFails(
        () -> device.write(6, Patterns.segment(0, 1)),
        DeviceException.Kind.WRITE_FAILED,
        "cannot write block 6 of disk: the write ended early");
  }

  private static void assertFails(
      ThrowingCallable call, DeviceException.Kind kind, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(DeviceException.class)
        .hasMessage(message)
        .extracting("kind")
        .isEqualTo(kind);
  }
}
