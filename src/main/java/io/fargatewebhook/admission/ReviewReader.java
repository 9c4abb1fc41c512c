package io.fargatewebhook.admission;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.fargatewebhook.admission.Review.Request;
import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.admission.Review.Version;
import io.fargatewebhook.json.PodJson;
import io.fargatewebhook.pod.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads an AdmissionReview: only what the decision needs, whatever else the body holds. */
final class ReviewReader {
    private record ReviewJson(String kind, String apiVersion, RequestJson request) {}

    private record RequestJson(
            String uid,
            String operation,
            ResourceJson resource,
            String subResource,
            String namespace,
            boolean dryRun,
            Pod object) {}

    private record ResourceJson(String group, String version, String resource) {}

    @JsonIgnoreProperties("object")
    private interface WithoutObject {}

    private static final ObjectReader REVIEW = PodJson.mapper().build().readerFor(ReviewJson.class);
    private static final ObjectReader REVIEW_WITHOUT_OBJECT = PodJson.mapper()
            .addMixIn(RequestJson.class, WithoutObject.class)
            .build()
            .readerFor(ReviewJson.class);

    private ReviewReader() {}

    /**
     * The review in this body. An object that is not a readable pod counts as none.
     *
     * @throws MalformedReviewException where the body is anything but one AdmissionReview, v1 or v1beta1, with a request
     */
    static Review read(byte[] body) throws MalformedReviewException {
        try {
            return checked(parse(REVIEW, body));
        } catch (JsonMappingException e) {
            if (isIn(e, List.of("request", "object"))) {
                return readWithoutObject(body);
            }
            throw malformed(e);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static Review readWithoutObject(byte[] body) throws MalformedReviewException {
        try {
            return checked(parse(REVIEW_WITHOUT_OBJECT, body));
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static ReviewJson parse(ObjectReader reader, byte[] body) throws JacksonException, MalformedReviewException {
        try (JsonParser parser = reader.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new MalformedReviewException("The body is empty; it must be an AdmissionReview.");
            }
            ReviewJson review = reader.readValue(parser);
            if (parser.nextToken() != null) {
                throw new MalformedReviewException("The body goes on after the AdmissionReview; it must be one JSON value.");
            }
            return review;
        } catch (JacksonException e) {
            throw e;
        } catch (IOException e) {
            // The body is in memory: there is nothing to read that could fail.
            throw new UncheckedIOException(e);
        }
    }

    private static Review checked(ReviewJson json) throws MalformedReviewException {
        if (json == null || !"AdmissionReview".equals(json.kind)) {
            throw new MalformedReviewException("The body is not of kind AdmissionReview.");
        }
        Version version = null;
        for (Version known : Version.values()) {
            if (known.apiVersion().equals(json.apiVersion)) {
                version = known;
            }
        }
        if (version == null) {
            throw new MalformedReviewException(
                    "The apiVersion of the AdmissionReview is neither admission.k8s.io/v1 nor admission.k8s.io/v1beta1.");
        }
        RequestJson request = json.request;
        if (request == null) {
            throw new MalformedReviewException("The AdmissionReview has no request.");
        }
        if (orEmpty(request.uid).isEmpty()) {
            throw new MalformedReviewException("The request of the AdmissionReview has no uid.");
        }
        return new Review(
                version,
                new Request(
                        request.uid,
                        orEmpty(request.operation),
                        resource(request.resource),
                        orEmpty(request.subResource),
                        namespace(request),
                        request.dryRun,
                        Optional.ofNullable(request.object)));
    }

    private static Resource resource(ResourceJson json) {
        return json == null
                ? new Resource("", "", "")
                : new Resource(orEmpty(json.group), orEmpty(json.version), orEmpty(json.resource));
    }

    /** The request's own, which an API server always sends; the object's where a review made by hand has no other. */
    private static String namespace(RequestJson request) {
        if (request.namespace == null && request.object != null) {
            return request.object.metadata().namespace();
        }
        return orEmpty(request.namespace);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static boolean isIn(JsonMappingException e, List<String> path) {
        List<String> names =
                e.getPath().stream().map(JsonMappingException.Reference::getFieldName).toList();
        return names.size() >= path.size() && names.subList(0, path.size()).equals(path);
    }

    private static MalformedReviewException malformed(JacksonException e) {
        JsonLocation location = e.getLocation();
        String where = location == null
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
        String path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(reference -> String.valueOf(reference.getFieldName()))
                        .collect(Collectors.joining("."))
                : "";
        return new MalformedReviewException(
                path.isEmpty()
                        ? "The body is not one JSON object" + where + "."
                        : "The field " + path + " is not readable as that of an AdmissionReview" + where + ".");
    }
}
