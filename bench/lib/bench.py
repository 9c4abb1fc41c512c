"""One run of the benchmark: what is built, what runs, and what was found."""
import os
import platform
import re
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from lib import loads
from lib.answerers import ANSWERERS, check, webhook
from lib.build import VEGETA, Build
from lib.inputs import Inputs
from lib.processes import Server
from lib.system import Failed, Missing, Ports, say

ROOT = Path(__file__).resolve().parents[2]


class Bench:
    def __init__(self, out, quick, first_port):
        self.out, self.quick = out, quick
        self.results = out / "results.md"
        self.work = out / "work"  # inputs, logs, configurations
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.ports = Ports(first_port)
        self.build = Build(ROOT, out, self.ports)
        self.inputs = Inputs(ROOT / "src/test/resources/reviews", self.work)
        self.kubernetes = "not used"
        self.problems = []
        self.tables = []
        self._running = {}
        self._began = time.strftime("%Y-%m-%d %H:%M"), os.getloadavg()[0]
        self.write_results()

    # How much of it.

    def seconds(self, full):
        return 1 if self.quick else full

    def rounds(self, full):
        return 1 if self.quick else full

    # Servers.

    def start(self, name, make=None):
        """Starts an answerer of its own, the one of that name or another. It is not ready yet."""
        port = self.ports.take()
        command, environment, is_ready = (make or ANSWERERS[name])(self, port)
        return Server(name, command, environment, port, is_ready, self.work)

    def start_webhook(self, name, *flags, **environment):
        return self.start(name, lambda bench, port: webhook(bench, port, *flags, **environment))

    def await_ready(self, server):
        while not self.is_ready(server):
            time.sleep(0.005)
        return server

    def is_ready(self, server):
        self.require_alive(server)
        if time.monotonic() - server.started > 60:
            raise Failed(f"{server.name} is not ready after a minute: {server.last_words()}")
        return server.is_ready()

    def available(self, names):
        """Those of these answerers that can be built here."""
        found = []
        for name in names:
            try:
                ANSWERERS[name](self, self.ports.take())
                found.append(name)
            except (Missing, Failed) as problem:
                self.problem(f"{name} is left out: {problem}")
        if not found:
            raise Missing("none of its answerers can be built here")
        return found

    def running(self, names):
        """The answerers of these names that can be built here: started once for all tables, checked, and warm."""
        found = {}
        for name in self.available(names):
            if name not in self._running:
                self._running[name] = self.await_ready(self.start(name))
                self.warm(self._running[name])
            found[name] = self._running[name]
        return found

    def warm(self, server):
        check(self, server)
        say(f"  warming up {server.name}")
        loads.wrk(server, self.inputs.review("7 KB"), 64, self.seconds(15))

    # Loads.

    def wrk(self, server, size, connections, seconds):
        return self.measure(server, lambda: loads.wrk(server, self.inputs.review(size), connections, seconds))

    def build_vegeta(self):
        """Before anything is measured."""
        return self.build.vegeta

    def vegeta(self, server, rate, seconds):
        return loads.Vegeta(self.build.vegeta, server.name, server.url(), self.inputs.review("7 KB"),
                            self.build.certificates / "ca.crt", seconds, rate=rate)

    def measure(self, server, load):
        self.require_alive(server)
        before = server.cpu()
        done = load()
        self.require_alive(server)
        done.cpu = (server.cpu() - before) * 1e6 / done.answered
        done.memory = server.memory()
        return done

    @staticmethod
    def require_alive(server):
        if server.has_ended():
            raise Failed(f"{server.name} has ended: {server.last_words()}")

    def alternate(self, rounds, cases, measure):
        """Measures A B C A B C …, never A A B B C C, so that all see the same weather. The results of each, by round."""
        found = {case: [] for case in cases}
        for n in range(rounds):
            for case in cases:
                say(f"  round {n + 1} of {rounds}: {', '.join(case) if isinstance(case, tuple) else case}")
                found[case].append(measure(case))
        return found

    # Results.

    def problem(self, text):
        say(text)
        if text not in self.problems:
            self.problems.append(text)

    def table(self, title, header, rows):
        lines = ["| " + " | ".join(header) + " |", "|" + " --- |" + " ---: |" * (len(header) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        self.section(title, "\n".join(lines))

    def section(self, title, text):
        section = f"## {title}\n\n{text}\n"
        print(section, flush=True)
        self.tables.append(section)
        self.write_results()

    def write_results(self):
        self.results.write_text("\n".join([self.about(), *self.tables]))

    def about(self):
        """When, where and with what this was measured."""
        began, load = self._began
        cpuinfo, meminfo = Path("/proc/cpuinfo").read_text(), Path("/proc/meminfo").read_text()
        model = re.search(r"^model name\s*: (.*)", cpuinfo, re.M)
        memory = int(re.search(r"^MemTotal:\s*(\d+)", meminfo, re.M)[1]) / 2**20
        lines = [
            f"Measured {began}" + (", --quick: the numbers mean nothing." if self.quick else "."),
            f"Machine: {model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB memory, "
            f"Linux {platform.release()}, load average {load:.1f} when it began.",
            f"Versions: Java {self._java()}, nginx {version('nginx', '-v')}, "
            f"wrk {version('wrk', '-v')}, vegeta {VEGETA[1:]}, Go {version('go', 'version')}, "
            f"controller-runtime {self._controller_runtime()}, kube-apiserver {self.kubernetes}.",
            *(f"Not measured: {problem}" for problem in self.problems),
        ]
        return "\n".join(f"- {line}" for line in lines) + "\n"

    def _java(self):
        if "webhook" not in vars(self.build):  # not built
            return "not used"
        return re.search('JAVA_VERSION="(.*)"', (self.out / "jre/release").read_text())[1]

    @staticmethod
    def _controller_runtime():
        return re.search(r"controller-runtime v(\S+)", (ROOT / "bench/go-twin/go.mod").read_text())[1]


def version(*command):
    """The version that a program says it is."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return "none"
    return re.search(r"\d+(\.\d+)+", done.stdout)[0]


def median(results, value):
    return statistics.median(value(one) for one in results)


def compared(found, case, other, value, how=lambda a, b: a / b):
    """The median over the rounds of how a case compares to another in the same round, or None without the other."""
    if case not in found or other not in found:
        return None
    return statistics.median(how(value(a), value(b)) for a, b in zip(found[case], found[other]))


def digits(number):
    """Three digits that count, or all before the point."""
    if number is None:
        return "–"
    for limit, places in ((10, 2), (100, 1)):
        if abs(number) < limit:
            return f"{number:.{places}f}"
    return f"{number:,.0f}"
