"""Runs the workloads in turns and keeps what came out, as it comes, in one dictionary that is JSON."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from .abuse import KINDS, Siege
from .places import BenchError
from .run import fanout, workload_run
from .servers import SETTLE_S, Floor, Subd, SubdTls
from .workloads import RATE_TABS, SUBD, WATCH_LIST, capped, fan_out, growth, market, workloads


BUILT = (Subd, Floor)  # they come from the build directory
LENGTHS_S = 0.2  # enough for a message of every stream


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Skip(Exception):
    """The server is not there, which is told elsewhere."""


class Bench:
    """One pass over the workloads. `keep(results)` is called after each step, so that nothing is lost."""

    def __init__(self, build, cores, options, results, keep):
        self.build = build
        self.cores = cores
        self.options = options
        self.results = results
        self.keep = keep
        self.lengths = None  # folder of message lengths: what subd sent, the others send
        self.skipped = {}
        self.failed = {}

    def run(self):
        with tempfile.TemporaryDirectory(prefix="bench-state-") as folder:
            self.lengths = Path(folder)
            Subd.prepare(self.build, self.cores.server, folder)
            for workload in workloads():
                self.step("workloads", workload.key, lambda workload=workload: self.compare(workload))
            for workload in (fan_out(RATE_TABS), market(RATE_TABS)):
                letter = workload.key[0]
                for one in workload.contenders:
                    self.step("rate", f"{letter}, {one.name} on one core",
                              lambda workload=workload, one=one: self.at_rate(workload, one))
                self.step("rate", f"{letter}, subd on both cores",
                          lambda workload=workload: self.at_rate(workload, SUBD, self.cores.all, io_threads=2))
            for name, kind in (("subd", Subd), ("subd, TLS", SubdTls)):
                self.step("hold", name, lambda kind=kind: self.hold(kind))
            for kind in KINDS:
                self.step("abuse", kind.key, lambda kind=kind: self.abuse(kind))
            for panel, sizes in growth().items():
                for size, arguments in sizes.items():
                    self.step("growth", f"{panel} {size}", lambda arguments=arguments: self.grow(arguments))
        self.results |= {"skipped": self.skipped, "failed": self.failed}

    def step(self, part, key, measure):
        """One measurement, unless it is not asked for or there already."""
        done = self.results.setdefault(part, {})
        if key in done or not self.options.wants(part, key):
            return
        started = time.monotonic()
        try:
            done[key] = measure()
            say(f"{part} {key}: {time.monotonic() - started:.0f} s")
        except Skip:
            return
        except BenchError as error:
            # What else there is to measure does not depend on it.
            self.failed[f"{part} {key}"] = str(error)
            say(f"{part} {key} failed: {error}")
        self.keep(self.results)

    def server(self, kind, cores=None, **more):
        cores = cores or self.cores.server
        return kind(cores, self.build, **more) if issubclass(kind, BUILT) else kind(cores)

    def arguments(self, arguments, seconds=None):
        """Those of a workload, with what the options say of every run."""
        return [*capped(arguments, self.options.most_tabs), "--seconds", seconds or self.options.seconds,
                "--settle", SETTLE_S, *self.options.pace]

    def measure(self, contender, arguments, lengths):
        with self.server(contender.server) as server:
            return workload_run(self.build, server, self.cores.clients,
                                [*arguments, *contender.arguments, "--lengths", lengths])

    def lengths_of(self, key, arguments):
        """What subd's messages of a workload are long, found by a short run of it."""
        path = self.lengths / key.replace(" ", "-")
        if not path.exists():
            with self.server(Subd) as server:
                workload_run(self.build, server, self.cores.clients,
                             [*self.arguments(arguments, LENGTHS_S), "--lengths", path])
        return path

    def compare(self, workload):
        contenders = [one for one in workload.contenders if self.is_there(one)]
        arguments = self.arguments(workload.arguments)
        ours = next(one for one in contenders if issubclass(one.server, Subd))
        lengths = self.lengths_of(workload.key, [*workload.arguments, *ours.arguments])
        runs = {one.name: [] for one in contenders}
        for round_number in range(self.options.rounds):
            # Each round begins with another one, so that nobody always follows the same server.
            turn = round_number % len(contenders)
            for contender in contenders[turn:] + contenders[:turn]:
                runs[contender.name].append(self.measure(contender, arguments, lengths))
        base = [report["server_us_per_message"] for report in runs[contenders[0].name]]
        return {name: summary(reports, base) for name, reports in runs.items()} | {
            "title": workload.title, "target": workload.target, "against": contenders[0].name}

    def is_there(self, contender):
        if self.options.only_subd and not issubclass(contender.server, BUILT):
            self.skipped[contender.name] = "not asked for"
            return False
        missing = getattr(contender.server, "missing", lambda: None)()
        if missing and contender.name not in self.skipped:
            self.skipped[contender.name] = missing
            say(f"skipped: {contender.name}, {missing}")
        return not missing

    def at_rate(self, workload, contender, cores=None, **more):
        if not self.is_there(contender):
            raise Skip
        lengths = self.lengths_of(workload.key, workload.arguments)
        reports = []
        for _ in range(self.options.rounds):
            with self.server(contender.server, cores, **more) as server:
                reports.append(workload_run(self.build, server, cores or self.cores.clients, [
                    *self.arguments(workload.arguments), "--rate", self.options.rate, "--lengths", lengths]))
        return {"reports": reports, "latency_us": {
            name: statistics.median(report["latency_us"][name] for report in reports)
            for name in ("p50", "p90", "p99", "p999", "max")},
            "conflated_share": sum(report["conflated"] for report in reports) / sum(
                report["conflated"] + report["messages"] for report in reports),
            "server_us_per_message": statistics.median(report["server_us_per_message"] for report in reports)}

    def hold(self, kind):
        reports = []
        for _ in range(min(self.options.rounds, 3)):
            with self.server(kind) as server:
                reports.append(fanout(self.build, server, self.cores.clients, "hold",
                                      ["--connections", self.options.connections]))
        return {name: statistics.median(report[name] for report in reports) for name in reports[0]}

    def abuse(self, kind):
        arguments = [*self.arguments(["--tabs", 1000, *WATCH_LIST]), "--rate", self.options.abuse_rate]
        siege = Siege(self.build, self.cores, kind, arguments, min(kind.count, self.options.most_abusers),
                      self.options.abuse_seconds)
        return siege.run(min(self.options.rounds, 2))

    def grow(self, arguments):
        key = " ".join(map(str, arguments))
        lengths = self.lengths_of(str(abs(hash(key))), arguments)
        out = {"subd": [], "floor": []}
        for _ in range(min(self.options.rounds, 3)):
            for name, kind in (("floor", Floor), ("subd", Subd)):
                with self.server(kind) as server:
                    report = workload_run(self.build, server, self.cores.clients,
                                          [*self.arguments(arguments), "--lengths", lengths])
                out[name].append(report["server_us_per_message"])
        return {name: statistics.median(values) for name, values in out.items()}


def summary(reports, base):
    costs = [report["server_us_per_message"] for report in reports]
    return {
        "us_per_message": statistics.median(costs),
        "least_us": min(costs),
        "most_us": max(costs),
        # A short run of little work may take less than the kernel's clock shows.
        "ratio": statistics.median([cost / floor for cost, floor in zip(costs, base) if floor > 0] or [0]),
        "busy": statistics.median(report["server_busy"] for report in reports),
        "messages_per_second": statistics.median(report["messages_per_second"] for report in reports),
        "reports": reports,
    }

