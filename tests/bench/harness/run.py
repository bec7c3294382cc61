"""One run of one workload against one server."""

import json
import subprocess

from .places import BenchError, on_cores

LIMIT_S = 120  # beyond what any run takes: something is stuck


def fanout(build, server, cores, command, arguments):
    """The report of the client as a dictionary."""
    full = [build.fanout, command, "--port", server.port, "--pids", ",".join(map(str, server.pids)), *server.client,
            *arguments]
    try:
        done = subprocess.run([str(part) for part in full], capture_output=True, text=True, timeout=LIMIT_S,
                              env=server.environment, preexec_fn=on_cores(cores), check=False)
    except subprocess.TimeoutExpired as late:
        raise BenchError(f"a run against {server.name} is not done after {LIMIT_S} s: {late.cmd}") from None
    if done.returncode != 0:
        log = server.log.read_text(errors="replace")[-1000:]
        raise BenchError(f"against {server.name}: {done.stderr.strip()}\nits log ends with:\n{log}")
    return json.loads(done.stdout)


def workload_run(build, server, cores, arguments):
    """A run of a workload; every message has to be right."""
    report = fanout(build, server, cores, "run", ["--dialect", server.dialect, *arguments])
    for failure in ("lost", "repeated", "foreign", "malformed", "behind"):
        if report[failure]:
            raise BenchError(f"{report[failure]} messages of {server.name} are {failure}: {report}")
    if report["messages"] == 0:
        raise BenchError(f"{server.name} delivered nothing")
    return report
