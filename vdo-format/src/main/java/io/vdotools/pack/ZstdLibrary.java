package io.vdotools.pack;

import com.github.luben.zstd.util.Native;
import io.vdotools.pack.PackException.Kind;

/** The native library that compresses, which unpacks itself into a temporary file to be loaded. */
public final class ZstdLibrary {
  private ZstdLibrary() {}

  /**
   * Loads the library, unless that was done before.
   *
   * @throws PackException if it cannot be loaded here
   */
  public static void load() throws PackException {
    try {
      Native.load();
    } catch (LinkageError e) {
      throw new PackException(
          Kind.NO_LIBRARY,
          "cannot load the library zstd-jni from the directory for temporary files: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given")
              + "; see to room and permission to execute there, or name another with"
              + " VDO_JAVA_OPTIONS=-Djava.io.tmpdir=DIRECTORY");
    }
  }
}
