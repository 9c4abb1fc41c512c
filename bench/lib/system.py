"""What everything else needs of this machine: to call programs, to install them, free ports."""
import os
import shutil
import socket
import subprocess
import sys
import time

from lib import processes

# Debian's packages of the programs that are called.
PACKAGES = {
    "curl": "curl",
    "go": "golang-go",
    "kubectl": "kubernetes-client",
    "mvn": "maven",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "wrk": "wrk",
    "zstd": "zstd",
}


class Missing(Exception):
    """Something cannot be measured here. The message says what is missing and what to do."""


class Failed(Exception):
    """Something was measured, or built, and went wrong. The message says what."""


def say(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def call(*command, text=None, env=None, cwd=None):
    """What the command prints. An error is what it said last."""
    child = processes.spawn(
        [str(word) for word in command], env={**os.environ, **(env or {})}, cwd=cwd, text=True,
        stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = child.communicate(text)
    except BaseException:
        processes.stop(child)
        raise
    processes.forget(child)  # what it has started on purpose, such as a control plane, stays
    if child.returncode != 0:
        said = " / ".join((err.strip() or out.strip()).splitlines()[-5:])
        raise Failed(f"{os.path.basename(command[0])} {command[1] if len(command) > 1 else ''} "
                     f"ended with {child.returncode}: {said}")
    return out


def need(*programs):
    """Installs those that are missing."""
    missing = [PACKAGES[program] for program in programs if not shutil.which(program)]
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Missing(f"install {' '.join(missing)}, or run this as root on Debian")
    say(f"installing {' '.join(missing)}")
    call("apt-get", "update", "-qq")
    # nginx would else be started as a service.
    call("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing,
         env={"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"})


class Ports:
    """Ports that nobody listens on, each given once."""

    def __init__(self, first):
        self.next = first

    def take(self):
        while True:
            port, self.next = self.next, self.next + 1
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("", port))
                    return port
                except OSError:
                    continue
