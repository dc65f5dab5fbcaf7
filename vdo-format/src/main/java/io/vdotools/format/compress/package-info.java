/**
 * Compressed blocks: up to fourteen LZ4 fragments in one data block.
 *
 * <p>Nothing in a block says that it is compressed; only the mapping states of the entries that
 * refer to it do.
 */
@NullMarked
package io.vdotools.format.compress;

import org.jspecify.annotations.NullMarked;
