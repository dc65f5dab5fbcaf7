package io.vdotools.check;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.engine.damage.Damage;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeImage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One row of the damage matrix.
 *
 * @param name what is done to the volume
 * @param device makes the damaged volume
 * @param expected all that a check may find, each code once
 * @param sound makes the volume as it was before, if it was whole
 */
public record DamageCase(
    String name,
    Supplier<BlockDevice> device,
    List<ProblemCode> expected,
    @Nullable Supplier<BlockDevice> sound) {
  /** Copies the list. */
  public DamageCase {
    expected = List.copyOf(expected);
  }

  DamageCase(String name, Supplier<BlockDevice> device, List<ProblemCode> expected) {
    this(name, device, expected, null);
  }

  /** {@return a damage to a sound volume} */
  static DamageCase of(String name, VolumeImage sound, Damage damage, ProblemCode... expected) {
    return new DamageCase(
        name, () -> sound.with(damage).device(), List.of(expected), sound::device);
  }

  /** {@return a volume that is made with the damage} */
  static DamageCase made(String name, Supplier<VolumeImage> image, ProblemCode... expected) {
    return new DamageCase(name, () -> image.get().device(), List.of(expected));
  }

  /** {@return a sound volume with a block that cannot be read} */
  static DamageCase unreadable(
      String name, VolumeImage sound, Damage.Spot pbn, ProblemCode... expected) {
    return new DamageCase(
        name,
        () -> FaultyDevice.over(sound.device().copy(), new Fault.UnreadableBlock(sound.at(pbn))),
        List.of(expected),
        sound::device);
  }

  @Override
  public String toString() {
    return name;
  }
}
