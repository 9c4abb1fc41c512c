package io.fargatewebhook.certificates;

import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Tells a developer how to try the webhook, as soon as it listens. */
@Singleton
class TryIt {
    private static final Logger LOG = Logger.getLogger(TryIt.class);

    private final boolean development;

    TryIt(Config config) {
        development = DevelopmentCertificate.isAt(CertificateFiles.configuredIn(config));
    }

    void started(@ObservesAsync HttpsServerStart start) {
        int port = start.options().getPort();
        if (development) {
            LOG.infof("Listening on https://localhost:%d. Try it:%n  %s", port, DevelopmentCertificate.curl(port));
        }
    }
}
