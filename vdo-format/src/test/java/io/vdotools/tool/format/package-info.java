/** Tests of the commands that make volumes, as a shell would start them. */
@NullMarked
package io.vdotools.tool.format;

import org.jspecify.annotations.NullMarked;
