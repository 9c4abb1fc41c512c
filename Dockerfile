# The image of fargate-webhook, from source: docker build --tag fargate-webhook .   (or buildah build, the same)

# Needs a JDK 25 (its jlink makes the run-time), Maven and curl, on glibc.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
# Empty: the build stage brings all that the webhook needs. Another base must come without a glibc of its own.
ARG RUNTIME_IMAGE=scratch


FROM ${BUILD_IMAGE} AS build
WORKDIR /build

# All files of the image get one age, for the AOT cache: see train.
ARG SOURCE_DATE_EPOCH=946684800
COPY src/main/docker/jre ./
RUN ./jre /jre && find /jre -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

# Everything from a Maven repository, in a layer that only pom.xml can make stale: the same build, of no sources.
# aot-jar: one class path that the JVM itself reads, because it caches no classes of Quarkus' own class loader.
COPY pom.xml ./
RUN mvn --batch-mode --no-transfer-progress package -DskipTests -Dquarkus.package.jar.type=aot-jar \
 && rm -r target

COPY src/main src/main
COPY src/test/resources/reviews src/test/resources/reviews
RUN mvn --batch-mode --no-transfer-progress package -DskipTests -Dquarkus.package.jar.type=aot-jar \
 && mv target/quarkus-app /app
COPY LICENSE /app/

# The JVM flags, the native library and the AOT cache, which a real run makes. The ports matter only to a builder that gives the
# build no network of its own, such as buildah with chroot isolation.
ARG TRAINING_HTTPS_PORT=8443
ARG TRAINING_HEALTH_PORT=9000
RUN src/main/docker/train /jre/bin/java /app src/test/resources/reviews "$TRAINING_HTTPS_PORT" "$TRAINING_HEALTH_PORT"

# What scratch lacks: the C library, exactly as the run-time is linked to it on this architecture (names resolve without
# more: DNS and /etc/hosts are part of glibc's libc.so since 2.34), a user, and a place for temporary files.
RUN mkdir -p /final/etc /final/tmp \
 && for file in /jre/bin/java $(find /jre /app/native -name '*.so'); do ldd "$file"; done \
      | grep -o '/[^ ]*' | grep -v '^/jre/' | sort -u | xargs cp --parents --dereference --target-directory=/final \
 && echo 'webhook:x:65532:65532:fargate-webhook:/tmp:/sbin/nologin' >/final/etc/passwd \
 && echo 'webhook:x:65532:' >/final/etc/group \
 && echo 'hosts: files dns' >/final/etc/nsswitch.conf \
 && chmod 1777 /final/tmp \
 && find /final -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +


FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="fargate-webhook" \
      org.opencontainers.image.description="Labels the pods of chosen namespaces so that Amazon EKS runs them on Fargate" \
      org.opencontainers.image.licenses="Apache-2.0"
# Apart, by how often they change: a new version of the webhook is one new layer.
COPY --from=build /final/ /
COPY --from=build /jre /jre
COPY --from=build /app /app
# Where k8s/base mounts the Secret. Set, so that a missing certificate is an error and not a development certificate.
# Log lines are for a collector here.
ENV QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_CERT=/tls/tls.crt \
    QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_KEY=/tls/tls.key \
    QUARKUS_LOG_CONSOLE_JSON_ENABLED=true
EXPOSE 8443 9000
# A number, because only so the kubelet can tell that it is not root.
USER 65532:65532
# Arguments go to the program (`certs ensure`). JVM flags can be added in JDK_JAVA_OPTIONS, and those of the file replaced in
# _JAVA_OPTIONS. A cache that does not fit beside them only makes the start slower; add -XX:AOTMode=on to see why.
ENTRYPOINT ["/jre/bin/java", "@/app/jvm.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/quarkus-run.jar"]
