@NullMarked
package io.vdotools.engine.data;

import org.jspecify.annotations.NullMarked;
