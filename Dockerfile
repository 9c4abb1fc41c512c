# The image of fargate-webhook, from source: docker build --tag fargate-webhook .   (or buildah build, the same)

# Needs a JDK 25 (its jlink makes the run-time), Maven and curl, on glibc.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
# Empty: the build stage brings all that the webhook needs. Another base must come without a glibc of its own.
ARG RUNTIME_IMAGE=scratch


FROM ${BUILD_IMAGE} AS build
WORKDIR /build

# The run-time: Java without what a webhook never loads. On the class path jdeps cannot say what that is, so by hand:
# java.sql and java.xml for Jackson, java.naming and jdk.management for Quarkus and its metrics, java.security.jgss for
# TLS, java.net.http for the Kubernetes client of the commands, jdk.httpserver for the metrics of one, jdk.zipfs and jdk.unsupported for both.
# Line numbers go from Java's own stack frames only, not from the webhook's.
# java.security still names the security providers of all modules, and TLS would search the jars for the missing ones.
RUN jlink --output /jre \
      --add-modules java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss \
      --add-modules java.sql,java.xml,jdk.httpserver,jdk.management,jdk.unsupported,jdk.zipfs \
      --vm=server --strip-java-debug-attributes --no-header-files --no-man-pages \
 && sed -i -E '/^security\.provider\.[0-9]+=(SUN|SunRsaSign|SunEC|SunJSSE|SunJCE)$/! { /^security\.provider\.[0-9]/d }' \
      /jre/conf/security/java.security

# What scratch lacks: the C library, exactly as the run-time is linked to it on this architecture (names resolve without
# more: DNS and /etc/hosts are part of glibc's libc.so since 2.34), a user, and a place for temporary files.
RUN mkdir -p /final/etc /final/tmp \
 && for file in /jre/bin/java $(find /jre -name '*.so'); do ldd "$file"; done \
      | grep -o '/[^ ]*' | grep -v '^/jre/' | sort -u | xargs cp --parents --dereference --target-directory=/final \
 && echo 'webhook:x:65532:65532:fargate-webhook:/tmp:/sbin/nologin' >/final/etc/passwd \
 && echo 'webhook:x:65532:' >/final/etc/group \
 && echo 'hosts: files dns' >/final/etc/nsswitch.conf \
 && chmod 1777 /final/tmp

# Everything from a Maven repository, in a layer that only pom.xml can make stale: the same build, of no sources.
# aot-jar: one class path that the JVM itself reads, because it caches no classes of Quarkus' own class loader.
COPY pom.xml ./
RUN mvn --batch-mode --no-transfer-progress package -DskipTests -Dquarkus.package.jar.type=aot-jar \
 && rm -r target

# The line more in jvm.options: Netty uses what Java 25, and no Java before it, warns about in four lines at each start.
COPY src/main src/main
COPY src/test/resources/reviews src/test/resources/reviews
RUN mvn --batch-mode --no-transfer-progress package -DskipTests -Dquarkus.package.jar.type=aot-jar \
 && mv target/quarkus-app /app \
 && cp src/main/docker/jvm.options /app/ \
 && echo '--sun-misc-unsafe-memory-access=allow' >>/app/jvm.options
COPY LICENSE /app/

# The JVM rejects its cache when a jar is not as old as it was. So all files get one age: of whole seconds, as in the layers of
# an image, and the one that reproducible builds, which rewrite it, are given under this name.
ARG SOURCE_DATE_EPOCH=946684800
RUN find /jre /app /final -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

# The AOT cache: classes, as loaded and linked, and profiles of methods, as a real run of the same files in the same places
# with the same flags left them. The run is the server, with a development certificate, until it is ready, and then with
# enough real reviews for the profiles to be worth something. It writes the cache when it ends.
# The ports matter only to a builder that gives the build no network of its own, such as buildah with chroot isolation.
ARG TRAINING_HTTPS_PORT=8443
ARG TRAINING_HEALTH_PORT=9000
RUN mkdir /training && cd /training \
 && { QUARKUS_HTTP_SSL_PORT=$TRAINING_HTTPS_PORT QUARKUS_MANAGEMENT_PORT=$TRAINING_HEALTH_PORT QUARKUS_SHUTDOWN_DELAY=0S \
      QUARKUS_LOG_CONSOLE_JSON_ENABLED=true \
      /jre/bin/java @/app/jvm.options -XX:AOTCacheOutput=/app/app.aot -Xlog:aot*=error -jar /app/quarkus-run.jar >log 2>&1 & } \
 && server=$! \
 && until curl --silent --fail --output ready "http://127.0.0.1:$TRAINING_HEALTH_PORT/q/health/ready"; do \
      kill -0 "$server" && [ "$((tries = ${tries:-0} + 1))" -lt 600 ] || { cat log; kill "$server"; exit 1; }; sleep 0.1; \
    done \
 && for review in /build/src/test/resources/reviews/*.json; do \
      curl --silent --show-error --fail --output answers --cacert certs/dev/ca.crt --header 'Content-Type: application/json' \
        --data-binary "@$review" "https://127.0.0.1:$TRAINING_HTTPS_PORT/mutate?[1-100]" || { kill "$server"; exit 1; }; \
    done \
 && kill "$server" \
 && { wait "$server" || true; } \
 && grep AOTCache log \
 && touch --date="@$SOURCE_DATE_EPOCH" /app /app/app.aot \
 && /jre/bin/java @/app/jvm.options -XX:AOTMode=on -XX:AOTCache=/app/app.aot -cp /app/quarkus-run.jar -version


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
# Arguments go to the program (`certs ensure`). A cache that does not fit, say beside other JVM flags in JDK_JAVA_OPTIONS,
# only makes the start slower; add -XX:AOTMode=on there to see why.
ENTRYPOINT ["/jre/bin/java", "@/app/jvm.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/quarkus-run.jar"]
