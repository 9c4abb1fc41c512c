"""Who asks: wrk as fast as it is answered over so many connections, vegeta at a constant rate or as so many clients in turn.

To add a load: write a function that sends it and returns a Load. Anything but a 2xx answer must raise Failed.
"""
import csv
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from lib import processes
from lib.system import Failed, call, need


@dataclass
class Load:
    """What came of a load: answers, and how long they took, in milliseconds."""
    answered: int
    seconds: float
    p50: float
    p99: float
    p999: float
    cpu: float = 0  # of whoever answered, microseconds a review; see Bench.measure
    memory: dict = field(default_factory=dict)  # of the same, MiB, right after it
    times: list = field(default_factory=list)  # when each was asked, nanoseconds since 1970

    @property
    def rate(self):
        return self.answered / self.seconds


def wrk(server, review, connections, seconds):
    need("wrk")
    out = call("wrk", "--threads", min(2, connections), "--connections", connections, "--duration", f"{seconds}s",
               "--timeout", "10s", "--script", Path(__file__).with_name("wrk.lua"), server.url(), "--", review)
    said = json.loads(out.splitlines()[-1])
    errors = {kind: count for kind, count in said.pop("errors").items() if count}
    if errors or not said["answered"]:
        raise Failed(f"{server.name}: not all of wrk's reviews were answered well: {said['answered']} answers, {errors}")
    return Load(**said)


class Vegeta:
    """vegeta, sending. finish() waits for it; until then it runs by itself."""

    def __init__(self, program, name, url, body, ca, seconds, rate=0, clients=None, client_certificate=None):
        """At so many requests a second or, at rate 0, as so many clients that wait for each answer."""
        self.program, self.name = program, name
        self.answers = body.with_name(f"{name.replace('/', '-').replace(' ', '-')}.answers")
        command = [str(program), "attack", f"-rate={rate}", f"-duration={seconds}s", f"-root-certs={ca}",
                   f"-output={self.answers}", "-max-body=0",
                   "-http2=false"]  # as API servers call webhooks
        if clients:
            command += [f"-workers={clients}", f"-max-workers={clients}"]
        if client_certificate:
            command += [f"-cert={client_certificate[0]}", f"-key={client_certificate[1]}"]
        self.child = processes.spawn(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.child.stdin.write(f"POST {url}\nContent-Type: application/json\n@{body}\n")
        self.child.stdin.close()

    def has_ended(self):
        return self.child.poll() is not None

    def finish(self):
        said = self.child.stdout.read()
        processes.stop(self.child)
        if self.child.returncode != 0:
            raise Failed(f"{self.name}: vegeta ended with {self.child.returncode}: {said.strip()}")
        times, latencies, bad = [], [], []
        for row in csv.reader(call(self.program, "encode", "-to=csv", self.answers).splitlines()):
            time, status, latency, error = int(row[0]), row[1], int(row[2]), row[5]
            times.append(time)
            latencies.append(latency / 1e6)
            if error or not status.startswith("2"):
                bad.append(f"status {status} {error}")
        self.answers.unlink()
        if bad or not times:
            raise Failed(f"{self.name}: {len(bad)} of {len(times)} requests were not answered well: {bad[:1]}")
        latencies.sort()
        seconds = (max(times) - min(times)) / 1e9 or 1
        return Load(len(times), seconds, *(percentile(latencies, share) for share in (0.5, 0.99, 0.999)), times=times)


def percentile(ordered, share):
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
