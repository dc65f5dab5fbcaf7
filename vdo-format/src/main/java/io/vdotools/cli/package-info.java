/**
 * What all commands share on the command line: how they are described, started and ended.
 *
 * <p>Start with {@link io.vdotools.cli.Command}, what a tool writes, and {@link
 * io.vdotools.cli.CommandRunner}, what becomes of it: arguments in, text on two streams and an
 * {@link io.vdotools.cli.ExitStatus} out. This is the only package of the library that knows
 * picocli, and nothing in the library knows this package.
 *
 * <p>picocli is used through its programmatic interface on purpose. Reading annotations by
 * reflection costs more than a whole small command does.
 */
@NullMarked
package io.vdotools.cli;

import org.jspecify.annotations.NullMarked;
