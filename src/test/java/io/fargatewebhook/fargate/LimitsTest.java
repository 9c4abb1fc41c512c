package io.fargatewebhook.fargate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fargatewebhook.Pods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static final String UNSUPPORTED = "Pod not supported on Fargate: ";
    private static final String NODE_SELECTOR =
            "MatchNodeSelector failed: a Fargate profile cannot satisfy pod's node selector/affinity requirements";

    @Test
    void coverEveryEntryOfTheFactsAndNoOther() throws IOException {
        List<String> entries = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper()
                .readTree(LimitsTest.class.getResourceAsStream("/fargate/limits.json"))
                .get("limits")) {
            if (entry.get("row").textValue().equals("Unsupported")) {
                entries.add(entry.get("id").textValue());
            }
        }
        assertThat(Limits.ALL.stream().flatMap(limit -> limit.entries().stream()))
                .containsExactlyInAnyOrderElementsOf(entries);
        assertThat(Limits.ALL).allSatisfy(limit -> assertThat(limit.source()).isNotBlank());
    }

    /** Spec, field, what fargate-scheduler says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostNetwork: true | spec.hostNetwork | fields not supported: HostNetwork",
                "hostPID: true | spec.hostPID | fields not supported: HostPID",
                "hostIPC: true | spec.hostIPC | fields not supported: HostIPC",
                "containers: [{name: a, ports: [{containerPort: 1}, {hostPort: 80}]}] | spec.containers[0].ports[1].hostPort | port contains HostIP or HostPort",
                "initContainers: [{name: a, ports: [{hostIP: 10.0.0.1}]}] | spec.initContainers[0].ports[0].hostIP | port contains HostIP or HostPort",
                "containers: [{name: a}, {name: b, securityContext: {privileged: true}}] | spec.containers[1].securityContext.privileged | invalid SecurityContext fields: Privileged",
                "initContainers: [{name: a, securityContext: {privileged: true}}] | spec.initContainers[0].securityContext.privileged | invalid SecurityContext fields: Privileged",
                "containers: [{name: a, securityContext: {allowPrivilegeEscalation: true}}] | spec.containers[0].securityContext.allowPrivilegeEscalation | invalid SecurityContext fields: AllowPrivilegeEscalation",
                "containers: [{name: a, securityContext: {capabilities: {add: [NET_BIND_SERVICE, NET_ADMIN]}}}] | spec.containers[0].securityContext.capabilities.add | invalid SecurityContext fields: Capabilities added: NET_ADMIN",
                "containers: [{name: a, securityContext: {capabilities: {add: [CAP_CHOWN]}}}] | spec.containers[0].securityContext.capabilities.add | invalid SecurityContext fields: Capabilities added: CAP_CHOWN",
                "volumes: [{name: v, emptyDir: {}}, {name: h, hostPath: {path: /}}] | spec.volumes[1].hostPath | volumes not supported: h is of an unsupported volume Type",
                "volumes: [{name: s, csi: {driver: d}}] | spec.volumes[0].csi | volumes not supported: s is of an unsupported volume Type",
                "volumes: [{name: n, nfs: {server: s}}] | spec.volumes[0].nfs | volumes not supported: n is of an unsupported volume Type",
                "volumes: [{name: n, brandNew: 1}] | spec.volumes[0].brandNew | volumes not supported: n is of an unsupported volume Type"
            })
    void sayWhatTheSchedulerSays(String spec, String field, String sentence) {
        List<Refusal> found = Limits.violatedBy(Pods.withSpec(spec));
        assertThat(found).singleElement().extracting(Refusal::field).isEqualTo(field);
        assertThat(Refusal.schedulerMessage(found)).isEqualTo(UNSUPPORTED + sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodeSelector: {kubernetes.io/arch: arm64} | spec.nodeSelector[kubernetes.io/arch]",
                "nodeSelector: {disktype: ssd} | spec.nodeSelector[disktype]",
                "nodeSelector: {kubernetes.io/hostname: ip-10-0-0-1} | spec.nodeSelector[kubernetes.io/hostname]",
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}} | spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
            })
    void sayThatNoNodeFits(String spec, String field) {
        List<Refusal> found = Limits.violatedBy(Pods.withSpec(spec));
        assertThat(found).singleElement().extracting(Refusal::field).isEqualTo(field);
        assertThat(Refusal.schedulerMessage(found)).isEqualTo(NODE_SELECTOR);
    }

    /** Nobody has published the scheduler's words for these. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "os: {name: windows} | spec.os.name",
                "containers: [{name: a, resources: {limits: {nvidia.com/gpu: '1'}}}] | spec.containers[0].resources.limits[nvidia.com/gpu]",
                "containers: [{name: a, resources: {requests: {hugepages-2Mi: 4Mi}, limits: {hugepages-2Mi: 4Mi}}}] | spec.containers[0].resources.requests[hugepages-2Mi]",
                "initContainers: [{name: a, resources: {requests: {aws.amazon.com/neuron: '1'}}}] | spec.initContainers[0].resources.requests[aws.amazon.com/neuron]",
                "resources: {requests: {hugepages-2Mi: 4Mi}} | spec.resources.requests[hugepages-2Mi]",
                "securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}, {name: kernel.msgmax, value: '1'}]} | spec.securityContext.sysctls[1]",
                "resourceClaims: [{name: device}] | spec.resourceClaims[0]",
                "runtimeClassName: gvisor | spec.runtimeClassName"
            })
    void nameTheFieldWhereTheSchedulersWordsAreUnknown(String spec, String field) {
        List<Refusal> found = Limits.violatedBy(Pods.withSpec(spec));
        assertThat(found).singleElement().extracting(Refusal::field).isEqualTo(field);
        assertThat(Refusal.schedulerMessage(found)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "containers: [{name: a, securityContext: {privileged: false, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]",
                "containers: [{name: a, ports: [{containerPort: 80, hostPort: 0}], resources: {requests: {cpu: 1, memory: 1Gi, ephemeral-storage: 1Gi}}}]",
                "volumes: [{name: a, configMap: {}}, {name: b, secret: {}}, {name: c, emptyDir: {}}, {name: d, projected: {}}, {name: e, downwardAPI: {}}, {name: f}]",
                "volumes: [{name: a, persistentVolumeClaim: {claimName: c}}, {name: b, ephemeral: {}}]",
                "nodeSelector: {kubernetes.io/os: linux, kubernetes.io/arch: amd64, eks.amazonaws.com/compute-type: fargate, topology.kubernetes.io/zone: eu-west-1a}",
                "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: disktype, operator: Exists}]}}]}, podAntiAffinity: {}}",
                "os: {name: linux}",
                "topologySpreadConstraints: [{}]",
                "hostUsers: false",
                "securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '0'}]}"
            })
    void letThePodPass(String spec) {
        assertThat(Limits.violatedBy(Pods.withSpec(spec))).isEmpty();
    }

    @Test
    void comeTogetherInOneSentence() {
        List<Refusal> found = Limits.violatedBy(
                Pods.withSpec(
                        """
                        hostNetwork: true
                        hostPID: true
                        containers:
                        - {name: a, ports: [{hostPort: 80}], securityContext: {privileged: true}}
                        - {name: b, securityContext: {privileged: true}}
                        volumes: [{name: v, hostPath: {}}]
                        nodeSelector: {disktype: ssd}
                        """));
        assertThat(Refusal.schedulerMessage(found))
                .isEqualTo(UNSUPPORTED
                        + "fields not supported: HostNetwork, HostPID, invalid SecurityContext fields: Privileged,Privileged, "
                        + "port contains HostIP or HostPort, volumes not supported: v is of an unsupported volume Type");
    }
}
