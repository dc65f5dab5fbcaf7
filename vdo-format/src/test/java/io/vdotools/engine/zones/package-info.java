@NullMarked
package io.vdotools.engine.zones;

import org.jspecify.annotations.NullMarked;
