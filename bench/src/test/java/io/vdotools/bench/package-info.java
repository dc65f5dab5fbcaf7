/**
 * Tests of the generated volumes; {@link io.vdotools.bench.Recount} looks at one without believing
 * the generator anything.
 */
@NullMarked
package io.vdotools.bench;

import org.jspecify.annotations.NullMarked;
