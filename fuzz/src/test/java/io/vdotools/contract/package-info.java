/**
 * What is promised of every command, tried on every command that is registered.
 *
 * <p>{@link io.vdotools.contract.Commands} finds them, {@link io.vdotools.contract.Stage} sets up
 * the files of one of their command lines, and the tests do to those what the world does. No test
 * here names a command: one that comes later is tested without a line being written.
 */
package io.vdotools.contract;
