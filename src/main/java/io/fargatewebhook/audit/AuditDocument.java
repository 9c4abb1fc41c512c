package io.fargatewebhook.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Map;

/** The audit for programs, JSON or YAML: written pod by pod, as they are read. */
public final class AuditDocument implements Audit.Listener {
    private final JsonGenerator generator;

    /** @param format makes the generator: JSON's or YAML's */
    public AuditDocument(JsonFactory format, Writer out) {
        try {
            generator = format.createGenerator(out);
            generator.writeStartObject();
            generator.writeArrayFieldStart("pods");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void found(AuditedPod pod, Finding finding) {
        try {
            generator.writeStartObject();
            generator.writeStringField("namespace", pod.namespace());
            generator.writeStringField("pod", pod.name());
            generator.writeStringField("workload", pod.workload());
            generator.writeStringField("node", pod.pod().spec().nodeName());
            generator.writeStringField("state", finding.state().name());
            generator.writeStringField("reason", finding.cause());
            generator.writeStringField("message", finding.message());
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void finish(Counts counts) {
        try {
            generator.writeEndArray();
            generator.writeObjectFieldStart("summary");
            generator.writeNumberField("pods", counts.total());
            for (Map.Entry<State, Integer> state : counts.byState().entrySet()) {
                generator.writeNumberField(state.getKey().name(), state.getValue());
            }
            generator.writeEndObject();
            generator.writeEndObject();
            generator.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
