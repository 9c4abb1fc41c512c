package io.fargatewebhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.fargatewebhook.PackagedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the running program shows its clients while its certificate files change, for better or worse. */
class CertificateReloadIT {
    @TempDir
    Path folder;

    private static Issued issued(Duration validity) {
        return Issued.issue(List.of("localhost"), List.of(), validity);
    }

    private PackagedProgram start(Issued issued) throws IOException {
        IssuedFiles.write(issued, folder);
        return PackagedProgram.start(
                folder,
                Map.of(
                        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_CERT", folder.resolve("tls.crt").toString(),
                        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_KEY", folder.resolve("tls.key").toString()));
    }

    private static X509Certificate shownBy(PackagedProgram program) throws Exception {
        X509Certificate[] shown = new X509Certificate[1];
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Recorder(shown)}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", program.port())) {
            socket.startHandshake();
        }
        return shown[0];
    }

    /** Looks at what is shown, and trusts it. */
    private record Recorder(X509Certificate[] shown) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            shown[0] = chain[0];
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static X509Certificate await(PackagedProgram program, X509Certificate expected) throws Exception {
        Instant end = Instant.now().plusSeconds(20);
        X509Certificate shown = shownBy(program);
        while (!shown.equals(expected) && Instant.now().isBefore(end)) {
            shown = shownBy(program);
        }
        return shown;
    }

    @Test
    void aChangedPairIsServedAndABrokenOneIsNot() throws Exception {
        Issued first = issued(Duration.ofDays(1));
        PackagedProgram program = start(first);
        try {
            program.awaitLog(log -> log.contains("Ready"));
            assertThat(shownBy(program)).isEqualTo(first.certificate());

            Issued second = issued(Duration.ofDays(1));
            IssuedFiles.write(second, folder);
            assertThat(await(program, second.certificate())).isEqualTo(second.certificate());

            // And back: what counts is what is in the files, not when they were new.
            IssuedFiles.write(first, folder);
            assertThat(await(program, first.certificate())).isEqualTo(first.certificate());

            Files.writeString(folder.resolve("tls.key"), Pem.of(second.key()));
            String log = program.awaitLog(text -> text.contains("The certificate before it is still served"));
            assertThat(log).contains("the key is not the one of the certificate CN=localhost");
            Files.delete(folder.resolve("tls.key"));
            log = program.awaitLog(text -> text.contains("There is no file " + folder.resolve("tls.key")));
            assertThat(shownBy(program)).isEqualTo(first.certificate());
            assertThat(log.lines().filter(line -> line.contains("is still served"))).as("each fault once").hasSize(2);

            IssuedFiles.write(second, folder);
            assertThat(await(program, second.certificate())).isEqualTo(second.certificate());
        } finally {
            program.stop();
        }
    }

    @Test
    void anExpiredCertificateIsServedButNotReadyUntilItIsRenewed() throws Exception {
        PackagedProgram program = start(issued(Duration.ofSeconds(-1)));
        try {
            program.awaitLog(log -> log.contains("Ready"));
            assertThat(program.log()).contains("No API server takes this certificate now, so this replica is not ready");
            assertThat(program.readiness()).contains("\"name\": \"certificate\",\n            \"status\": \"DOWN\"");

            Issued renewed = issued(Duration.ofDays(1));
            IssuedFiles.write(renewed, folder);
            assertThat(await(program, renewed.certificate())).isEqualTo(renewed.certificate());
            assertThat(program.readiness()).doesNotContain("DOWN");
        } finally {
            program.stop();
        }
    }
}
