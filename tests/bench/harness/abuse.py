"""The watch list at a fixed rate beside clients that mean harm, in turns with itself alone."""

import json
import os
import statistics
import subprocess
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .places import BenchError, on_cores
from .run import LIMIT_S
from .servers import Subd

RATE = 100_000  # five bursts a second: a fraction of what the server can do, so that what else it does shows
MOST_PER_PROCESS = 10_000  # descriptors that a process may have, nearly everywhere
GONE_S = 60
FAILURES = ("lost", "repeated", "foreign", "malformed", "behind")
# Shorter than the defaults, so that every end comes within one measurement.
TIMES = {"SUBD_SERVER_HEARTBEAT_INTERVAL": "2s", "SUBD_SERVER_HEARTBEAT_TIMEOUT": "6s",
         "SUBD_SERVER_HANDSHAKE_TIMEOUT": "3s", "SUBD_SESSION_STALL_TIME": "6s", "SUBD_SESSION_RESUME_WINDOW": "2s"}


@dataclass(frozen=True)
class Kind:
    key: str
    title: str
    count: int


KINDS = (
    Kind("slow-readers", "read one byte a second", 200),
    Kind("stalled", "read nothing, and stay alive", 200),
    Kind("pingers", "ping as fast as it goes", 50),
    Kind("big-frames", "send 64 KB messages as fast as it goes", 50),
    Kind("subscribers", "subscribe 32 indicators with 5,000 bars, and give up, as fast as it goes", 50),
    Kind("half-open", "connect and say nothing", 20_000),
    Kind("slow-handshakes", "send their request byte by byte", 2000),
    Kind("vanished", "take 20 streams, then acknowledge nothing", 200),
)


def metrics(server):
    """Samples of /metrics: name with labels to value."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=GONE_S) as answer:
        lines = answer.read().decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


class ResidentMemory:
    """Of a process, looked at often enough to know its peak. Use inside `with`."""

    def __init__(self, pid):
        self.status = Path(f"/proc/{pid}/status")
        self.peak = self.now()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def now(self):
        return int(self.status.read_text().split("VmRSS:")[1].split()[0]) * 1024

    def _watch(self):
        while not self.stopped.wait(0.05):
            self.peak = max(self.peak, self.now())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


class Talker:
    """A process of the client that goes on until its input ends. Use inside `with`."""

    def __init__(self, server, cores, niceness, command):
        self.server = server
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=server.environment,
                                        preexec_fn=lambda: (on_cores(cores)(), os.nice(niceness)))
        self.watchdog = threading.Timer(2 * LIMIT_S, self.process.kill)

    def __enter__(self):
        self.watchdog.start()
        return self

    def __exit__(self, *_):
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()

    def line(self):
        text = self.process.stdout.readline()
        if not text:
            log = self.server.log.read_text(errors="replace")[-1000:]
            raise BenchError(f"against {self.server.name}: {self.process.stderr.read().strip() or 'a client ended'}\n"
                             f"its log ends with:\n{log}")
        return text

    def ask(self, text):
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()
        return json.loads(self.line())

    def end(self):
        """What it says last."""
        self.process.stdin.close()
        return json.loads(self.line())


class Siege:
    """One subd with good tabs, and abusers of one kind that come and go."""

    def __init__(self, build, cores, kind, arguments, count, seconds):
        self.build, self.cores, self.kind, self.arguments = build, cores, kind, arguments
        self.count, self.seconds = count, seconds
        self.good_cores = cores.clients - cores.abusers or cores.clients

    def run(self, rounds):
        alone, beside, fates = [], [], []
        with Subd(self.cores.server, self.build, **TIMES) as server, self.good(server) as good:
            good.ask(self.seconds / 4)  # the first one is not counted: connecting, and memory that is there to stay
            before = metrics(server)
            with ResidentMemory(server.process.pid) as memory:
                resting = memory.now()
                for _ in range(rounds):
                    alone.append(good.ask(self.seconds))
                    report, fate = self.beside_abusers(server, good)
                    beside.append(report)
                    fates += fate
                    self.wait_until_gone(server, before)
                left = memory.now()
                peak = max(memory.peak, left)
            after = metrics(server)
        return {"title": self.kind.title, "count": self.count, "alone": alone, "beside": beside, "fates": fates,
                "counted": grown(before, after), "resident": {"before": resting, "peak": peak, "after": left},
                **{when: latency(reports) for when, reports in (("latency_alone", alone), ("latency_beside", beside))},
                "wrong": sum(report[failure] for report in beside for failure in FAILURES),
                "conflated_share": {when: share(reports) for when, reports in (("alone", alone), ("beside", beside))}}

    def good(self, server):
        return Talker(server, self.good_cores, 0,
                      [self.build.fanout, "steps", "--port", server.port, "--pids", ",".join(map(str, server.pids)),
                       "--dialect", server.dialect, *self.arguments])

    def abusers(self, server, count):
        # Where they share a core with the good tabs they give way: it is the server that is to be disturbed.
        niceness = 10 if self.cores.abusers & self.good_cores else 0
        return Talker(server, self.cores.abusers, niceness,
                      [self.build.fanout, "abuse", "--port", server.port, "--kind", self.kind.key, "--count", count])

    def beside_abusers(self, server, good):
        counts = [min(MOST_PER_PROCESS, self.count - done) for done in range(0, self.count, MOST_PER_PROCESS)]
        talkers = []
        try:
            for count in counts:
                talkers.append(self.abusers(server, count).__enter__())
            for talker in talkers:
                if talker.line() != "ready\n":
                    raise BenchError("the abusers are not ready")
            report = good.ask(self.seconds)
            return report, [talker.end() for talker in talkers]
        finally:
            for talker in talkers:
                talker.__exit__()

    def wait_until_gone(self, server, before):
        """Until nobody is left but who was there, and nobody's session."""
        end = time.monotonic() + GONE_S
        names = ("subd_sessions", "subd_parked_sessions")
        while any(now.get(name, 0) != before.get(name, 0) for now in [metrics(server)] for name in names):
            if time.monotonic() > end:
                raise BenchError(f"abusers are still connected after {GONE_S} s")
            time.sleep(0.1)


def grown(before, after):
    """Why connections ended: the samples of closed and refused, by reason."""
    out = {}
    for labels, value in after.items():
        change = value - before.get(labels, 0)
        if change and labels.startswith(("subd_closed_total", "subd_refused_total")):
            out[labels.split('reason="')[1].split('"')[0]] = round(change)
    return out


def latency(reports):
    return {name: statistics.median(report["latency_us"][name] for report in reports) for name in ("p50", "p99", "max")}


def share(reports):
    skipped = sum(report["conflated"] for report in reports)
    return skipped / (skipped + sum(report["messages"] for report in reports))
