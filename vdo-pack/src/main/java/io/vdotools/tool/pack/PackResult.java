package io.vdotools.tool.pack;

import io.vdotools.engine.Volume;

/**
 * What came of packing.
 *
 * @param options what was asked for
 * @param volume what was packed
 * @param tally blocks and bytes by kind
 * @param isScanned whether data blocks were looked through for lost metadata
 * @param bytes the length of the pack
 * @param digest its digest, in hexadecimal
 */
record PackResult(
    PackOptions options,
    Volume volume,
    PackTally tally,
    boolean isScanned,
    long bytes,
    String digest) {}
