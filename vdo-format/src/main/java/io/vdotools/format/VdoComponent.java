package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * The state and the counters of the volume: {@code struct vdo_component} 41.0 (format-spec, section
 * 3).
 *
 * @param version 41.0
 * @param stateCode see {@link VolumeState}
 * @param completeRecoveries recoveries and rebuilds finished; its low byte marks journal blocks
 * @param readOnlyRecoveries forced rebuilds started
 * @param config the sizes
 * @param nonce that of the geometry block
 */
public record VdoComponent(
    VersionNumber version,
    long stateCode,
    long completeRecoveries,
    long readOnlyRecoveries,
    VdoConfig config,
    long nonce) {
  /** The version that current writers store. */
  public static final VersionNumber VERSION = new VersionNumber(41, 0);

  /** The field table. */
  public static final Struct STRUCT = Struct.named("vdo_component_41_0");

  private static final Field.Nested VERSION_FIELD = STRUCT.nested("version", VersionNumber.STRUCT);
  private static final Field.U32 STATE = STRUCT.u32("state");
  private static final Field.U64 COMPLETE_RECOVERIES = STRUCT.u64("complete_recoveries");
  private static final Field.U64 READ_ONLY_RECOVERIES = STRUCT.u64("read_only_recoveries");
  private static final Field.Nested CONFIG = STRUCT.nested("config", VdoConfig.STRUCT);
  private static final Field.U64 NONCE = STRUCT.u64("nonce");

  /** {@return the component stored in {@code bytes}} */
  public static VdoComponent decode(MemorySegment bytes) {
    return new VdoComponent(
        VersionNumber.decode(VERSION_FIELD.slice(bytes)),
        STATE.get(bytes),
        COMPLETE_RECOVERIES.get(bytes),
        READ_ONLY_RECOVERIES.get(bytes),
        VdoConfig.decode(CONFIG.slice(bytes)),
        NONCE.get(bytes));
  }

  /** Stores this component in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    version.encode(VERSION_FIELD.slice(bytes));
    STATE.set(bytes, stateCode);
    COMPLETE_RECOVERIES.set(bytes, completeRecoveries);
    READ_ONLY_RECOVERIES.set(bytes, readOnlyRecoveries);
    config.encode(CONFIG.slice(bytes));
    NONCE.set(bytes, nonce);
  }

  /** {@return the state, {@link VolumeState#UNKNOWN} for a code that no driver writes} */
  public VolumeState state() {
    return VolumeState.of(stateCode);
  }

  /** {@return the byte that marks the recovery journal blocks of this generation} */
  public int recoveryCountByte() {
    return (int) completeRecoveries & 0xff;
  }

  /** {@return this component in another state} */
  public VdoComponent withState(VolumeState state) {
    return new VdoComponent(
        version, state.code(), completeRecoveries, readOnlyRecoveries, config, nonce);
  }

  /** {@return this component with other sizes} */
  public VdoComponent withConfig(VdoConfig newConfig) {
    return new VdoComponent(
        version, stateCode, completeRecoveries, readOnlyRecoveries, newConfig, nonce);
  }
}
