package io.vdotools.cli;

/** How a command ended, in the numbers of {@code fsck(8)}. */
public enum ExitStatus {
  /** Nothing is wrong, or what was asked for is done. */
  OK(0, "nothing wrong"),
  /** Problems were found and all of them were corrected. */
  CORRECTED(1, "problems found and corrected"),
  /** Problems were found, and some are left. */
  PROBLEMS_LEFT(4, "problems left uncorrected"),
  /** The world was in the way: unreadable, not a VDO volume, in use, no space. */
  OPERATIONAL(8, "operational error: cannot read, not a VDO volume, in use, no space"),
  /** The command line made no sense; nothing was touched. */
  USAGE(16, "usage error"),
  /** The user stopped the command. */
  CANCELLED(32, "cancelled by the user");

  private final int code;
  private final String meaning;

  ExitStatus(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** {@return what the process hands to the shell, 0 to 32} */
  public int code() {
    return code;
  }

  /** {@return a phrase for help texts and manual pages} */
  public String meaning() {
    return meaning;
  }
}
