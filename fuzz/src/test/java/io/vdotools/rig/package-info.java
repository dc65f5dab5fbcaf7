/**
 * The real dm-vdo driver as referee: volumes that it made, crashed and recovered, against what this
 * project's check and replay say of them.
 *
 * <p>Start with {@link io.vdotools.rig.KernelRefereeTest}. The driver runs in a virtual machine
 * that {@code fuzz/rig/setup.sh} sets up; the scripts there say how.
 */
@NullMarked
package io.vdotools.rig;

import org.jspecify.annotations.NullMarked;
