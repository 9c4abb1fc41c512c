/**
 * End-to-end tests: the packaged webhook as a process, a real API server, the manifests as they are shipped, and a stand-in
 * for EKS. {@code mvn -Pe2e verify} runs them; see {@link io.fargatewebhook.e2e.kube.ControlPlane} for the API server.
 */
package io.fargatewebhook.e2e;
