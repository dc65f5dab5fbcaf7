package io.vdotools.tool.restore;

import io.vdotools.cli.ChangeOptions;
import io.vdotools.engine.build.BuildOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to restore, and onto what.
 *
 * @param xml the dump; empty for standard input
 * @param target an existing file or device, or the name of an image to make
 * @param change whether and how an existing target may be written to
 * @param build how the volume is to differ from the dump
 * @param isForced whether recognised content may be overwritten, and what is damaged restored
 * @param isChecked whether the result is checked as a whole before it becomes valid
 */
record RestoreOptions(
    Optional<Path> xml,
    Path target,
    ChangeOptions change,
    BuildOptions build,
    boolean isForced,
    boolean isChecked) {

  /** {@return what to call the dump in a message} */
  String xmlName() {
    return xml.map(Path::toString).orElse("standard input");
  }
}
