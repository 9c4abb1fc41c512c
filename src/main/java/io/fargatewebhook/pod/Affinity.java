package io.fargatewebhook.pod;

import java.util.List;
import java.util.Optional;

/** Where a pod asks to run, as far as it is required: preferences keep no pod off a node. */
public record Affinity(NodeAffinity nodeAffinity) {
    static final Affinity NONE = new Affinity(null);

    public Affinity {
        nodeAffinity = nodeAffinity == null ? new NodeAffinity(null) : nodeAffinity;
    }

    /** {@code requiredDuringSchedulingIgnoredDuringExecution} is empty where any node will do. */
    public record NodeAffinity(Optional<NodeSelector> requiredDuringSchedulingIgnoredDuringExecution) {
        public NodeAffinity {
            requiredDuringSchedulingIgnoredDuringExecution = requiredDuringSchedulingIgnoredDuringExecution == null
                    ? Optional.empty()
                    : requiredDuringSchedulingIgnoredDuringExecution;
        }
    }

    /** A node fits if any term does; no terms fit no node. */
    public record NodeSelector(List<NodeSelectorTerm> nodeSelectorTerms) {
        public NodeSelector {
            nodeSelectorTerms = Absent.orEmpty(nodeSelectorTerms);
        }
    }

    /** A node fits if every requirement does; a term without requirements fits no node. */
    public record NodeSelectorTerm(
            List<NodeSelectorRequirement> matchExpressions, List<NodeSelectorRequirement> matchFields) {
        public NodeSelectorTerm {
            matchExpressions = Absent.orEmpty(matchExpressions);
            matchFields = Absent.orEmpty(matchFields);
        }
    }

    /** {@code operator} is In, NotIn, Exists, DoesNotExist, Gt or Lt. */
    public record NodeSelectorRequirement(String key, String operator, List<String> values) {
        public NodeSelectorRequirement {
            key = Absent.orEmpty(key);
            operator = Absent.orEmpty(operator);
            values = Absent.orEmpty(values);
        }
    }
}
