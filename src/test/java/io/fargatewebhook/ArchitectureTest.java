package io.fargatewebhook;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way, and the core knows neither framework nor I/O. */
@AnalyzeClasses(packagesOf = Main.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.fargatewebhook.";

    @ArchTest
    static final ArchRule ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("pod").definedBy(ROOT + "pod")
            .layer("fargate").definedBy(ROOT + "fargate")
            .layer("placement").definedBy(ROOT + "placement")
            .layer("advice").definedBy(ROOT + "advice")
            .layer("json").definedBy(ROOT + "json")
            .layer("config").definedBy(ROOT + "config")
            .layer("admission").definedBy(ROOT + "admission")
            .layer("certificates").definedBy(ROOT + "certificates")
            .layer("cluster").definedBy(ROOT + "cluster")
            .layer("audit").definedBy(ROOT + "audit")
            .layer("check").definedBy(ROOT + "check")
            .layer("cli").definedBy(ROOT + "cli")
            .whereLayer("fargate").mayOnlyAccessLayers("pod")
            .whereLayer("placement").mayOnlyAccessLayers("fargate", "pod")
            .whereLayer("advice").mayOnlyAccessLayers("placement", "fargate", "pod")
            .whereLayer("json").mayOnlyAccessLayers("pod")
            .whereLayer("config").mayOnlyAccessLayers("advice", "placement", "fargate")
            .whereLayer("admission").mayOnlyAccessLayers("advice", "placement", "pod", "json")
            .whereLayer("cluster").mayOnlyAccessLayers("certificates")
            .whereLayer("audit").mayOnlyAccessLayers("cluster", "placement", "fargate", "pod", "json")
            .whereLayer("check").mayOnlyAccessLayers("cluster", "certificates", "placement", "fargate")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("pod").mayNotAccessAnyLayer()
            .whereLayer("certificates").mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule PURE_CORE = classes()
            .that().resideInAnyPackage(ROOT + "pod", ROOT + "fargate", ROOT + "placement", ROOT + "advice")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage(ROOT + "pod", ROOT + "fargate", ROOT + "placement", ROOT + "advice", "java.lang..", "java.util..", "java.math..");
}
