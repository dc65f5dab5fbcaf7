/** The deduplication index region: how large it is. Its inside is not this package's yet. */
@NullMarked
package io.vdotools.format.index;

import org.jspecify.annotations.NullMarked;
