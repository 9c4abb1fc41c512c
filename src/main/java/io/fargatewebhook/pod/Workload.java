package io.fargatewebhook.pod;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What makes pods from a template: a Deployment, StatefulSet, ReplicaSet, ReplicationController, DaemonSet, Job or CronJob.
 *
 * @throws IllegalArgumentException where the object has no metadata: no API server sends such a one
 */
public record Workload(String kind, ObjectMeta metadata, WorkloadSpec spec) implements KubernetesObject {
    public Workload {
        kind = Absent.orEmpty(kind);
        if (metadata == null) {
            throw new IllegalArgumentException("the workload has no metadata");
        }
        spec = spec == null ? WorkloadSpec.NONE : spec;
    }

    /** As kubectl writes it: {@code deployment/checkout}. */
    @Override
    public String displayName() {
        String name = metadata.name().isEmpty() ? metadata.generateName() : metadata.name();
        return kind.toLowerCase(Locale.ROOT) + "/" + name;
    }

    /** A pod as it will be created, except that a Deployment's is controlled by a ReplicaSet; empty without a template. */
    public Optional<Pod> pod() {
        return spec.podTemplate().map(template -> new Pod(
                new ObjectMeta(
                        null,
                        metadata.name() + "-",
                        metadata.namespace(),
                        template.metadata().labels(),
                        template.metadata().annotations(),
                        List.of(new ObjectMeta.OwnerReference(kind, metadata.name(), true))),
                template.spec().plusVolumes(spec.claims())));
    }

    /** {@code jobTemplate} is a CronJob's, {@code volumeClaimTemplates} a StatefulSet's. */
    public record WorkloadSpec(
            Optional<PodTemplate> template, Optional<JobTemplate> jobTemplate, List<VolumeClaimTemplate> volumeClaimTemplates) {
        static final WorkloadSpec NONE = new WorkloadSpec(null, null, null);

        public WorkloadSpec {
            template = template == null ? Optional.empty() : template;
            jobTemplate = jobTemplate == null ? Optional.empty() : jobTemplate;
            volumeClaimTemplates = Absent.orEmpty(volumeClaimTemplates);
        }

        /** The StatefulSet controller adds a volume for each claim that it makes. */
        private List<Volume> claims() {
            return volumeClaimTemplates.stream()
                    .map(claim -> claim.metadata().name())
                    .map(name -> new Volume(name, List.of("persistentVolumeClaim"), name))
                    .toList();
        }

        private Optional<PodTemplate> podTemplate() {
            return template.or(() -> jobTemplate.map(JobTemplate::spec).flatMap(WorkloadSpec::podTemplate));
        }
    }

    public record JobTemplate(WorkloadSpec spec) {
        public JobTemplate {
            spec = spec == null ? WorkloadSpec.NONE : spec;
        }
    }

    public record VolumeClaimTemplate(ObjectMeta metadata) {
        public VolumeClaimTemplate {
            metadata = metadata == null ? ObjectMeta.NONE : metadata;
        }
    }

    public record PodTemplate(ObjectMeta metadata, PodSpec spec) {
        public PodTemplate {
            metadata = metadata == null ? ObjectMeta.NONE : metadata;
            spec = spec == null ? PodSpec.EMPTY : spec;
        }
    }
}
