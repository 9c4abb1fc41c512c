package io.fargatewebhook.pod;

import java.util.List;

/** A container or init container of a pod. */
public record Container(
        String name,
        String restartPolicy,
        List<ContainerPort> ports,
        SecurityContext securityContext,
        ResourceRequirements resources) {
    public Container {
        name = Absent.orEmpty(name);
        restartPolicy = Absent.orEmpty(restartPolicy);
        ports = Absent.orEmpty(ports);
        securityContext = securityContext == null ? SecurityContext.NONE : securityContext;
        resources = resources == null ? ResourceRequirements.NONE : resources;
    }

    /** Whether this init container goes on beside the containers (a native sidecar, Kubernetes KEP-753). */
    public boolean restartsAlways() {
        return restartPolicy.equals("Always");
    }

    /** {@code hostPort} is 0 where none is asked for. */
    public record ContainerPort(int hostPort, String hostIP) {
        public ContainerPort {
            hostIP = Absent.orEmpty(hostIP);
        }
    }

    /** Unset booleans are false: Fargate minds only those that are explicitly true. */
    public record SecurityContext(boolean privileged, boolean allowPrivilegeEscalation, Capabilities capabilities) {
        static final SecurityContext NONE = new SecurityContext(false, false, null);

        public SecurityContext {
            capabilities = capabilities == null ? new Capabilities(null) : capabilities;
        }
    }

    public record Capabilities(List<String> add) {
        public Capabilities {
            add = Absent.orEmpty(add);
        }
    }
}
