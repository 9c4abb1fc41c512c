package io.fargatewebhook.admission;

/** The body is not an AdmissionReview; the message says in one sentence what is wrong with it. */
final class MalformedReviewException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedReviewException(String message) {
        super(message);
    }
}
