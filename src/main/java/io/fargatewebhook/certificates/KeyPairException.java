package io.fargatewebhook.certificates;

/** A certificate and a key that cannot be served together; the message completes "cannot be served:". */
public final class KeyPairException extends Exception {
    private static final long serialVersionUID = 1;

    KeyPairException(String message) {
        super(message);
    }
}
