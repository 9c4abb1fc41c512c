/** The commands: what people type, and nothing else. */
package io.fargatewebhook.cli;
