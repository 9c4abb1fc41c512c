"""Processes: started, stopped all of them, and what they used of the machine."""
import os
import signal
import subprocess
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
_started = []


def spawn(command, **options):
    """Starts a program in a process group of its own, so that its children end with it."""
    child = subprocess.Popen(command, start_new_session=True, **options)
    _started.append(child)
    return child


def stop(child):
    """Ends it, and what it has started and left behind."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            pass
    child.wait()
    forget(child)


def forget(child):
    if child in _started:
        _started.remove(child)


def stop_all():
    for child in list(_started):
        stop(child)


def tree(pid):
    """The process and all below it."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(_after_name(stat)[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def cpu_seconds(pid):
    """User and system time of the process and all below it."""
    ticks = 0
    for one in tree(pid):
        fields = _after_name(Path(f"/proc/{one}/stat"))
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def memory(pid):
    """VmRSS, RssAnon and RssFile in MiB, of the process and all below it."""
    kilobytes = dict.fromkeys(("VmRSS", "RssAnon", "RssFile"), 0)
    for one in tree(pid):
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in kilobytes:
                kilobytes[name] += int(value.split()[0])
    return {name: value / 1024 for name, value in kilobytes.items()}


def _after_name(stat):
    """The fields of /proc/PID/stat from the state on; the name before them may hold anything."""
    return stat.read_text().rpartition(")")[2].split()


class Server:
    """A program that listens, and becomes ready some time after it was started."""

    def __init__(self, name, command, environment, port, is_ready, folder):
        self.name, self.port, self.is_ready = name, port, is_ready
        self.log = folder / f"{port}.log"
        # Nothing of this shell's environment: a pod has none of it.
        with self.log.open("w") as log:
            self.started = time.monotonic()
            self.child = spawn(
                [str(word) for word in command], env={"PATH": os.environ["PATH"], **environment}, cwd=folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def url(self):
        return f"https://127.0.0.1:{self.port}/mutate"

    def has_ended(self):
        return self.child.poll() is not None

    def last_words(self):
        return " / ".join(self.log.read_text(errors="replace").strip().splitlines()[-3:])

    def cpu(self):
        return cpu_seconds(self.child.pid)

    def memory(self):
        return memory(self.child.pid)

    def stop(self):
        stop(self.child)
