package io.vdotools.engine.metadata;

import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Sections;

/**
 * What all parts of a running engine share.
 *
 * @param execution runs steps
 * @param sections where steps run
 * @param disk the volume's blocks, by PBN
 * @param readOnly whether anything may still be written
 * @param nonce the volume's nonce
 */
public record Environment(
    Execution execution, Sections sections, Disk disk, ReadOnlyMode readOnly, long nonce) {}
