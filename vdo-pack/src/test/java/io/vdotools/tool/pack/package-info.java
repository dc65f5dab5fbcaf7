/** Tests of {@code vdo_pack} and {@code vdo_unpack} together: what goes in has to come out. */
package io.vdotools.tool.pack;
