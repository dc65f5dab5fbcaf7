/** Tests of the problem catalogue and of how findings are kept. */
package io.vdotools.problem;
