package io.fargatewebhook.admission;

import io.fargatewebhook.pod.KubernetesObject;
import java.util.Optional;

/**
 * A well-formed AdmissionReview, as far as the decision needs it.
 *
 * @param <T> what its object is: a pod or a workload
 * @param apiVersion the version to answer in
 * @param request what the API server asks
 */
record Review<T extends KubernetesObject>(Version apiVersion, Request<T> request) {

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
     * @param object empty where there is none or it cannot be read as one
     */
    record Request<T extends KubernetesObject>(
            String uid,
            String operation,
            Resource resource,
            String subResource,
            String namespace,
            boolean dryRun,
            Optional<T> object) {

        /** The object that is being created in {@link #namespace()}, if this is such a request for this resource. */
        Optional<T> created(Resource wanted) {
            boolean creates = operation.equals("CREATE") && resource.equals(wanted) && subResource.isEmpty();
            return creates ? object : Optional.empty();
        }
    }

    record Resource(String group, String version, String resource) {
        static final Resource PODS = new Resource("", "v1", "pods");
    }
}
