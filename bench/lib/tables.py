"""The tables.

To add one: write a function of the Bench, whose documentation says in its first line what it measures, and name it in TABLES.
"""
import itertools
import statistics
import time

from lib.answerers import ANSWERERS, CONTROLLER_RUNTIME, NET_HTTP, NGINX, WEBHOOK
from lib.bench import ROOT, compared, digits, median
from lib.cluster import Cluster
from lib.inputs import SIZES
from lib.system import call, say

CPU = "CPU µs/review"
RATIOS = ["× nginx", "× controller-runtime"]


def cpu(load):
    return load.cpu


def ratios(found, name, case=lambda name: name):
    """CPU of this answerer as a multiple of nginx's and of controller-runtime's."""
    return [digits(compared(found, case(name), case(other), cpu)) for other in (NGINX, CONTROLLER_RUNTIME)]


def latencies(loads, *names):
    return [digits(median(loads, lambda load: getattr(load, name))) for name in names]


def steady(bench):
    """all answerers as fast as they can, 7 KB reviews over 1, 8 and 64 connections"""
    servers = bench.running(ANSWERERS)
    cases = list(itertools.product(("1", "8", "64"), servers))
    found = bench.alternate(
        bench.rounds(3), cases, lambda case: bench.wrk(servers[case[1]], "7 KB", int(case[0]), bench.seconds(7)))
    bench.table(
        "As fast as they can",
        ["answerer", "connections", CPU, *RATIOS, "reviews/s", "p50 ms", "p99 ms", "p99.9 ms", "RSS after, MiB"],
        [[name, connections, digits(median(loads, cpu)), *ratios(found, name, lambda other: (connections, other)),
          digits(median(loads, lambda load: load.rate)), *latencies(loads, "p50", "p99", "p999"),
          digits(loads[-1].memory["VmRSS"])]
         for (connections, name), loads in found.items()])


def sizes(bench):
    """reviews of 2 KB to 1 MB over 8 connections"""
    servers = bench.running([WEBHOOK, NGINX, CONTROLLER_RUNTIME, NET_HTTP])
    kilobytes = {size: bench.inputs.review(size).stat().st_size / 1024 for size in SIZES}
    cases = list(itertools.product(SIZES, servers))
    found = bench.alternate(
        bench.rounds(3), cases, lambda case: bench.wrk(servers[case[1]], case[0], 8, bench.seconds(5)))
    bench.table(
        "By size of the review",
        ["answerer", "review", CPU, *RATIOS, "CPU µs/KB"],
        [[name, size, digits(median(loads, cpu)), *ratios(found, name, lambda other: (size, other)),
          digits(median(loads, cpu) / kilobytes[size])]
         for (size, name), loads in found.items()])


def profiles(bench):
    """the webhook with 0, 1, 10 and 1000 Fargate profiles"""
    servers = {}
    for count in (0, 1, 10, 1000):
        environment = {"FARGATE_PROFILES": str(bench.inputs.profiles(count))} if count else {}
        servers[str(count)] = bench.start_webhook(f"webhook with {count} profiles", **environment)
    try:
        for server in servers.values():
            bench.warm(bench.await_ready(server))
        found = bench.alternate(
            bench.rounds(5), servers, lambda count: bench.wrk(servers[count], "7 KB", 8, bench.seconds(7)))
    finally:
        for server in servers.values():
            server.stop()
    bench.table(
        "By number of Fargate profiles",
        ["profiles", CPU, "compared to 1"],
        [[count, digits(median(loads, cpu)), f"{(compared(found, count, '1', cpu) - 1) * 100:+.1f} %"]
         for count, loads in found.items()])


def rate(bench):
    """all answerers at a constant 500 reviews a second"""
    servers = bench.running(ANSWERERS)
    bench.build_vegeta()

    def measure(name):
        return bench.measure(servers[name], lambda: bench.vegeta(servers[name], 500, bench.seconds(15)).finish())

    found = bench.alternate(bench.rounds(3), servers, measure)
    bench.table(
        "At 500 reviews a second",
        ["answerer", "p50 ms", "p99 ms", "p99.9 ms", CPU, *RATIOS],
        [[name, *latencies(loads, "p50", "p99", "p999"), digits(median(loads, cpu)), *ratios(found, name)]
         for name, loads in found.items()])


class Young:
    """A process from its start on, and vegeta from the moment that it is ready. step() does what is due."""

    def __init__(self, bench, name, seconds, edge):
        self.bench, self.seconds = bench, seconds
        self.server = bench.start(name)
        # CPU seconds that it has used, and when: ready, then at these seconds, and at the end.
        self.marks, self.due = [], [edge, seconds - edge]
        self.attack = self.load = None

    def step(self):
        """Whether it is over."""
        if not self.attack:
            if self.bench.is_ready(self.server):
                self._mark()
                self.attack = self.bench.vegeta(self.server, 20, self.seconds)
        elif self.due and time.time_ns() - self.marks[0][1] >= self.due[0] * 1e9:
            self._mark()
            self.due.pop(0)
        elif not self.load and self.attack.has_ended():
            self._mark()
            self.load = self.attack.finish()
        return self.load is not None

    def _mark(self):
        self.marks.append((self.server.cpu(), time.time_ns()))

    def cpu(self, first, last):
        """CPU µs a review between two marks."""
        (used, since), (used_then, until) = self.marks[first], self.marks[last]
        return (used_then - used) * 1e6 / sum(since <= asked < until for asked in self.load.times)


