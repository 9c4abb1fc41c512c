package io.fargatewebhook.certificates;

import io.fargatewebhook.certificates.CertificateFiles.Content;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * The certificate on port 8443: that of the configured files, and within a second of each change the new one, without a
 * restart and without a lost connection.
 *
 * <p>Files that cannot be served are reported once, and the certificate before them stays.
 */
@Singleton
public class ServingCertificate implements HttpServerOptionsCustomizer {
    private static final Logger LOG = Logger.getLogger(ServingCertificate.class);
    private static final long PERIOD_MILLIS = 500;

    private final CertificateFiles files;
    private final ServingKeyManager keys;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "certificate-watch");
        thread.setDaemon(true);
        return thread;
    });

    private Content served;
    /** What was wrong at the last look; two looks in a row, since files are not written both at once. */
    private String fault = "";
    private boolean reported;

    ServingCertificate(Config config) throws CertificateFilesException {
        files = CertificateFiles.configuredIn(config);
        served = files.content();
        keys = new ServingKeyManager(files.parse(served));
    }

    /** What new connections are shown right now. */
    public ServedCertificate current() {
        return keys.current();
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setKeyCertOptions(KeyCertOptions.wrap(keys));
        if (OpenSSLEngineOptions.isAvailable()) {
            // BoringSSL: half the CPU of a review with Java's own TLS, which is fast only once the second compiler has seen it.
            options.setSslEngineOptions(new OpenSSLEngineOptions());
        } else {
            LOG.info("TLS is Java's own here, which takes more CPU: there is no BoringSSL for this system.");
        }
        LOG.infof("Serving certificate %s.", current());
        warnUnlessValid();
        watch.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        watch.shutdownNow();
    }

    private void warnUnlessValid() {
        if (!current().isValidAt(Instant.now())) {
            LOG.errorf(
                    "No API server takes this certificate now, so this replica is not ready; renew it: %s.",
                    files.certificate());
        }
    }

    private void look() {
        try {
            Content content = files.content();
            if (!content.equals(served)) {
                keys.serve(files.parse(content));
                served = content;
                LOG.infof("Serving the renewed certificate %s.", current());
                warnUnlessValid();
            }
            fault = "";
            reported = false;
        } catch (CertificateFilesException e) {
            if (!e.getMessage().equals(fault)) {
                fault = e.getMessage();
                reported = false;
            } else if (!reported) {
                reported = true;
                LOG.errorf("%s The certificate before it is still served: %s.", fault, current());
            }
        }
    }
}
