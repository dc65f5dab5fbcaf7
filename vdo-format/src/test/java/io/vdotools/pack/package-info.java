/** Tests of packs below the commands that make and read them. */
package io.vdotools.pack;
