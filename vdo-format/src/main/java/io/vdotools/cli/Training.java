package io.vdotools.cli;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.xml.XmlWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Runs the commands of a distribution, so that the Java machine can keep what it loaded.
 *
 * <p>The build starts it with {@code -XX:AOTCacheOutput}. What is not done here still works later,
 * only not from the cache.
 */
final class Training {
  /** Stands for the sample volume in a command line. */
  private static final String SAMPLE = "SAMPLE";

  /** Stands for a volume of a million mappings, made for this. */
  private static final String LARGE = "LARGE";

  /** Stands for such a volume that has lost some leaf pages of its block map. */
  private static final String DAMAGED = "DAMAGED";

  /** Stands for a dump of the sample volume in the exchange format. */
  private static final String DUMP = "DUMP";

  /** Stands for a dump of the large volume. */
  private static final String LARGE_DUMP = "LARGE_DUMP";

  /** Stands for a file that is not there yet. */
  private static final String NEW = "NEW";

  private final String sample;
  private int newFiles;

  private Training(String sample) {
    this.sample = sample;
  }

  /**
   * Runs help, version and a usage error of every command, then the command lines given.
   *
   * @param arguments the path of a sample volume, beside which files are made, then command lines
   *     such as {@code vdo_check SAMPLE}; or nothing
   * @throws VdoException if the large volume, or a dump, cannot be made
   * @throws IOException if it cannot be written
   */
  public static void main(String[] arguments) throws VdoException, IOException {
    var ending = new ProcessEnding("training", nowhere());
    ending.install();
    var training = new Training(arguments.length > 0 ? arguments[0] : "");
    for (Command command : ServiceLoader.load(Command.class)) {
      String name = command.name();
      CommandRunner.run(command, nowhere(), "--help");
      CommandRunner.run(command, nowhere(), "--version");
      CommandRunner.run(command, nowhere(), "--no-such-option");
      for (int line = 1; line < arguments.length; line++) {
        List<String> words = List.of(arguments[line].strip().split(" +", -1));
        if (words.getFirst().equals(name)) {
          training.run(command, words.subList(1, words.size()));
        }
      }
    }
    ending.exit(ExitStatus.OK);
  }

  private void run(Command command, List<String> words) throws VdoException, IOException {
    var told = new ArrayList<String>();
    for (String word : words) {
      told.add(
          switch (word) {
            case SAMPLE -> sample;
            case LARGE -> large();
            case DAMAGED -> damaged();
            case DUMP -> dump(sample);
            case LARGE_DUMP -> dump(large());
            case NEW -> sample + ".new" + newFiles++;
            default -> word;
          });
    }
    CommandRunner.run(command, nowhere(), told.toArray(String[]::new));
  }

  /** {@return the path of the large volume, which is made if it is not there yet} */
  private String large() throws VdoException {
    Path image = Path.of(sample + ".large");
    if (!Files.exists(image)) {
      TrainingVolume.make(image);
    }
    return image.toString();
  }

  /** {@return the path of a damaged large volume, which is made each time} */
  private String damaged() throws VdoException {
    Path image = Path.of(sample + ".damaged" + newFiles++);
    TrainingVolume.makeDamaged(image);
    return image.toString();
  }

  /** {@return the path of a dump of a volume, which is made beside it} */
  private static String dump(String volume) throws VdoException, IOException {
    Path target = Path.of(volume + ".xml");
    try (var device = FileDevice.open(Path.of(volume), Access.READ);
        var out = new BufferedOutputStream(Files.newOutputStream(target));
        var parallel = new Parallel(1, 1, System::nanoTime)) {
      var walk =
          new VolumeWalk(
              LogicalVolume.open(Volume.open(device)),
              WalkOptions.WHOLE,
              parallel,
              VolumeWalk.Progress.NONE);
      walk.run(new XmlWriter(out, target.toString()));
    }
    return target.toString();
  }

  private static Console nowhere() {
    return CommandRunner.console(
        new StandardOutput(OutputStream.nullOutputStream()), OutputStream.nullOutputStream());
  }
}
