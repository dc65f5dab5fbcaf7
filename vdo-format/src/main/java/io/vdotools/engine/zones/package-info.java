/**
 * Where the steps of requests run: on threads that own sections, under locks of sections, or one by
 * one as a seed chooses.
 *
 * <p>Start with {@link io.vdotools.engine.zones.Execution}. Nothing here knows what a step does.
 */
@NullMarked
package io.vdotools.engine.zones;

import org.jspecify.annotations.NullMarked;
