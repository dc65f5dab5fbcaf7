@NullMarked
package io.vdotools.tool.replay;

import org.jspecify.annotations.NullMarked;
