@NullMarked
package io.vdotools.tool.stats;

import org.jspecify.annotations.NullMarked;
