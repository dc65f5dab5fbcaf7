package io.vdotools.fuzz;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.WriteGate;
import java.util.zip.CRC32C;

/** Opens an undo file, and goes back by it. The first byte says whether checksums are right. */
public final class UndoFileTarget {
  private static final int BLOCK = 4096;
  private static final int CHECKSUM_OFFSET = 8;
  private static final int MOST_BLOCKS = 16;

  private UndoFileTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    int blocks = Math.min(MOST_BLOCKS, Math.ceilDiv(input.length - 1, BLOCK));
    var file = MemoryDevice.ofBlocks(blocks);
    for (int i = 0; i < blocks; i++) {
      var block = new byte[BLOCK];
      int at = 1 + i * BLOCK;
      System.arraycopy(input, at, block, 0, Math.min(BLOCK, input.length - at));
      if (input[0] % 2 != 0) {
        seal(block);
      }
      file.put(i, block);
    }
    try {
      var log = UndoLog.open(file);
      if (log.deviceBlocks() > 0 && log.deviceBlocks() <= 1 << 16) {
        var device = MemoryDevice.ofBlocks(log.deviceBlocks());
        WriteGate.standing(device, log);
        WriteGate.of(device, log, _ -> {}).goBack();
      }
    } catch (VdoException _) {
      // Refused with a reason.
    }
  }

  private static void seal(byte[] block) {
    for (int i = 0; i < Integer.BYTES; i++) {
      block[CHECKSUM_OFFSET + i] = 0;
    }
    var checksum = new CRC32C();
    checksum.update(block);
    for (int i = 0; i < Integer.BYTES; i++) {
      block[CHECKSUM_OFFSET + i] = (byte) (checksum.getValue() >>> (Byte.SIZE * i));
    }
  }
}
