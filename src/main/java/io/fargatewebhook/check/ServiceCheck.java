package io.fargatewebhook.check;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fargatewebhook.cluster.Names;
import io.fargatewebhook.cluster.Reading;
import java.util.List;
import java.util.Optional;

/** Whether somebody answers. */
final class ServiceCheck {
    private static final String SERVICE = "Service " + Names.NAMESPACE + "/" + Names.SERVICE;
    private static final String LOOK = "kubectl get pods,events -n " + Names.NAMESPACE;

    private ServiceCheck() {}

    static Line line(
            Reading<List<EndpointSlice>> endpoints, Reading<Optional<Deployment>> deployment, String whenACallFails) {
        return endpoints.fold(
                slices -> line(ready(slices), wanted(deployment), whenACallFails), denied -> Line.notSeen(SERVICE, denied));
    }

    private static Line line(long ready, Optional<Integer> wanted, String whenACallFails) {
        String replicas =
                wanted.map(count -> " of " + count + " replicas").orElse(ready == 1 ? " replica" : " replicas");
        if (ready == 0) {
            return Line.failure(Docs.FAILURE_MODES, SERVICE + " has no replica that is ready", whenACallFails, LOOK);
        }
        if (wanted.filter(count -> ready < count).isPresent()) {
            return Line.warning(
                    Docs.FAILURE_MODES,
                    SERVICE + " has " + ready + replicas + " ready",
                    "calls are answered, but with less in reserve",
                    LOOK);
        }
        return Line.ok(SERVICE + " has " + ready + replicas + " ready");
    }

    /** Of a pod with two addresses there are two slices, one a family. A slice without endpoints has null for them. */
    private static long ready(List<EndpointSlice> slices) {
        return slices.stream()
                .filter(slice -> slice.getEndpoints() != null)
                .flatMap(slice -> slice.getEndpoints().stream()
                        .filter(ServiceCheck::isReady)
                        .map(endpoint -> identity(slice, endpoint)))
                .distinct()
                .count();
    }

    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    private static String identity(EndpointSlice slice, Endpoint endpoint) {
        return endpoint.getTargetRef() == null
                ? slice.getMetadata().getName() + endpoint.getAddresses()
                : endpoint.getTargetRef().getName();
    }

    /** Unknown where the Deployment may not be read, or is somebody's own under another name. */
    private static Optional<Integer> wanted(Reading<Optional<Deployment>> deployment) {
        return deployment.orElse(Optional.empty()).map(found -> found.getSpec().getReplicas());
    }
}
