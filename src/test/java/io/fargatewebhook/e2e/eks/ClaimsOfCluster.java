package io.fargatewebhook.e2e.eks;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Finds claims and their volumes in the cluster, and says about them what fargate-scheduler says. */
record ClaimsOfCluster(KubernetesClient client) implements FargateLimits.Claims {

    @Override
    public Optional<String> problem(String namespace, String claim) {
        var found = client.persistentVolumeClaims().inNamespace(namespace).withName(claim).get();
        if (found == null) {
            // containers-roadmap#1382
            return Optional.of("persistentvolumeclaim \"" + claim + "\" not found");
        }
        var volumeName = found.getSpec().getVolumeName();
        var volume = volumeName == null ? null : client.persistentVolumes().withName(volumeName).get();
        if (volume == null || !"Bound".equals(found.getStatus().getPhase())) {
            // aws-efs-csi-driver#793
            return Optional.of("PVC " + claim + " not bound");
        }
        var driver = volume.getSpec().getCsi() == null ? "" : volume.getSpec().getCsi().getDriver();
        // aws-ebs-csi-driver#810; UG fargate.adoc: EFS alone works
        return driver.equals("efs.csi.aws.com")
                ? Optional.empty()
                : Optional.of("PVC " + claim + " bound to invalid PV " + volumeName + " with CSI Driver: " + driver);
    }
}
