"""Where things are, and the cores that servers and clients run on."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PEERS = PROJECT / "tests" / "bench" / "peers"
NODE_MODULES = PROJECT / "tests" / "e2e" / "node_modules"


class BenchError(Exception):
    """Something that the user has to mend; shown without a traceback."""


class Build:
    """A build directory with what the bench needs in it."""

    def __init__(self, directory):
        self.directory = Path(directory).resolve()
        self.subd = self.directory / "bin" / "subd"
        self.subctl = self.directory / "bin" / "subctl"
        self.fanout = self.directory / "tests" / "bench" / "fanout"
        missing = [str(path) for path in (self.subd, self.subctl, self.fanout) if not path.exists()]
        if missing:
            raise BenchError(f"missing: {' '.join(missing)}; build them with\n"
                             "    cmake --preset release && ninja -C build/release subd subctl fanout")


class Cores:
    """The server has the first core that this process may use, the clients all others; with one core they share it. Who
    means harm has the third and those after it, else those of the clients."""

    def __init__(self):
        usable = sorted(os.sched_getaffinity(0))
        self.all = set(usable)
        self.server = {usable[0]}
        self.clients = set(usable[1:]) or self.server
        self.abusers = set(usable[2:]) or self.clients


def on_cores(cores):
    """For subprocess: what the child does before it becomes the program."""
    return lambda: os.sched_setaffinity(0, cores)
