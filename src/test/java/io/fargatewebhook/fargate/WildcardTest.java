package io.fargatewebhook.fargate;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', true", "'', a, false", "*, '', true", "*, anything, true", "?, a, true", "?, '', false", "?, ab, false",
        "prod, prod, true", "prod, production, false", "prod*, production, true", "*-prod, a-prod, true",
        "*-prod, a-prod-b, false", "a*c*e, abcde, true", "a*c*e, abcd, false", "a?c, abc, true", "team-?-*, team-1-web, true",
        "**, x, true", "*a, aaa, true", "a.c, abc, false", "*ab, aab, true", "prod-[ab], prod-a, false"
    })
    void matches(String pattern, String text, boolean expected) {
        assertThat(new Wildcard(pattern).matches(text)).isEqualTo(expected);
    }

    /** The same language as a regular expression says it in. */
    @Property
    void agreesWithRegularExpressions(
            @ForAll @StringLength(max = 8) @Chars({'a', 'b', '*', '?'}) String pattern,
            @ForAll @StringLength(max = 12) @Chars({'a', 'b'}) String text) {
        String regex = pattern.replace("*", ".*").replace("?", ".");
        assertThat(new Wildcard(pattern).matches(text)).isEqualTo(text.matches(regex));
    }

    @Property
    void literalsMatchThemselvesAlone(
            @ForAll @CharRange(from = 'a', to = 'z') String one, @ForAll @CharRange(from = 'a', to = 'z') String other) {
        Assume.that(!one.equals(other));
        assertThat(new Wildcard(one).isLiteral()).isTrue();
        assertThat(new Wildcard(one).matches(one)).isTrue();
        assertThat(new Wildcard(one).matches(other)).isFalse();
    }
}
