/**
 * How damaged volumes are mended: each class puts one part of a volume right, in an overlay, and
 * tells of what it did and why.
 *
 * <p>Start with {@link io.vdotools.engine.repair.Treatment}, which says of each problem what is
 * done about it. {@link io.vdotools.engine.repair.HeadMend} mends geometry block and super block,
 * {@link io.vdotools.engine.repair.JournalMend} brings into the block map what the recovery journal
 * still holds, {@link io.vdotools.engine.repair.PageMend} and {@link
 * io.vdotools.engine.repair.BlockMapMend} mend the block map, {@link
 * io.vdotools.engine.repair.DepotMend} makes counts, slab journals and summary fit it (format-spec,
 * repair.md). Nothing here knows how problems are found, or how an overlay gets onto a device.
 */
@NullMarked
package io.vdotools.engine.repair;

import org.jspecify.annotations.NullMarked;
