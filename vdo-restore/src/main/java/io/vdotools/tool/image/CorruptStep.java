package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.DamageException;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.Place;
import io.vdotools.engine.damage.Position;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.BlockSize;
import io.vdotools.problem.ProblemCode;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code corrupt}: one damage.
 *
 * @param damage what
 * @param place where
 * @param seed decides what the name leaves open
 */
record CorruptStep(NamedDamage damage, Place place, long seed) implements Step {
  private static final String LIST = "--list";
  private static final String AT = "--at";
  private static final String SEED = "--seed";
  private static final int MOST_SHOWN = 8;

  static StepKind kind() {
    return new StepKind(
        "corrupt",
        "Damages one structure. A damage is STRUCTURE.WHAT; any field can be changed as"
            + " STRUCTURE.FIELD=N, STRUCTURE.FIELD+=N and STRUCTURE.FIELD-=N, with checksums made"
            + " right again.",
        List.of(
            PositionalParamSpec.builder()
                .arity("0..1")
                .type(String.class)
                .paramLabel("DAMAGE")
                .description("Its name, one of those that --list prints, or of a field.")),
        List.of(
            StepKind.flag(LIST, "List the damages that have names, and what a check calls them."),
            OptionSpec.builder(AT)
                .paramLabel("PLACE")
                .type(Place.class)
                .converters(CorruptStep::place)
                .description(
                    "Which of several: first (the default), middle, last, pbn:N, or lbn:N for the"
                        + " one that this logical block depends on.")
                .build(),
            StepKind.number(SEED, "N", "Decides what the name leaves open. Default: 1.")),
        false,
        "corrupt volume.img leaf.flipped --at lbn:5000 --seed 3",
        Invocation.of(word("corrupt"), changes(Content.VOLUME), word("leaf.flipped")),
        CorruptStep::of);
  }

  private static Place place(String text) {
    return Place.parse(text)
        .orElseThrow(() ->
            new TypeConversionException(
                "'" + text + "' is no place (first, middle, last, pbn:N or lbn:N)"));
  }

  private static Step of(ParseResult arguments) {
    if (arguments.hasMatchedOption(LIST)) {
      return new Listing();
    }
    var operands = arguments.matchedPositionals();
    var last = operands.isEmpty() ? null : operands.getLast();
    if (last == null || !last.paramLabel().equals("DAMAGE")) {
      throw StepKind.wrong(arguments, "missing VOLUME or DAMAGE");
    }
    NamedDamage damage;
    try {
      damage = DamageCatalogue.named(last.getValue());
    } catch (IllegalArgumentException e) {
      throw StepKind.wrong(arguments, String.valueOf(e.getMessage()));
    }
    return new CorruptStep(
        damage,
        arguments.matchedOptionValue(AT, Position.FIRST),
        StepKind.value(arguments, SEED, 1));
  }

  @Override
  public void check(Prospect prospect) {}

  @Override
  public ExitStatus run(Path path, Console console) throws VdoException {
    try (var claim = DeviceClaim.of(path);
        var device = claim.open()) {
      var areas = VolumeAreas.of(device);
      if (areas.volume().blockOffset() != 0) {
        throw new StepException(
            path + ": was converted to LVM, and its blocks are moved; damage another volume");
      }
      // All of the damage or, where the volume lacks what it is done to, nothing.
      var damaged = OverlayDevice.over(device);
      inflict(path, damaged, areas);
      long[] changed = damaged.changedBlocks();
      var block = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
      for (long pbn : changed) {
        damaged.read(pbn, block).orThrow(damaged);
        device.write(pbn, block);
      }
      device.flush();
      console.out().println(path + ": " + damage.name() + " at " + names(changed));
    }
    return ExitStatus.OK;
  }

  private void inflict(Path path, OverlayDevice damaged, VolumeAreas areas) throws VdoException {
    try {
      damage.recipe().at(place, seed).inflict(damaged, areas);
    } catch (DamageException e) {
      throw new StepException(path + ": " + e.getMessage());
    }
  }

  private static String names(long[] pbns) {
    return Arrays.stream(pbns)
            .limit(MOST_SHOWN)
            .mapToObj(pbn -> "PBN " + pbn)
            .collect(Collectors.joining(", "))
        + (pbns.length > MOST_SHOWN ? " and " + (pbns.length - MOST_SHOWN) + " more" : "");
  }

  /** {@code --list}. */
  private record Listing() implements Step {
    @Override
    public void check(Prospect prospect) {}

    @Override
    public ExitStatus run(Path volume, Console console) {
      print(console.out());
      return ExitStatus.OK;
    }

    private static void print(PrintWriter out) {
      for (var damage : DamageCatalogue.all()) {
        out.printf(
            "%-72s %-10s %s%n",
            damage.name(),
            damage.condition().title(),
            damage.expected().isEmpty()
                ? damage.title()
                : damage.expected().stream()
                    .map(ProblemCode::id)
                    .collect(Collectors.joining(" ", "", " " + damage.title())));
      }
    }
  }

  /** {@return whether a step needs no volume} */
  static boolean isListing(Step step) {
    return step instanceof Listing;
  }
}
