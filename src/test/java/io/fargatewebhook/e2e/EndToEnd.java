package io.fargatewebhook.e2e;

import io.fargatewebhook.e2e.kube.ControlPlane;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests what they run against: a {@link ControlPlane} and an {@link Installation} on it, once for all test classes, and
 * {@link TestNamespaces} that go when the class is done.
 */
public final class EndToEnd implements ParameterResolver {

    private static final Namespace OURS = Namespace.create(EndToEnd.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == ControlPlane.class || type == Installation.class || type == TestNamespaces.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        if (type == ControlPlane.class) {
            return controlPlane(context);
        }
        if (type == Installation.class) {
            return installation(context);
        }
        return context.getStore(OURS)
                .computeIfAbsent(type, key -> new TestNamespaces(controlPlane(context)), TestNamespaces.class);
    }

    // JUnit closes what a store holds, the last first.

    private static ControlPlane controlPlane(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(ControlPlane.class, key -> ControlPlane.start(), ControlPlane.class);
    }

    private static Installation installation(ExtensionContext context) {
        var controlPlane = controlPlane(context);
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(Installation.class, key -> Installation.on(controlPlane), Installation.class);
    }
}
