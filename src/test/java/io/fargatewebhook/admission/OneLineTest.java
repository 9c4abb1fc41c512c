package io.fargatewebhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineTest {
    @ParameterizedTest
    @CsvSource({
        "abcd, 4, abcd",
        "abcde, 4, abc…",
        "'a\nb\u0007c', 9, a b c",
        // A character of two chars is not cut in half.
        "ab🚀d🚀, 4, ab…",
        "'', 4, ''"
    })
    void isCutAndClean(String text, int max, String expected) {
        assertThat(OneLine.of(text, max)).isEqualTo(expected);
    }
}
