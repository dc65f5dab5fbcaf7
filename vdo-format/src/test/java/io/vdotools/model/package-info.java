@NullMarked
package io.vdotools.model;

import org.jspecify.annotations.NullMarked;
