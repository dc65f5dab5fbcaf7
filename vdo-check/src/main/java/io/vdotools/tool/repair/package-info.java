/**
 * The command {@code vdo_repair}: damaged volumes mended, as far as their own content tells how.
 */
@NullMarked
package io.vdotools.tool.repair;

import org.jspecify.annotations.NullMarked;
