/**
 * Packs: the metadata of a volume in a file a fraction of its size (format-spec, pack.md).
 *
 * <p>Start at {@link io.vdotools.pack.SourceDevice}, where commands open a volume or a pack alike,
 * or at {@link io.vdotools.pack.PackWriter}. A pack is a sequence of frames, each with up to 512
 * blocks of one kind, taken apart into columns ({@link io.vdotools.pack.FrameCodec}) and these
 * compressed ({@link io.vdotools.pack.ColumnCodec}). What is written here is read here: encoder and
 * decoder of a structure stand side by side.
 *
 * <p>This package knows which bytes of a block mean what, and nothing of volumes as a whole: which
 * blocks are worth packing is decided by whoever writes a pack.
 */
@NullMarked
package io.vdotools.pack;

import org.jspecify.annotations.NullMarked;
