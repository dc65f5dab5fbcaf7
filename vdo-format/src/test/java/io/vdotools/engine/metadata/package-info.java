@NullMarked
package io.vdotools.engine.metadata;

import org.jspecify.annotations.NullMarked;
