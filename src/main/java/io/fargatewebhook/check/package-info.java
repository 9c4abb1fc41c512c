/**
 * Whether all is well: each group of checks turns what was read from the cluster into lines, and talks to nobody itself.
 */
package io.fargatewebhook.check;
