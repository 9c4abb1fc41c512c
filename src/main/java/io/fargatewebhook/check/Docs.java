package io.fargatewebhook.check;

/** The places in the documentation that lines point to. */
enum Docs {
    OTHER_WEBHOOKS("docs/check.md#other-webhooks"),
    NAMESPACES("docs/check.md#namespaces"),
    RIGHTS("docs/check.md#rights"),
    CERTIFICATES("docs/certificates.md"),
    STALE_CA_BUNDLE("docs/certificates.md#stale-cabundle"),
    FAILURE_MODES("docs/failure-modes.md"),
    WRONG_ORDER("docs/failure-modes.md#wrong-order"),
    FAIL_CLOSED("docs/failure-modes.md#fail-closed"),
    NETWORK("docs/eks-network.md#test-it"),
    INSTALL("README.md#install-on-eks"),
    SETTINGS("README.md#settings");

    private final String link;

    Docs(String link) {
        this.link = link;
    }

    String link() {
        return link;
    }
}
