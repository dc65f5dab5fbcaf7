package io.vdotools.engine;

import io.vdotools.bytes.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Recognises what else can be at the start of a device: file systems, containers, archives.
 *
 * <p>A user who points a tool at the wrong file is told what the file is instead.
 */
public final class ForeignContent {
  /** The bytes from the start of a device that {@link #recognise} can make use of. */
  public static final int BYTES_NEEDED = 72 * 1024;

  private record Signature(int offset, Bytes bytes, String content) {
    boolean matches(MemorySegment start) {
      return offset + bytes.length() <= start.byteSize()
          && Bytes.copyOf(start.asSlice(offset, bytes.length())).equals(bytes);
    }
  }

  private static final int MBR_PARTITIONS = 446;
  private static final int MBR_PARTITION_BYTES = 16;

  // The more telling come first: a disk with a GPT also has a protective MBR.
  private static final List<Signature> SIGNATURES =
      List.of(
          text(0, "LUKS\u00ba\u00be", "a LUKS header (an encrypted device; open it first)"),
          text(512, "LABELONE", "an LVM label (use a logical volume inside it)"),
          text(0, "LABELONE", "an LVM label (use a logical volume inside it)"),
          text(1024, "LABELONE", "an LVM label (use a logical volume inside it)"),
          text(1536, "LABELONE", "an LVM label (use a logical volume inside it)"),
          text(512, "EFI PART", "a GPT partition table (use one of the partitions)"),
          text(4096, "EFI PART", "a GPT partition table (use one of the partitions)"),
          hex(1080, "53ef", "an ext2, ext3 or ext4 file system"),
          text(0, "XFSB", "an XFS file system"),
          text(65600, "_BHRfS_M", "a btrfs file system"),
          text(1028, "F2FS", "an F2FS file system"),
          hex(1024, "1020f5f2", "an F2FS file system"),
          hex(65536, "01161970", "a GFS2 file system"),
          text(8192, "OCFSV2", "an OCFS2 file system"),
          text(65588, "ReIsEr", "a ReiserFS file system"),
          text(32768, "JFS1", "a JFS file system"),
          hex(1030, "3434", "a NILFS2 file system"),
          hex(1024, "e2e1f5e0", "an EROFS file system"),
          // The first name in the list of attributes that every ZFS label begins with.
          text(16408, "version", "a member of a ZFS pool"),
          text(4086, "SWAPSPACE2", "a swap area"),
          text(3, "NTFS    ", "an NTFS file system"),
          text(3, "EXFAT   ", "an exFAT file system"),
          text(3, "-FVE-FS-", "a BitLocker volume (an encrypted device; open it first)"),
          text(54, "FAT16", "a FAT file system"),
          text(54, "FAT12", "a FAT file system"),
          text(82, "FAT32", "a FAT file system"),
          text(0, "hsqs", "a squashfs file system"),
          text(32769, "CD001", "an ISO 9660 file system"),
          text(32769, "BEA01", "a UDF file system"),
          hex(0, "fc4e2ba9", "a member of a Linux software RAID"),
          hex(4096, "fc4e2ba9", "a member of a Linux software RAID"),
          hex(4120, "c68573f64e1a45ca8265f57f48ba6d81", "a bcache device"),
          hex(4120, "c68573f666ce90a9d96a60cf803df7ef", "a bcachefs file system"),
          hex(516, "215374726130746973", "a Stratis device"),
          text(16384, "SKUL\u00ba\u00be", "a LUKS header (an encrypted device; open it first)"),
          text(0, "QFI\u00fb", "a qcow2 image (convert it with qemu-img to a raw image first)"),
          text(0, "KDMV", "a VMDK image (convert it with qemu-img to a raw image first)"),
          text(257, "ustar", "a tar archive (unpack it first)"),
          hex(0, "1f8b", "a gzip file (unpack it first)"),
          hex(0, "28b52ffd", "a zstd file (unpack it first)"),
          hex(0, "fd377a585a00", "an xz file (unpack it first)"),
          text(0, "BZh", "a bzip2 file (unpack it first)"),
          hex(0, "504b0304", "a zip file (unpack it first)"),
          text(0, "<?xml", "an XML document"),
          text(0, "<vdo", "an XML document"),
          text(0, "\u007fELF", "an executable"),
          text(0, "#!", "a script"));

  private ForeignContent() {}

  /**
   * {@return what the device holds, as words that follow "it holds"; nothing if not recognised}
   *
   * @param start the first bytes of the device, up to {@link #BYTES_NEEDED}
   */
  public static Optional<String> recognise(MemorySegment start) {
    return find(start).map(Found::content);
  }

  /**
   * What was recognised.
   *
   * @param offsetBytes where the bytes are that tell
   * @param content words that follow "it holds"
   */
  public record Found(long offsetBytes, String content) {}

  /**
   * {@return what the device holds and where that shows; nothing if not recognised}
   *
   * @param start the first bytes of the device, up to {@link #BYTES_NEEDED}
   */
  public static Optional<Found> find(MemorySegment start) {
    for (var signature : SIGNATURES) {
      if (signature.matches(start)) {
        return Optional.of(new Found(signature.offset(), signature.content()));
      }
    }
    return hasPartitions(start)
        ? Optional.of(new Found(MBR_PARTITIONS, "a partition table (use one of the partitions)"))
        : Optional.empty();
  }

  /** {@return whether all the bytes are zero} */
  public static boolean isBlank(MemorySegment start) {
    return start.byteSize() == 0
        || (start.get(ValueLayout.JAVA_BYTE, 0) == 0
            && start.asSlice(1).mismatch(start.asSlice(0, start.byteSize() - 1)) < 0);
  }

  private static boolean hasPartitions(MemorySegment start) {
    if (start.byteSize() < 512
        || start.get(ValueLayout.JAVA_BYTE, 510) != 0x55
        || start.get(ValueLayout.JAVA_BYTE, 511) != (byte) 0xaa) {
      return false;
    }
    boolean hasOne = false;
    for (int i = 0; i < 4; i++) {
      long at = MBR_PARTITIONS + (long) i * MBR_PARTITION_BYTES;
      int bootFlag = start.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      if (bootFlag != 0 && bootFlag != 0x80) {
        return false;
      }
      hasOne |= start.get(ValueLayout.JAVA_BYTE, at + 4) != 0;
    }
    return hasOne;
  }

  private static Signature text(int offset, String text, String content) {
    return new Signature(offset, Bytes.copyOf(text.getBytes(StandardCharsets.ISO_8859_1)), content);
  }

  private static Signature hex(int offset, String hex, String content) {
    return new Signature(offset, Bytes.copyOf(HexFormat.of().parseHex(hex)), content);
  }
}
