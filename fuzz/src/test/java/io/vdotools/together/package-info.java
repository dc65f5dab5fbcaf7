/** What one command makes, in the hands of another that lives in another module. */
@NullMarked
package io.vdotools.together;

import org.jspecify.annotations.NullMarked;
