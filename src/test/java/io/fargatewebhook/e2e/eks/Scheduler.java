package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What both schedulers do: see the pods of one {@code schedulerName}, one after the other, from creation to removal. */
abstract class Scheduler implements AutoCloseable {

    final KubernetesClient client;
    final StandInNodes nodes;
    final Kubelet kubelet;

    private final String name;
    private final ExecutorService worker;
    /** Pods that {@link #schedule} has had; a pod is looked at once. */
    private final Set<String> scheduled = ConcurrentHashMap.newKeySet();
    private SharedIndexInformer<Pod> informer;

    Scheduler(String name, KubernetesClient client, StandInNodes nodes) {
        this.name = name;
        this.client = client;
        this.nodes = nodes;
        kubelet = new Kubelet(client);
        worker = Executors.newSingleThreadExecutor(Daemon.named(name));
    }

    final void start() {
        informer = client.pods().inAnyNamespace().withField("spec.schedulerName", name).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                submit(pod, () -> see(pod));
            }

            @Override
            public void onUpdate(Pod old, Pod pod) {
                submit(pod, () -> see(pod));
            }

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {
                submit(pod, () -> {
                    scheduled.remove(pod.getMetadata().getUid());
                    removed(pod);
                });
            }
        });
    }

    /** Finds a node for a pod, or leaves it Pending. */
    abstract void schedule(Pod pod);

    /** A pod that was bound to one of the stand-in's nodes, by this scheduler or by its creator, and does not run yet. */
    abstract void bound(Pod pod, StandInNode node);

    /** A pod no longer exists. */
    abstract void removed(Pod pod);

    private void see(Pod pod) {
        var node = nodes.get(pod.getSpec().getNodeName());
        var deleted = pod.getMetadata().getDeletionTimestamp() != null;
        if (node.isPresent() && deleted) {
            kubelet.remove(pod);
        } else if (node.isPresent() && pod.getStatus().getPhase().equals("Pending")) {
            bound(pod, node.get());
        } else if (pod.getSpec().getNodeName() == null
                && !deleted
                && pod.getSpec().getSchedulingGates().isEmpty()
                && scheduled.add(pod.getMetadata().getUid())) {
            schedule(pod);
        }
    }

    /** Binds as a scheduler does, through the pod's binding subresource. */
    final void bind(Pod pod, StandInNode node) {
        var meta = pod.getMetadata();
        Binding binding = new BindingBuilder()
                .withNewMetadata().withName(meta.getName()).withNamespace(meta.getNamespace()).withUid(meta.getUid()).endMetadata()
                .withNewTarget().withKind("Node").withName(node.name()).endTarget()
                .build();
        client.raw("/api/v1/namespaces/" + meta.getNamespace() + "/pods/" + meta.getName() + "/binding", "POST", binding);
        event(pod, "Normal", "Scheduled",
                "Successfully assigned " + meta.getNamespace() + "/" + meta.getName() + " to " + node.name());
    }

    final void event(Pod pod, String type, String reason, String message) {
        var meta = pod.getMetadata();
        var now = Instant.now().toString();
        client.resource(new EventBuilder()
                        .withNewMetadata()
                            .withName(meta.getName() + "." + UUID.randomUUID())
                            .withNamespace(meta.getNamespace())
                        .endMetadata()
                        .withNewInvolvedObject()
                            .withApiVersion("v1")
                            .withKind("Pod")
                            .withNamespace(meta.getNamespace())
                            .withName(meta.getName())
                            .withUid(meta.getUid())
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(reason)
                        .withMessage(message)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .withNewSource().withComponent(name).endSource()
                        .withReportingComponent(name)
                        .build())
                .create();
    }

    private void submit(Pod pod, Runnable step) {
        if (worker.isShutdown()) {
            return;
        }
        worker.submit(() -> {
            try {
                step.run();
            } catch (KubernetesClientException e) {
                // The pod or its namespace went away meanwhile, or somebody else bound it: nothing left to do for it.
                if (e.getCode() != 404 && e.getCode() != 409 && e.getCode() != 403) {
                    failed(pod, e);
                }
            } catch (RuntimeException e) {
                failed(pod, e);
            }
        });
    }

    private void failed(Pod pod, RuntimeException e) {
        if (worker.isShutdown()) {
            return; // cut short by close()
        }
        System.getLogger("eks").log(System.Logger.Level.WARNING,
                name + ": pod " + pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName(), e);
    }

    @Override
    public void close() {
        informer.close();
        worker.shutdownNow();
    }
}
