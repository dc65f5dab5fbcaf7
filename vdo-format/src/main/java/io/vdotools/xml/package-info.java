/**
 * The content of a volume as XML, there and back: the exchange format (format-spec, {@code xml.md}
 * and {@code schema/vdo.xsd}).
 *
 * <p>{@link io.vdotools.xml.XmlWriter} is a visitor that writes what it is told; {@link
 * io.vdotools.xml.XmlReader} reads a file that may be anything, and tells a visitor what it holds.
 * Both stream. Nothing here knows volumes or devices.
 */
@NullMarked
package io.vdotools.xml;

import org.jspecify.annotations.NullMarked;
