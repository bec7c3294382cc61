"""The command line of scripts/bench."""

import argparse
import datetime
import json
import shlex
import sys
from pathlib import Path

from .abuse import RATE as ABUSE_RATE
from .bench import Bench, say
from .machine import describe
from .places import PROJECT, BenchError, Build, Cores
from .plot import draw
from .tables import page
from .workloads import RATE, SMOKE

PAGE = PROJECT / "docs" / "performance.md"
PLOT = PROJECT / "docs" / "performance.svg"
BEGIN, END = "<!-- scripts/bench writes from here -->", "<!-- to here -->"


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures subd against a bare send() loop and the peers that are installed: "
        "processor time of the server per delivered message, in rounds that take turns. Tables go to standard output, "
        "progress to standard error. Takes about 38 minutes; `scripts/setup --bench` installs the peers.")
    parser.add_argument("--build", default=PROJECT / "build" / "release", metavar="DIR",
                        help="build directory with subd, subctl and fanout (default build/release)")
    parser.add_argument("--only", metavar="LIST", default="",
                        help="workloads (F, M-1000) or parts (workloads, rate, hold, abuse, growth), with commas between")
    parser.add_argument("--quick", action="store_true", help="one short round, subd and the floor only: under 3 minutes")
    parser.add_argument("--smoke", action="store_true",
                        help="one round with few tabs: nothing to be learnt but that every message is right")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of which the median counts (default 5)")
    parser.add_argument("--seconds", type=float, metavar="S", help="that each run measures (default 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything measured; with --resume read first")
    parser.add_argument("--resume", action="store_true", help="measure only what is not in the JSON file yet")
    parser.add_argument("--docs", action="store_true", help="write the tables and the plot into docs/performance")
    options = parser.parse_args(arguments)
    if options.resume and not options.json:
        parser.error("--resume needs --json FILE")
    options.only = [one for one in options.only.split(",") if one] or list(SMOKE if options.smoke else ())
    options.only_subd = options.quick or options.smoke
    options.rounds = options.rounds or (1 if options.only_subd else 5)
    options.seconds = options.seconds or (0.3 if options.smoke else 1.0 if options.quick else 2.0)
    options.connections = 200 if options.smoke else 10_000
    options.most_tabs = 40 if options.smoke else 10_000
    options.rate = 2000 if options.smoke else RATE
    options.most_abusers = 40 if options.smoke else 20_000
    options.abuse_rate = 8000 if options.smoke else ABUSE_RATE
    options.abuse_seconds = 1.5 if options.smoke else 8
    options.pace = ("--warm-up", 0.1) if options.smoke else ()
    options.wants = lambda part, key: wants(options.only, part, key)
    return options


def wants(only, part, key):
    return not only or any(one in (part, key) or key.startswith(f"{one}-") for one in only)


def write_docs(results):
    old = PAGE.read_text()
    head, _, rest = old.partition(BEGIN)
    _, _, tail = rest.partition(END)
    if not rest or END not in rest:
        raise BenchError(f"{PAGE} has no lines {BEGIN} and {END}")
    PAGE.write_text(f"{head}{BEGIN}\n\n{page(results)}\n{END}{tail}")
    if results.get("growth"):
        PLOT.write_text(draw(results))


def main(arguments=None):
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        build, cores = Build(options.build), Cores()
        results = json.loads(options.json.read_text()) if options.resume and options.json.exists() else {}
        results |= {"date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
                    "command": shlex.join(["scripts/bench", *(arguments or sys.argv[1:])]),
                    "machine": describe(build)}

        def keep(so_far):
            if options.json:
                options.json.write_text(json.dumps(so_far, indent=1) + "\n")

        if len(cores.all) == 1:
            say("one core: servers and clients share it, so that latency and rates say little")
        Bench(build, cores, options, results, keep).run()
        keep(results)
        print(page(results), end="")
        if options.docs:
            write_docs(results)
        return 1 if results["failed"] else 0
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
