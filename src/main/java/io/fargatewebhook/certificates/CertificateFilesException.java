package io.fargatewebhook.certificates;

/** The certificate files cannot be served; the message names the file, what is wrong with it and what to do. */
public final class CertificateFilesException extends Exception {
    private static final long serialVersionUID = 1;

    CertificateFilesException(String message) {
        super(message);
    }
}
