package io.fargatewebhook.e2e.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end: what a person would type. */
public record Command(List<String> words, Map<String, String> environment) {

    /** What it said. */
    public record Result(int exit, String out, String err) {

        /**
         * Itself, when the program succeeded.
         *
         * @throws AssertionError with all it said, when it failed
         */
        public Result succeeded() {
            if (exit != 0) {
                throw new AssertionError("exit code " + exit + "\n" + out + err);
            }
            return this;
        }
    }

    public static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    public Result run(Duration limit) {
        try {
            // Files and not pipes, so that neither a child left running nor a full pipe holds us up.
            var out = Files.createTempFile("command", ".out");
            var err = Files.createTempFile("command", ".err");
            var builder = new ProcessBuilder(words)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                throw new AssertionError(words + " not done within " + limit.toSeconds() + " s\n" + Files.readString(out)
                        + Files.readString(err));
            }
            var result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
