package io.fargatewebhook.e2e.kube;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The API server that the tests run against: the one that KUBECONFIG names, or one of their own.
 *
 * <p>For their own they run {@code KUBE_UP FOLDER --etcd-port P --api-port P}, any program that starts a control plane and
 * prints {@code export KUBECONFIG=FILE}, and at the end {@code down FOLDER} beside it, if there is one. The default of
 * KUBE_UP is {@value #DEFAULT_UP}. Settings, each an environment variable or a system property:
 * <ul>
 *   <li>KUBECONFIG: use this cluster; it should be one for tests
 *   <li>KUBE_UP: how to start one
 *   <li>E2E_ADDRESS: this machine as the API server sees it; default 10.42.0.1 where the machine has it, otherwise its first
 *       IPv4 address that is not loopback. Needed where the API server of KUBECONFIG runs elsewhere, kind's container included
 *   <li>E2E_AUDIT_LOG: where the API server of KUBECONFIG writes its audit log; default {@code log/audit.log} beside the
 *       kubeconfig. Without one the tests cannot see the webhook's reasons, and leave that part out
 * </ul>
 */
public final class ControlPlane implements AutoCloseable {

    private static final String DEFAULT_UP = "../shared/kube/up";
    private static final Path FOLDER = Path.of("target/e2e/kube");
    private static final String POD_ADDRESS = "10.42.0.1";

    private final Kubeconfig kubeconfig;
    /** Where our own one lives; empty for one that was there before. */
    private final Optional<Path> folder;
    private final KubernetesClient client;
    private final Pods pods;
    private final AuditLog auditLog;

    private ControlPlane(Path kubeconfig, Optional<Path> folder) {
        this.kubeconfig = new Kubeconfig(kubeconfig.toAbsolutePath());
        this.folder = folder;
        client = this.kubeconfig.client();
        pods = new Pods(client);
        var log = setting("E2E_AUDIT_LOG").map(Path::of).orElse(this.kubeconfig.file().resolveSibling("log/audit.log"));
        auditLog = Files.isReadable(log) ? new AuditLog(log) : null;
    }

    public static ControlPlane start() {
        var existing = setting("KUBECONFIG");
        return existing.isPresent() ? existing(Path.of(existing.get())) : up(FOLDER);
    }

    /** Another one beside it, without controllers: nothing happens there but what a test does. */
    public static ControlPlane bare(String name) {
        return up(FOLDER.resolveSibling(name), "--no-controllers");
    }

    private static ControlPlane existing(Path kubeconfig) {
        var plane = new ControlPlane(kubeconfig, Optional.empty());
        var server = plane.client.getMasterUrl();
        if (!List.of("127.0.0.1", "localhost", "[::1]").contains(server.getHost()) && setting("E2E_ADDRESS").isEmpty()) {
            plane.close();
            throw new IllegalStateException("KUBECONFIG names " + server + ", which is not on this machine. These tests make"
                    + " nodes and take over scheduling: if it is a cluster for tests, set E2E_ADDRESS, see ControlPlane");
        }
        return plane;
    }

    private static ControlPlane up(Path folder, String... options) {
        var up = upProgram();
        if (!Files.isExecutable(up)) {
            throw new IllegalStateException("No control plane: set KUBECONFIG to a test cluster's, or KUBE_UP to a program"
                    + " that starts one (" + up + " is none); see ControlPlane");
        }
        down(folder, "--wipe"); // what an earlier run left
        // Also when somebody interrupts the tests; stopping twice does no harm.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> down(folder)));
        var words = new ArrayList<>(
                List.of(up.toString(), folder.toString(), "--etcd-port", freePort(), "--api-port", freePort()));
        words.addAll(List.of(options));
        // One file for the whole run, in MiB: AuditLog does not follow a rotated one.
        var output = new Command(words, Map.of("KUBE_APISERVER_FLAGS", "--audit-log-maxsize=8192"))
                .run(Duration.ofMinutes(3))
                .succeeded()
                .out();
        try {
            var export = Pattern.compile("^export KUBECONFIG=[\"']?([^\"'\n]+)", Pattern.MULTILINE).matcher(output);
            if (!export.find()) {
                throw new IllegalStateException(up + " printed no 'export KUBECONFIG=': " + output);
            }
            return new ControlPlane(Path.of(export.group(1)), Optional.of(folder));
        } catch (RuntimeException | Error e) {
            down(folder);
            throw e;
        }
    }

    private static Path upProgram() {
        return Path.of(setting("KUBE_UP").orElse(DEFAULT_UP));
    }

    private static void down(Path folder, String... options) {
        var down = upProgram().resolveSibling("down");
        if (Files.isExecutable(down) && Files.exists(folder)) {
            var words = new ArrayList<>(List.of(down.toString(), folder.toString()));
            words.addAll(List.of(options));
            new Command(words, Map.of()).run(Duration.ofMinutes(1));
        }
    }

    /** A client with the rights of a cluster administrator. */
    public KubernetesClient client() {
        return client;
    }

    /** Creates pods, and keeps all that the API server answers. */
    public Pods pods() {
        return pods;
    }

    /** What admission did to pods; empty where the API server's log is not at hand. */
    public Optional<AuditLog> auditLog() {
        return Optional.ofNullable(auditLog);
    }

    /** Of a cluster administrator. */
    public Path kubeconfig() {
        return kubeconfig.file();
    }

    /** A command for this cluster: kubectl, or a script that uses it. */
    public Command command(String... words) {
        return new Command(List.of(words), Map.of("KUBECONFIG", kubeconfig.file().toString()));
    }

    /** One of its mutating webhook configurations; null where there is none of that name. */
    public MutatingWebhookConfiguration webhooks(String configuration) {
        return client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(configuration).get();
    }

    /** Whether the tests started it, and so need not tidy up. */
    public boolean isOwn() {
        return folder.isPresent();
    }

    /** This machine's address that the API server accepts as that of an endpoint. */
    public String address() {
        return setting("E2E_ADDRESS").orElseGet(ControlPlane::podLikeAddress);
    }

    /** This machine's address for a webhook registered by URL: on EKS that is the control plane's own loopback address. */
    public String urlAddress() {
        return isOwn() ? "127.0.0.1" : setting("E2E_ADDRESS").orElse("127.0.0.1");
    }

    private static String podLikeAddress() {
        var addresses = new ArrayList<String>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .forEach(address -> addresses.add(address.getHostAddress()));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        if (addresses.isEmpty()) {
            throw new IllegalStateException("This machine has no IPv4 address but loopback, which no endpoint may have");
        }
        return addresses.contains(POD_ADDRESS) ? POD_ADDRESS : addresses.get(0);
    }

    private static String freePort() {
        try (var socket = new ServerSocket(0)) {
            return String.valueOf(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> setting(String name) {
        var value = System.getProperty(name, System.getenv(name));
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    @Override
    public void close() {
        client.close();
        folder.ifPresent(ControlPlane::down); // the logs stay
    }
}
