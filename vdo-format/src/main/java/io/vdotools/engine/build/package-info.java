/**
 * Writing a volume's metadata from its logical content, in one pass over it and in bounded memory.
 *
 * <p>Start with {@link io.vdotools.engine.build.MetadataBuilder}. It writes to a device that it is
 * given, which is an overlay where a volume is to be changed in place; who applies that, checks the
 * result, or looks at what a device holds, is not known here.
 */
@NullMarked
package io.vdotools.engine.build;

import org.jspecify.annotations.NullMarked;
