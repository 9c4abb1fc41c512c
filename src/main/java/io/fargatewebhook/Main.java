package io.fargatewebhook;

import io.fargatewebhook.certificates.CertificateFiles;
import io.fargatewebhook.certificates.CertificateFilesException;
import io.fargatewebhook.certificates.DevelopmentCertificate;
import io.fargatewebhook.cli.Cli;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.ConfigProvider;

/** Serves the webhook, or with arguments runs a command; a command never opens a port. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        if (args.length > 0) {
            System.exit(Cli.execute(args));
        }
        try {
            // Before Quarkus, whose TLS registry would fail on the same files with a stack trace.
            CertificateFiles files = CertificateFiles.configuredIn(ConfigProvider.getConfig());
            if (DevelopmentCertificate.isAt(files)) {
                DevelopmentCertificate.ensure();
            }
            files.read();
        } catch (CertificateFilesException e) {
            System.err.println("fargate-webhook: " + e.getMessage());
            System.exit(1);
        }
        Quarkus.run();
    }
}
