@NullMarked
package io.vdotools.engine.salvage;

import org.jspecify.annotations.NullMarked;
