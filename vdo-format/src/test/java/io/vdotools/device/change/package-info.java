@NullMarked
package io.vdotools.device.change;

import org.jspecify.annotations.NullMarked;
