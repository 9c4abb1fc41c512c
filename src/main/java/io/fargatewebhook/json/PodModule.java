package io.fargatewebhook.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fargatewebhook.pod.Volume;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Teaches Jackson the two parts of a pod that are not plain records: volumes and quantities. */
final class PodModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    PodModule() {
        addDeserializer(Volume.class, new VolumeDeserializer());
        // The only decimals in a pod that the decision reads are quantities.
        addDeserializer(BigDecimal.class, new QuantityDeserializer());
    }

    /** A volume's type is the name of its one field beside {@code name}; what is in it does not matter but for claims. */
    private static final class VolumeDeserializer extends StdDeserializer<Volume> {
        private static final long serialVersionUID = 1;

        private record PersistentVolumeClaim(String claimName) {}

        VolumeDeserializer() {
            super(Volume.class);
        }

        @Override
        public Volume deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.isExpectedStartObjectToken()) {
                return (Volume) context.handleUnexpectedToken(Volume.class, parser);
            }
            String name = "";
            String claimName = "";
            List<String> types = new ArrayList<>(1);
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_NULL) {
                    continue;
                }
                if (field.equals("name")) {
                    name = context.readValue(parser, String.class);
                    continue;
                }
                types.add(field);
                if (field.equals("persistentVolumeClaim")) {
                    claimName = context.readValue(parser, PersistentVolumeClaim.class)
                            .claimName();
                } else {
                    parser.skipChildren();
                }
            }
            return new Volume(name, types, claimName);
        }
    }

    /** Kubernetes' quantities, {@code 250m} or {@code 1Gi}, as numbers. */
    private static final class QuantityDeserializer extends StdDeserializer<BigDecimal> {
        private static final long serialVersionUID = 1;

        /** Longer than any quantity an API server sends; what is beyond it would only cost time to parse. */
        private static final int MAX_LENGTH = 64;

        QuantityDeserializer() {
            super(BigDecimal.class);
        }

        @Override
        public BigDecimal deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            boolean scalar = parser.currentToken().isNumeric() || parser.hasToken(JsonToken.VALUE_STRING);
            if (!scalar) {
                return (BigDecimal) context.handleUnexpectedToken(BigDecimal.class, parser);
            }
            String text = parser.getText();
            if (text.length() <= MAX_LENGTH) {
                try {
                    return bounded(new Quantity(text).getNumericalAmount());
                } catch (IllegalArgumentException | ArithmeticException notAQuantity) {
                    // said below
                }
            }
            return (BigDecimal) context.handleWeirdStringValue(BigDecimal.class, text, "not a quantity");
        }

        /**
         * Within the bounds of Kubernetes' own quantities, 2^63-1 and nano: a number far beyond them would fill the memory as
         * soon as it is added to another.
         *
         * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
         */
        private static BigDecimal bounded(BigDecimal amount) {
            int integerDigits = amount.precision() - amount.scale();
            if (amount.signum() == 0 || integerDigits < -9) {
                return BigDecimal.ZERO;
            }
            if (integerDigits > 19) {
                return BigDecimal.valueOf(amount.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
            }
            return amount.setScale(9, RoundingMode.UP);
        }
    }
}
