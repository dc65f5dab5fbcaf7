/** Tests of new volumes: their layout, their bytes, and what becomes of a format that fails. */
@NullMarked
package io.vdotools.engine.format;

import org.jspecify.annotations.NullMarked;
