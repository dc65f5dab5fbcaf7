/**
 * Tests of the devices; {@link io.vdotools.device.Patterns} makes blocks that are easy to tell
 * apart.
 */
@NullMarked
package io.vdotools.device;

import org.jspecify.annotations.NullMarked;
