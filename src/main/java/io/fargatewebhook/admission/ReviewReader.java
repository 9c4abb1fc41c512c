package io.fargatewebhook.admission;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fargatewebhook.admission.Review.Request;
import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.admission.Review.Version;
import io.fargatewebhook.json.PodJson;
import io.fargatewebhook.pod.KubernetesObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads AdmissionReviews of one type of object: only what the decision needs, whatever else the body holds. */
final class ReviewReader<T extends KubernetesObject> {
    private record ReviewJson<T>(String kind, String apiVersion, RequestJson<T> request) {}

    private record RequestJson<T>(
            String uid,
            String operation,
            ResourceJson resource,
            String subResource,
            String namespace,
            boolean dryRun,
            T object) {}

    private record ResourceJson(String group, String version, String resource) {}

    @JsonIgnoreProperties("object")
    private interface WithoutObject {}

    private static final JsonMapper JSON = PodJson.mapper().build();
    private static final JsonMapper JSON_WITHOUT_OBJECT =
            PodJson.mapper().addMixIn(RequestJson.class, WithoutObject.class).build();

    private final ObjectReader review;
    private final ObjectReader reviewWithoutObject;

    ReviewReader(Class<T> type) {
        this.review = reader(JSON, type);
        this.reviewWithoutObject = reader(JSON_WITHOUT_OBJECT, type);
    }

    private static ObjectReader reader(JsonMapper mapper, Class<?> type) {
        return mapper.readerFor(mapper.getTypeFactory().constructParametricType(ReviewJson.class, type));
    }

    /**
     * The review in this body. An object that cannot be read as one of its type counts as none.
     *
     * @throws MalformedReviewException where the body is anything but one AdmissionReview, v1 or v1beta1, with a request
     */
    Review<T> read(byte[] body) throws MalformedReviewException {
        try {
            return checked(parse(review, body));
        } catch (JsonMappingException e) {
            if (isIn(e, List.of("request", "object"))) {
                return readWithoutObject(body);
            }
            throw malformed(e);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private Review<T> readWithoutObject(byte[] body) throws MalformedReviewException {
        try {
            return checked(parse(reviewWithoutObject, body));
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private ReviewJson<T> parse(ObjectReader reader, byte[] body) throws JacksonException, MalformedReviewException {
        try (JsonParser parser = reader.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new MalformedReviewException("The body is empty; it must be an AdmissionReview.");
            }
            ReviewJson<T> read = reader.readValue(parser);
            if (parser.nextToken() != null) {
                throw new MalformedReviewException("The body goes on after the AdmissionReview; it must be one JSON value.");
            }
            return read;
        } catch (JacksonException e) {
            throw e;
        } catch (IOException e) {
            // The body is in memory: there is nothing to read that could fail.
            throw new UncheckedIOException(e);
        }
    }

    private Review<T> checked(ReviewJson<T> json) throws MalformedReviewException {
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
        RequestJson<T> request = json.request;
        if (request == null) {
            throw new MalformedReviewException("The AdmissionReview has no request.");
        }
        if (orEmpty(request.uid).isEmpty()) {
            throw new MalformedReviewException("The request of the AdmissionReview has no uid.");
        }
        return new Review<>(
                version,
                new Request<>(
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
    private String namespace(RequestJson<T> request) {
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
