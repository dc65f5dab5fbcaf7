@NullMarked
package io.vdotools.xml;

import org.jspecify.annotations.NullMarked;
