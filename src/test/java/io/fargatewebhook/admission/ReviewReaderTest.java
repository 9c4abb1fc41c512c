package io.fargatewebhook.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fargatewebhook.admission.Review.Resource;
import io.fargatewebhook.admission.Review.Version;
import io.fargatewebhook.pod.Pod;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewReaderTest {
    private static final String HEAD = "'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1'";
    private static final String CREATE_POD =
            "{" + HEAD + ",'request':{'uid':'u','operation':'CREATE','resource':{'group':'','version':'v1','resource':'pods'},'namespace':'n','object':%s}}";

    private static Review<Pod> read(String json) throws MalformedReviewException {
        return new ReviewReader<>(Pod.class).read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "^^ | The body is empty; it must be an AdmissionReview.",
                "{ | The body is not one JSON object (line 1, column 2).",
                "[] | The body is not one JSON object (line 1, column 1).",
                "null | The body is not of kind AdmissionReview.",
                "{} | The body is not of kind AdmissionReview.",
                "{'kind':'Pod'} | The body is not of kind AdmissionReview.",
                "{'kind':'AdmissionReview','apiVersion':'v1'} | The apiVersion of the AdmissionReview is neither admission.k8s.io/v1 nor admission.k8s.io/v1beta1.",
                "{" + HEAD + "} | The AdmissionReview has no request.",
                "{" + HEAD + ",'request':{}} | The request of the AdmissionReview has no uid.",
                "{" + HEAD + ",'request':{'uid':''}} | The request of the AdmissionReview has no uid.",
                "{" + HEAD + ",'request':{'uid':7}} | The field request.uid is not readable as that of an AdmissionReview (line 1, column 79).",
                "{" + HEAD + ",'request':{'uid':'u'}} {} | The body goes on after the AdmissionReview; it must be one JSON value."
            })
    void saysWhatIsWrong(String body, String message) {
        assertThatExceptionOfType(MalformedReviewException.class)
                .isThrownBy(() -> read(body))
                .withMessage(message);
    }

    @Test
    void readsBothVersions() throws MalformedReviewException {
        String review = CREATE_POD.formatted("{'metadata':{}}");
        assertThat(read(review).apiVersion()).isEqualTo(Version.V1);
        assertThat(read(review.replace("k8s.io/v1", "k8s.io/v1beta1")).apiVersion()).isEqualTo(Version.V1BETA1);
    }

    @Test
    void takesTheUidWhereverItStands() throws MalformedReviewException {
        String review = "{'request':{'object':{'spec':[]},'operation':'CREATE','uid':'last'}," + HEAD + "}";
        assertThat(read(review).request().uid()).isEqualTo("last");
        assertThat(read(review).request().object()).isEmpty();
    }

    /** Such an object cannot come from an API server; it is answered as if there were none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null", "1", "'pod'", "[]", "{}", "{'metadata':null}", "{'metadata':[]}", "{'metadata':{'labels':{'a':1}}}",
                "{'metadata':{'labels':{'a':null}}}", "{'metadata':{},'spec':''}", "{'metadata':{},'spec':{'containers':{}}}",
                "{'metadata':{},'spec':{'containers':[null]}}", "{'metadata':{},'spec':{'hostNetwork':'true'}}",
                "{'metadata':{},'spec':{'containers':[{'ports':[{'hostPort':99999999999}]}]}}",
                "{'metadata':{},'spec':{'containers':[{'ports':[{'hostPort':80.5}]}]}}",
                "{'metadata':{},'spec':{'resources':{'requests':{'cpu':'x'}}}}",
                "{'metadata':{},'spec':{'resources':{'requests':{'cpu':'1x'}}}}",
                "{'metadata':{},'spec':{'resources':{'requests':{'cpu':''}}}}",
                "{'metadata':{},'spec':{'resources':{'requests':{'cpu':'1e99999999999'}}}}",
                "{'metadata':{},'spec':{'resources':{'requests':{'cpu':true}}}}",
                "{'metadata':{},'spec':{'volumes':['v']}}", "{'metadata':{},'spec':{'volumes':[{'persistentVolumeClaim':1}]}}"
            })
    void anObjectThatIsNoPodCountsAsNone(String object) throws MalformedReviewException {
        assertThat(read(CREATE_POD.formatted(object)).request().created(Resource.PODS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'metadata':{}}", "{'metadata':{'labels':null,'annotations':null},'spec':null}",
                "{'metadata':{},'spec':{'resources':{'requests':{'cpu':2,'memory':1e3}}}}",
                "{'metadata':{},'spec':{'containers':[{'new':{'in':['1.99']}}]},'status':{'any':'thing'}}",
                "{'metadata':{},'spec':{'volumes':[{'name':'v','emptyDir':null,'configMap':{'name':'c'}}]}}"
            })
    void whatItDoesNotKnowItSkips(String object) throws MalformedReviewException {
        assertThat(read(CREATE_POD.formatted(object)).request().created(Resource.PODS)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'operation':'UPDATE'", "'operation':'DELETE'", "'operation':null", "'subResource':'status'",
                "'resource':{'group':'','version':'v1','resource':'podtemplates'}",
                "'resource':{'group':'metrics.k8s.io','version':'v1','resource':'pods'}",
                "'resource':{'group':'','version':'v2','resource':'pods'}", "'resource':null"
            })
    void onlyTheCreationOfAPodCounts(String field) throws MalformedReviewException {
        String review = CREATE_POD.formatted("{'metadata':{}}").replace(",'namespace'", "," + field + ",'namespace'");
        assertThat(read(review).request().created(Resource.PODS)).isEmpty();
    }

    @Test
    void theNamespaceIsTheRequestsOwn() throws MalformedReviewException {
        String review = CREATE_POD.formatted("{'metadata':{'namespace':'of-object'}}");
        assertThat(read(review).request().namespace()).isEqualTo("n");
        assertThat(read(review.replace("'namespace':'n',", "")).request().namespace()).isEqualTo("of-object");
    }
}
