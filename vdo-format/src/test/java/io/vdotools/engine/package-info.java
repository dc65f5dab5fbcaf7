/** Tests of opening, replaying, walking and counting. */
@NullMarked
package io.vdotools.engine;

import org.jspecify.annotations.NullMarked;
