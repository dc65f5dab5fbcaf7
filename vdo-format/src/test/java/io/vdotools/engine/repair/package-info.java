/** Tests of how damaged volumes are mended. */
@NullMarked
package io.vdotools.engine.repair;

import org.jspecify.annotations.NullMarked;
