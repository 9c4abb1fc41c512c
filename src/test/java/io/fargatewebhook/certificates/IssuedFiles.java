package io.fargatewebhook.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a certificate, its key and its CA as the files of a Secret. */
public final class IssuedFiles {
    private IssuedFiles() {}

    public static void write(Issued issued, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("ca.crt"), Pem.of(List.of(issued.ca())));
        Files.writeString(folder.resolve("tls.key"), Pem.of(issued.key()));
        Files.writeString(folder.resolve("tls.crt"), Pem.of(List.of(issued.certificate())));
    }
}
