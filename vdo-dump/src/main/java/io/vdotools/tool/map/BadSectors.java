package io.vdotools.tool.map;

import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A list of bad sectors of 512 bytes, counted from the start of the device: a number or a range of
 * numbers on each line, or lines of a kernel log that say {@code sector N}.
 */
final class BadSectors {
  private static final int LONGEST_LINE = 4096;
  private static final int MOST_RANGES = 1 << 20;
  private static final long MOST_SECTORS = Limits.PHYSICAL_BLOCKS * BlockSize.SECTORS_PER_BLOCK;
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,15})(?:\\s*(?:\\.\\.|-)\\s*(\\d{1,15}))?");
  private static final Pattern LOG = Pattern.compile("\\bsector (\\d{1,15})\\b");

  private BadSectors() {}

  /**
   * {@return the PBNs of the blocks that the sectors lie in}
   *
   * @param lines the list
   * @param name what a person knows it by
   * @param blockOffset how many blocks the PBNs are ahead of the device's own numbers
   * @throws BadListException if it is no such list
   * @throws IOException if it cannot be read
   */
  static List<PbnSet.Range> read(BufferedReader lines, String name, long blockOffset)
      throws IOException, BadListException {
    var ranges = new ArrayList<PbnSet.Range>();
    int number = 0;
    for (String line = next(lines, name, 1); line != null; line = next(lines, name, number + 1)) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (ranges.size() >= MOST_RANGES) {
        throw new BadListException(name, number, "more than " + MOST_RANGES + " entries");
      }
      ranges.add(range(text, name, number, blockOffset));
    }
    return ranges;
  }

  /**
   * {@return the next line, null at the end} One that has no end is refused at once, and so is what
   * is no text: files may go on for ever, or for terabytes.
   */
  private static @Nullable String next(BufferedReader lines, String name, int number)
      throws IOException, BadListException {
    var line = new StringBuilder();
    int c = lines.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = lines.read()) {
      if (c == 0) {
        throw new BadListException(name, number, "a byte of zeros, which no text has");
      }
      if (line.length() == LONGEST_LINE) {
        throw new BadListException(
            name, number, "the line is longer than " + LONGEST_LINE + " characters");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static PbnSet.Range range(String text, String name, int number, long blockOffset)
      throws BadListException {
    var numbers = NUMBERS.matcher(text);
    var log = LOG.matcher(text);
    long first;
    long last;
    if (numbers.matches()) {
      first = Long.parseLong(numbers.group(1));
      last = numbers.group(2) == null ? first : Long.parseLong(numbers.group(2));
    } else if (log.find()) {
      first = Long.parseLong(log.group(1));
      last = first;
    } else {
      throw new BadListException(
          name, number, "neither a sector, nor two with - between them, nor 'sector N'");
    }
    if (last < first || last >= MOST_SECTORS) {
      throw new BadListException(name, number, "no sectors of a volume");
    }
    return new PbnSet.Range(
        first / BlockSize.SECTORS_PER_BLOCK + blockOffset,
        last / BlockSize.SECTORS_PER_BLOCK + blockOffset + 1);
  }
}
