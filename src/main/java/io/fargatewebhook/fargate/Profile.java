package io.fargatewebhook.fargate;

import java.util.List;

/**
 * A Fargate profile: it takes a pod if any of its selectors does.
 *
 * @throws IllegalArgumentException where it has no name or no selector
 * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html">Fargate profile</a>
 */
public record Profile(String name, List<Selector> selectors) {
    public Profile {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a profile without a name");
        }
        if (selectors.isEmpty()) {
            throw new IllegalArgumentException("profile " + name + " has no selectors");
        }
        selectors = List.copyOf(selectors);
    }
}
