@NullMarked
package io.vdotools.tool.map;

import org.jspecify.annotations.NullMarked;