def young(bench):
    """fresh processes, all at the same time, at 20 reviews a second for ten minutes"""
    seconds, edge = (6, 2) if bench.quick else (600, 60)
    bench.build_vegeta()
    ages = [Young(bench, name, seconds, edge) for name in bench.available(ANSWERERS)]
    try:
        say(f"  {len(ages)} processes for {seconds} s")
        while not all([age.step() for age in ages]):
            time.sleep(0.01)
    finally:
        for age in ages:
            age.server.stop()
    bench.table(
        f"Young: the first {seconds} s, at 20 reviews a second",
        ["answerer", "CPU ms before ready", CPU, f"of the first {edge} s", f"of the last {edge} s", "p50 ms", "p99 ms"],
        [[age.server.name, digits(age.marks[0][0] * 1000), digits(age.cpu(0, 3)), digits(age.cpu(0, 1)), digits(age.cpu(2, 3)),
          digits(age.load.p50), digits(age.load.p99)] for age in ages])


def memory(bench):
    """memory of fresh processes, idle and after load; of the webhook also during a million reviews"""
    rows = []

    def row(server, when):
        used = server.memory()
        rows.append([server.name, when, *(digits(used[name]) for name in ("VmRSS", "RssAnon", "RssFile"))])

    for name in bench.available([WEBHOOK, NGINX, CONTROLLER_RUNTIME, NET_HTTP]):
        say(f"  {name}")
        server = bench.await_ready(bench.start(name))
        try:
            time.sleep(bench.seconds(10))
            row(server, "idle")
            load = bench.wrk(server, "7 KB", 64, bench.seconds(15))
            row(server, f"after {load.answered:,} reviews")
            if name == WEBHOOK:
                _million(bench, server, load, row)
        finally:
            server.stop()
    bench.table("Memory", ["answerer", "when", "RSS, MiB", "anonymous", "of files"], rows)


def _million(bench, server, load, row):
    step = 1_000 if bench.quick else 100_000
    done = load.answered
    for mark in range(step, 10 * step + 1, step):
        if done < mark:
            # wrk knows no number of requests, so this is about as long as they take.
            load = bench.wrk(server, "7 KB", 64, max(1, round((mark - done) / load.rate)))
            done += load.answered
            say(f"  {done:,} reviews")
            row(server, f"after {done:,} reviews")


def start(bench):
    """how long the webhook takes to become ready, with and without its AOT cache"""
    flags = {"with the AOT cache": [], "without": ["-XX:AOTMode=off"]}

    def measure(case):
        server = bench.start_webhook(f"webhook {case}", *flags[case])
        try:
            bench.await_ready(server)
            return (time.monotonic() - server.started) * 1000, server.cpu() * 1000
        finally:
            server.stop()

    def median_and_range(values):
        return f"{digits(statistics.median(values))} ({digits(min(values))} to {digits(max(values))})"

    found = bench.alternate(bench.rounds(5), flags, measure)
    bench.table("Start", ["webhook", "ms to ready", "CPU ms to ready"],
                [[case, *(median_and_range(values) for values in zip(*starts))] for case, starts in found.items()])


def api_server(bench):
    """what each adds to creating a pod through a real API server, for one client and for four"""
    cluster = Cluster(bench)
    bench.build_vegeta()
    servers = bench.running([WEBHOOK, CONTROLLER_RUNTIME, NET_HTTP])
    with cluster:
        namespaces = {name: "bench-" + name.removeprefix("go ").replace("/", "-") for name in ("none", "policy", *servers)}
        for name, namespace in namespaces.items():
            # The policy's own manifests choose its namespace by this label, the webhooks' are chosen by name.
            cluster.namespace(namespace, **({"fargate": "yes"} if name == "policy" else {}))
        cluster.kubectl("apply", "-k", str(ROOT / "k8s/alternatives/policy"))
        for name, server in servers.items():
            cluster.webhook(namespaces[name], server)
        for name, namespace in namespaces.items():
            cluster.await_label(namespace, None if name == "none" else "yes")
            say(f"  warming up {namespace}")
            cluster.create(namespace, 4, bench.seconds(4))
        cases = list(itertools.product(("1", "4"), namespaces))
        found = bench.alternate(
            bench.rounds(3), cases,
            lambda case: cluster.create(namespaces[case[1]], int(case[0]), bench.seconds(8)))

    def cells(name, clients):
        added = compared(found, (clients, name), (clients, "none"), lambda load: load.p50, lambda a, b: a - b)
        return [*latencies(found[clients, name], "p50", "p99"), "" if name == "none" else digits(added)]

    bench.table(
        "Creating a pod",
        ["labeled by", "1 client: p50 ms", "p99 ms", "added to p50", "4 clients: p50 ms", "p99 ms", "added to p50"],
        [[name, *cells(name, "1"), *cells(name, "4")] for name in namespaces])


def micro(bench):
    """the parts of the webhook by themselves, with JMH"""
    said = call(ROOT / "bench/micro/run", bench.seconds(2), env={"JAVA_HOME": str(bench.build.jdk)})
    bench.section("Parts of the webhook", f"```\n{said.rstrip()}\n```")


TABLES = {
    "steady": steady,
    "sizes": sizes,
    "profiles": profiles,
    "rate": rate,
    "young": young,
    "memory": memory,
    "start": start,
    "api-server": api_server,
    "micro": micro,
}
