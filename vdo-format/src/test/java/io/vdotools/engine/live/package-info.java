@NullMarked
package io.vdotools.engine.live;

import org.jspecify.annotations.NullMarked;
