package io.fargatewebhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocsTest {
    @ParameterizedTest
    @EnumSource
    void thePlaceExists(Docs docs) throws IOException {
        var parts = docs.link().split("#");
        var headings = Files.readAllLines(Path.of(parts[0])).stream()
                .filter(line -> line.startsWith("#"))
                .map(DocsTest::anchor)
                .toList();
        if (parts.length > 1) {
            assertThat(headings).contains(parts[1]);
        }
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }
}
