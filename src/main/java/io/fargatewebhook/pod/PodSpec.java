package io.fargatewebhook.pod;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A pod's specification; empty strings and collections stand for what is not set. */
public record PodSpec(
        String nodeName,
        String schedulerName,
        boolean hostNetwork,
        boolean hostPID,
        boolean hostIPC,
        String runtimeClassName,
        PodOS os,
        Map<String, String> nodeSelector,
        Affinity affinity,
        PodSecurityContext securityContext,
        ResourceRequirements resources,
        List<Container> initContainers,
        List<Container> containers,
        List<Volume> volumes,
        List<PodResourceClaim> resourceClaims,
        List<TopologySpreadConstraint> topologySpreadConstraints) {
    static final PodSpec EMPTY =
            new PodSpec(null, null, false, false, false, null, null, null, null, null, null, null, null, null, null, null);

    public PodSpec {
        nodeName = Absent.orEmpty(nodeName);
        schedulerName = Absent.orEmpty(schedulerName);
        runtimeClassName = Absent.orEmpty(runtimeClassName);
        os = os == null ? new PodOS(null) : os;
        nodeSelector = Absent.orEmpty(nodeSelector);
        affinity = affinity == null ? Affinity.NONE : affinity;
        securityContext = securityContext == null ? new PodSecurityContext(null) : securityContext;
        resources = resources == null ? ResourceRequirements.NONE : resources;
        initContainers = Absent.orEmpty(initContainers);
        containers = Absent.orEmpty(containers);
        volumes = Absent.orEmpty(volumes);
        resourceClaims = Absent.orEmpty(resourceClaims);
        topologySpreadConstraints = Absent.orEmpty(topologySpreadConstraints);
    }

    /** The same with these volumes beside its own. */
    PodSpec plusVolumes(List<Volume> more) {
        return new PodSpec(
                nodeName,
                schedulerName,
                hostNetwork,
                hostPID,
                hostIPC,
                runtimeClassName,
                os,
                nodeSelector,
                affinity,
                securityContext,
                resources,
                initContainers,
                containers,
                Stream.concat(volumes.stream(), more.stream()).toList(),
                resourceClaims,
                topologySpreadConstraints);
    }

    public record PodOS(String name) {
        public PodOS {
            name = Absent.orEmpty(name);
        }
    }

    public record PodSecurityContext(List<Sysctl> sysctls) {
        public PodSecurityContext {
            sysctls = Absent.orEmpty(sysctls);
        }
    }

    public record Sysctl(String name) {
        public Sysctl {
            name = Absent.orEmpty(name);
        }
    }

    public record PodResourceClaim(String name) {
        public PodResourceClaim {
            name = Absent.orEmpty(name);
        }
    }

    public record TopologySpreadConstraint(String topologyKey) {
        public TopologySpreadConstraint {
            topologyKey = Absent.orEmpty(topologyKey);
        }
    }
}
