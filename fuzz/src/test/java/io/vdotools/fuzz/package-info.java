/**
 * What is fed to fuzzers: one target for each reader of bytes that come from elsewhere.
 *
 * <p>{@link io.vdotools.fuzz.Targets} lists them. Each takes any bytes, and fails only if something
 * is wrong with us. Most take their bytes as edits of something valid, with checksums made right
 * again, so that a fuzzer gets past what would refuse noise: {@link io.vdotools.fuzz.VolumeEdits},
 * {@link io.vdotools.fuzz.PackEdits}, {@link io.vdotools.fuzz.XmlEdits}. Jazzer looks for inputs
 * that reach new code; {@link io.vdotools.fuzz.Storm} does not look, and is faster.
 */
package io.vdotools.fuzz;
