"""What is measured and measures, built from source or fetched by Go, each when it is first asked for."""
import os
import re
import shlex
import shutil
from functools import cached_property
from pathlib import Path

from lib.system import Missing, call, need, say

VEGETA = "v12.13.0"


class Build:
    def __init__(self, root, out, ports):
        self.root, self.out, self.ports = root, out, ports

    @cached_property
    def jdk(self):
        """The same search as that of .ci/image."""
        homes = [os.environ.get("JAVA_25_HOME"), os.environ.get("JAVA_HOME"), *sorted(Path("/usr/lib/jvm").glob("*25*"))]
        for home in (Path(home) for home in homes if home):
            release = home / "release"
            if (home / "bin/jlink").exists() and release.exists() and re.search('^JAVA_VERSION="25', release.read_text(), re.M):
                return home.resolve()
        raise Missing("no JDK 25 found: install one with jlink (such as temurin-25-jdk), or name its folder in JAVA_25_HOME")

    @cached_property
    def webhook(self):
        """Java and the webhook with its AOT cache, made as the Dockerfile makes them."""
        environment = {"JAVA_HOME": str(self.jdk)}
        need("mvn", "curl", "openssl")
        # A copy, so that target/quarkus-app stays what `mvn package` made of it.
        source, jre, app = self.out / "source", self.out / "jre", self.out / "app"
        for folder in (source, jre, app):
            shutil.rmtree(folder, ignore_errors=True)
        reviews = "src/test/resources/reviews"
        shutil.copytree(self.root / "src/main", source / "src/main")
        shutil.copytree(self.root / reviews, source / reviews)
        shutil.copy(self.root / "pom.xml", source)
        say("building the webhook")
        call("mvn", "-B", "-ntp", "-q", "package", "-DskipTests", "-Dquarkus.package.jar.type=aot-jar",
             cwd=source, env=environment)
        shutil.copytree(source / "target/quarkus-app", app)
        say("making its Java run-time and its AOT cache")
        docker = self.root / "src/main/docker"
        call(docker / "jre", jre, env=environment)
        call(docker / "train", jre / "bin/java", app, self.root / reviews, self.ports.take(), self.ports.take())
        return jre / "bin/java", app

    @cached_property
    def image_environment(self):
        """The variables that the image sets."""
        dockerfile = (self.root / "Dockerfile").read_text().replace("\\\n", " ")
        lines = [line for line in dockerfile.splitlines() if line.startswith("ENV ")]
        return dict(word.split("=", 1) for line in lines for word in shlex.split(line)[1:])

    @cached_property
    def certificates(self):
        """One certificate for all, for 127.0.0.1, and its CA."""
        need("openssl")
        folder = self.out / "tls"
        call(self.root / "certs/generate", "--out", folder, "--force")
        return folder

    @cached_property
    def go(self):
        need("go")
        version = re.search(r"go(\d+)\.(\d+)", call("go", "version"))
        if tuple(map(int, version.groups())) < (1, 21):
            raise Missing(f"Go {version[0][2:]} is too old: install Go 1.21 or later, which loads what go.mod asks for itself")
        return "go"

    @cached_property
    def go_twin(self):
        go, program = self.go, self.out / "bin/go-twin"
        say("building the Go twins")
        call(go, "build", "-buildvcs=false", "-o", program, ".", cwd=self.root / "bench/go-twin")
        return program

    @cached_property
    def vegeta(self):
        go, folder = self.go, self.out / "bin"
        say("building vegeta")
        call(go, "install", f"github.com/tsenart/vegeta/v12@{VEGETA}", env={"GOBIN": str(folder)})
        return folder / "vegeta"
