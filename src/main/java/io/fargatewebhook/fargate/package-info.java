/**
 * What Fargate is: which pods its profiles select, what it refuses, and which sizes it has. Pure: no framework, no I/O.
 */
package io.fargatewebhook.fargate;
