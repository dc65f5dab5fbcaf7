/**
 * The command {@code vdo_check}: from arguments to a report. The passes that do the checking are in
 * {@code io.vdotools.check}.
 */
@NullMarked
package io.vdotools.tool.check;

import org.jspecify.annotations.NullMarked;
