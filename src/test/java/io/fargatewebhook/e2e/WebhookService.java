package io.fargatewebhook.e2e;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fargatewebhook.e2e.kube.ControlPlane;
import java.util.Arrays;
import java.util.Map;

/**
 * What stands behind the shipped Service {@code fargate-webhook}: processes on this machine, since no kubelet runs the pods of
 * the shipped Deployment.
 *
 * <p>They are in EndpointSlices of our own. The endpoint slice controller keeps one for the Service's selector beside them, with
 * no endpoint that is ready.
 */
final class WebhookService {

    private static final String NAME = "fargate-webhook";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String US = "e2e.fargate-webhook.io";

    private final ControlPlane cluster;

    WebhookService(ControlPlane cluster) {
        this.cluster = cluster;
    }

    /** Sends the API server to these processes and no others. */
    void route(WebhookProcess... processes) {
        var ports = Arrays.stream(processes).map(WebhookProcess::port).toList();
        // One slice a process: all endpoints of a slice have the same port.
        for (var port : ports) {
            cluster.client()
                    .resource(new EndpointSliceBuilder()
                            .withNewMetadata()
                                .withName(sliceName(port))
                                .withNamespace(NAME)
                                .withLabels(Map.of("kubernetes.io/service-name", NAME, MANAGED_BY, US))
                            .endMetadata()
                            .withAddressType("IPv4")
                            .addNewEndpoint()
                                .withAddresses(cluster.address())
                                .withNewConditions().withReady(true).withServing(true).withTerminating(false).endConditions()
                            .endEndpoint()
                            .addNewPort().withName("https").withProtocol("TCP").withPort(port).endPort()
                            .build())
                    .createOr(slice -> slice.update());
        }
        var wanted = ports.stream().map(WebhookService::sliceName).toList();
        cluster.client().discovery().v1().endpointSlices().inNamespace(NAME).withLabel(MANAGED_BY, US).resources()
                .filter(slice -> !wanted.contains(slice.item().getMetadata().getName()))
                .forEach(slice -> slice.delete());
    }

    private static String sliceName(int port) {
        return "e2e-" + port;
    }
}
