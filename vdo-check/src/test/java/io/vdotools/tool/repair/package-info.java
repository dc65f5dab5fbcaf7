/** Tests of the command {@code vdo_repair}. */
@NullMarked
package io.vdotools.tool.repair;

import org.jspecify.annotations.NullMarked;
