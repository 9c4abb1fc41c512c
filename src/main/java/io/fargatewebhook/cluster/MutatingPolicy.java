package io.fargatewebhook.cluster;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import java.util.List;

/**
 * A MutatingAdmissionPolicy, whatever version of it the API server has.
 *
 * @param namespaceSelector empty where it asks for nothing
 */
public record MutatingPolicy(String name, List<RuleWithOperations> rules, LabelSelector namespaceSelector) {}
