package io.vdotools.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a file as users type it. */
public final class PathArgument {
  private PathArgument() {}

  /** {@return a converter for options and parameters that name a file} */
  public static ITypeConverter<Path> converter() {
    return text -> {
      if (text.isEmpty()) {
        throw new TypeConversionException("'' names no file");
      }
      try {
        return Path.of(text);
      } catch (InvalidPathException _) {
        throw new TypeConversionException(
            "'" + text + "' cannot be a file name in this locale (set LC_ALL=C.UTF-8)");
      }
    };
  }
}
