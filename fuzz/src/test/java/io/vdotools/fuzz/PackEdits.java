package io.vdotools.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Takes bytes for edits of a pack that {@code vdo_pack} wrote.
 *
 * <p>The first byte chooses the pack, and whether checksums are made right again, as they are for
 * three in four; or whether the bytes themselves are the pack. An edit is what to do, in which
 * frame, where, and an argument.
 */
final class PackEdits {
  /** Where numbers of a frame lie (format-spec, pack.md). */
  private static final int FRAME_BYTES = 48;

  private static final int LIST_LENGTH = 24;
  private static final int PAYLOAD_LENGTH = 28;
  private static final int LIST_CHECKSUM = 32;
  private static final int PAYLOAD_CHECKSUM = 36;
  private static final int FRAME_CHECKSUM = 44;
  private static final int HEADER_BYTES = 128;
  private static final int HEADER_CHECKSUM = 124;
  private static final int FOOTER_BYTES = 64;
  private static final int DIGEST = 16;
  private static final int FOOTER_CHECKSUM = 60;

  private static final int MOST_EDITS = 16;
  private static final int EDIT_BYTES = 6;

  private final byte[] pack;
  private final int[] frames;

  private PackEdits(byte[] pack) {
    this.pack = pack;
    this.frames = frames(pack);
  }

  /** What became of a pack. */
  static final class Edited {
    private final byte[] bytes;
    private final boolean isSealed;

    private Edited(byte[] bytes, boolean isSealed) {
      this.bytes = bytes;
      this.isSealed = isSealed;
    }

    /** {@return the pack with the edits, not copied} */
    byte[] bytes() {
      return bytes;
    }

    /** {@return whether checksums were made right again, so that it may hold anything} */
    boolean isSealed() {
      return isSealed;
    }
  }

  /** {@return a pack with the edits} */
  static Edited of(List<byte[]> packs, byte[] input) {
    int choice = input.length == 0 ? 0 : Byte.toUnsignedInt(input[0]);
    byte[] original = packs.get(choice % 8 % packs.size());
    if (choice / 8 % 16 == 15) {
      return new Edited(Arrays.copyOfRange(input, 1, input.length), true);
    }
    boolean isSealed = choice / 8 % 4 != 3;
    var edits = new PackEdits(original.clone());
    var bytes = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(Math.min(1, input.length));
    for (int i = 0; i < MOST_EDITS && bytes.remaining() >= EDIT_BYTES; i++) {
      edits.edit(bytes);
    }
    if (isSealed) {
      edits.seal();
    }
    return new Edited(edits.pack, isSealed);
  }

  /** {@return where each frame begins, and where the footer does} */
  private static int[] frames(byte[] pack) {
    var numbers = ByteBuffer.wrap(pack).order(ByteOrder.LITTLE_ENDIAN);
    int[] starts = new int[1 + pack.length / FRAME_BYTES];
    int count = 0;
    int at = HEADER_BYTES;
    for (; at < pack.length - FOOTER_BYTES; count++) {
      starts[count] = at;
      at += FRAME_BYTES + numbers.getInt(at + LIST_LENGTH) + numbers.getInt(at + PAYLOAD_LENGTH);
    }
    starts[count++] = at;
    return Arrays.copyOf(starts, count);
  }

  private void edit(ByteBuffer bytes) {
    int what = Byte.toUnsignedInt(bytes.get());
    int which = Byte.toUnsignedInt(bytes.get());
    int offset = Short.toUnsignedInt(bytes.getShort());
    int argument = Short.toUnsignedInt(bytes.getShort());
    int frame = which % frames.length;
    int start = which == 255 ? 0 : frames[frame];
    int end = frame + 1 < frames.length ? frames[frame + 1] : pack.length;
    // Half of the edits are in the header of a frame, where the numbers are.
    int length = Math.min(end - start, what % 2 == 0 ? FRAME_BYTES : Integer.MAX_VALUE);
    int at = start + offset % length;
    int room = Math.min(bytes.remaining(), pack.length - at);
    switch (what / 2 % 8) {
      case 0, 1 -> pack[at] = (byte) argument;
      case 2 -> pack[at] ^= (byte) (1 << argument % Byte.SIZE);
      case 3 -> pack[at] += (byte) argument;
      case 4, 5 -> bytes.get(pack, at, Math.min(Long.BYTES, room));
      case 6 -> {
        int other = frames[argument % frames.length];
        System.arraycopy(pack, other, pack, start, Math.min(end - start, pack.length - other));
      }
      default -> bytes.get(pack, at, Math.min(argument, room));
    }
  }

  /** Lengths are as they were, for otherwise nothing would be where it is looked for. */
  private void seal() {
    var numbers = ByteBuffer.wrap(pack).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putInt(HEADER_CHECKSUM, checksum(0, HEADER_CHECKSUM));
    for (int i = 0; i + 1 < frames.length; i++) {
      int start = frames[i];
      int room = frames[i + 1] - start - FRAME_BYTES;
      int list = Math.clamp(numbers.getInt(start + LIST_LENGTH), 0, room);
      int payload = Math.clamp(numbers.getInt(start + PAYLOAD_LENGTH), 0, room - list);
      numbers.putInt(start + LIST_CHECKSUM, checksum(start + FRAME_BYTES, list));
      numbers.putInt(start + PAYLOAD_CHECKSUM, checksum(start + FRAME_BYTES + list, payload));
      numbers.putInt(start + FRAME_CHECKSUM, checksum(start, FRAME_CHECKSUM));
    }
    int footer = pack.length - FOOTER_BYTES;
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(pack, 0, footer + DIGEST);
      System.arraycopy(digest.digest(), 0, pack, footer + DIGEST, digest.getDigestLength());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    numbers.putInt(footer + FOOTER_CHECKSUM, checksum(footer, FOOTER_CHECKSUM));
  }

  private int checksum(int start, int length) {
    var crc = new CRC32C();
    crc.update(pack, start, length);
    return (int) crc.getValue();
  }
}
