/** Tests of the commands as the shell would start them, on files. */
package io.vdotools.tool.unpack;
