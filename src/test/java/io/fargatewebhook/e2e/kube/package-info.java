/** A Kubernetes API server and what a test wants to know of it. */
package io.fargatewebhook.e2e.kube;
