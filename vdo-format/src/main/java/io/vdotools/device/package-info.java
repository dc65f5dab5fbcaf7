/**
 * Blocks of 4096 bytes and where they come from: files, disks, memory, and overlays over any of
 * them.
 *
 * <p>Start at {@link io.vdotools.device.BlockDevice}. A block that cannot be read is a value here (
 * {@link io.vdotools.device.BlockErrors}), because whoever inspects a damaged volume wants to go
 * on; a write that fails is a {@link io.vdotools.device.DeviceException}, because whoever writes
 * must stop. {@link io.vdotools.device.FaultyDevice} fails on purpose, for tests.
 *
 * <p>This package is the only one that opens files for block access, and it knows nothing of what
 * the blocks mean.
 */
@NullMarked
package io.vdotools.device;

import org.jspecify.annotations.NullMarked;
