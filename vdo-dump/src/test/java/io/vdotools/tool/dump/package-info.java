@NullMarked
package io.vdotools.tool.dump;

import org.jspecify.annotations.NullMarked;
