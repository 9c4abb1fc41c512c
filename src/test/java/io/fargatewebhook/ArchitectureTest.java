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
    @ArchTest
    static final ArchRule ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("pod").definedBy("..pod")
            .layer("fargate").definedBy("..fargate")
            .layer("placement").definedBy("..placement")
            .layer("json").definedBy("..json")
            .layer("config").definedBy("..config")
            .layer("admission").definedBy("..admission")
            .layer("certificates").definedBy("..certificates")
            .whereLayer("fargate").mayOnlyAccessLayers("pod")
            .whereLayer("placement").mayOnlyAccessLayers("fargate", "pod")
            .whereLayer("json").mayOnlyAccessLayers("pod")
            .whereLayer("config").mayOnlyAccessLayers("placement", "fargate")
            .whereLayer("admission").mayOnlyAccessLayers("placement", "pod", "json")
            .whereLayer("pod").mayNotAccessAnyLayer()
            .whereLayer("certificates").mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule PURE_CORE = classes()
            .that().resideInAnyPackage("..pod", "..fargate", "..placement")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("..pod", "..fargate", "..placement", "java.lang..", "java.util..", "java.math..");
}
