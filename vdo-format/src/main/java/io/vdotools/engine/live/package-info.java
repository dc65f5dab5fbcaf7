/**
 * A volume that is read and written while it is open: loading and recovering it, requests to it,
 * growing it, and stopping it cleanly.
 *
 * <p>Start with {@link io.vdotools.engine.live.LiveVolume}. Nothing here knows how a request works.
 */
@NullMarked
package io.vdotools.engine.live;

import org.jspecify.annotations.NullMarked;
