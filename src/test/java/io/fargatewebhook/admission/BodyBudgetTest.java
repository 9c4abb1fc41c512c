package io.fargatewebhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private final BodyBudget budget = new BodyBudget(10);
    private final List<String> started = new ArrayList<>();

    private void take(long bytes, String name) {
        budget.take(bytes, () -> started.add(name));
    }

    @Test
    void whatFitsStartsAtOnce() {
        take(4, "a");
        take(6, "b");

        assertThat(started).containsExactly("a", "b");
    }

    @Test
    void whatDoesNotFitWaitsForWhatIsReleased() {
        take(6, "a");
        take(6, "b");
        assertThat(started).containsExactly("a");

        budget.release(6);
        assertThat(started).containsExactly("a", "b");
    }

    @Test
    void theLongIsNotOvertakenForEver() {
        take(6, "a");
        take(9, "long");
        take(1, "short");
        assertThat(started).containsExactly("a");

        budget.release(6);
        assertThat(started).containsExactly("a", "long", "short");
    }

    @Test
    void oneThatIsLongerThanTheBudgetStartsAlone() {
        take(1, "a");
        take(99, "huge");
        take(1, "b");
        budget.release(1);
        assertThat(started).containsExactly("a", "huge");

        budget.release(99);
        assertThat(started).containsExactly("a", "huge", "b");
    }
}
