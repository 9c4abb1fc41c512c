package io.fargatewebhook.admission;

import io.fargatewebhook.pod.Pod;
import java.util.Optional;

/**
 * A well-formed AdmissionReview, as far as the decision needs it.
 *
 * @param apiVersion the version to answer in
 * @param request what the API server asks
 */
record Review(Version apiVersion, Request request) {

    enum Version {
        V1("admission.k8s.io/v1"),
        V1BETA1("admission.k8s.io/v1beta1");

        private final String apiVersion;

        Version(String apiVersion) {
            this.apiVersion = apiVersion;
        }

        String apiVersion() {
            return apiVersion;
        }
    }

    /**
     * @param object the pod, empty where there is none or it cannot be read as one
     */
    record Request(
            String uid,
            String operation,
            Resource resource,
            String subResource,
            String namespace,
            boolean dryRun,
            Optional<Pod> object) {

        /** The pod that is being created in {@link #namespace()}, if this is such a request. */
        Optional<Pod> createdPod() {
            boolean createsPod = operation.equals("CREATE") && resource.equals(Resource.PODS) && subResource.isEmpty();
            return createsPod ? object : Optional.empty();
        }
    }

    record Resource(String group, String version, String resource) {
        static final Resource PODS = new Resource("", "v1", "pods");
    }
}
