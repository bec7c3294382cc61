"""Servers that the bench runs: each a context manager that is ready when it is entered and gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .places import BenchError, on_cores

READY_S = 15
# A symbol is published as bars or as ticks; subd takes the other form after so long a silence.
STALE_AFTER_S = 1
SETTLE_S = 1.2 * STALE_AFTER_S
# Trades around the clock, so that the bench does.
INSTRUMENTS = "".join(
    ["instrument_token,tradingsymbol,name,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange\n"]
    + [f"{500000 + number},B{number:04},BENCH,,0,0.01,1,EQ,24x7,24x7\n" for number in range(1000)])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**more):
    """Without what the caller has set for a subd of his own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SUBD_")} | more


class Server:
    """A process in a folder of its own. Subclasses say how it starts and what it speaks."""

    name = ""
    dialect = ""

    def __init__(self, cores):
        self.cores = cores
        self.home = Path(tempfile.mkdtemp(prefix=f"bench-{self.name}-"))
        self.port = 0
        self.process = None
        self.environment = {}  # for the client
        self.client = []  # arguments that it needs beside the port

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end()
        shutil.rmtree(self.home, ignore_errors=True)

    def end(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def start(self):
        raise NotImplementedError

    def spawn(self, *command, **environment):
        self.log = self.home / "log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, cwd=self.home, env=clean_environment(**environment),
                                            preexec_fn=on_cores(self.cores))

    def wait_until_listening(self):
        def listens():
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                return False
        self.wait_until(listens, f"listen on port {self.port}")

    def wait_until(self, condition, what):
        end = time.monotonic() + READY_S
        while not condition():
            if self.process.poll() is not None:
                raise BenchError(f"{self.name} ended with {self.process.returncode}: {self.log.read_text()[-2000:]}")
            if time.monotonic() > end:
                raise BenchError(f"{self.name} does not {what} within {READY_S} s")
            time.sleep(0.02)

    @property
    def pids(self):
        """The process and its children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]


class Subd(Server):
    """A subd with a pristine state: 1,000 instruments, a publisher's key, and nothing stored."""

    name = "subd"
    dialect = "subd"
    prepared = None  # the state that each run begins with, its token and its key

    def __init__(self, cores, build, io_threads=1, **settings):
        super().__init__(cores)
        self.build = build
        self.io_threads = io_threads
        self.settings = settings  # more of its environment

    @classmethod
    def prepare(cls, build, cores, folder):
        """Makes the state that every later subd gets a copy of, in `folder`."""
        template = cls(cores, build)
        try:
            template.launch("sim")
            template.subctl("instruments", "import", "-", text=INSTRUMENTS)
            key = template.subctl("apikey", "add", "--user", "bench", "--role", "publisher")
            token = template.subctl("token", "issue", "--user", "bench", "--ttl", "1d")
            template.end()
            cls.prepared = (shutil.copytree(template.home / "state", Path(folder) / "state"), token, key)
        finally:
            template.__exit__()

    def start(self):
        state, token, key = self.prepared
        shutil.copytree(state, self.home / "state")
        self.environment = {"BENCH_TOKEN": token, "BENCH_KEY": key}
        self.launch(f"push:late=0ms,stale_after={STALE_AFTER_S}s")

    def launch(self, feed):
        self.port = free_port()
        self.spawn(self.build.subd, "--listen", f"127.0.0.1:{self.port}", "--state-dir", self.home / "state",
                   "--control", self.home / "c.sock", "--feed", feed, "--log-level", "warn",
                   SUBD_SERVER_IO_THREADS=str(self.io_threads), SUBD_SERVER_MAX_CONNECTIONS="100000",
                   SUBD_LIMITS_USER_RATE="0", SUBD_LIMITS_TOKEN_RATE="0", **self.settings)
        self.wait_until(lambda: (self.home / "c.sock").exists(), "open its control socket")
        self.wait_until_listening()

    def subctl(self, *arguments, text=None):
        done = subprocess.run([self.build.subctl, "--control", self.home / "c.sock", *arguments], input=text,
                              capture_output=True, text=True, env=clean_environment(), check=False)
        if done.returncode != 0:
            raise BenchError(f"subctl {' '.join(arguments)}: {done.stderr}")
        return done.stdout.strip()


class SubdTls(Subd):
    """The same, whose tabs come through TLS; publisher and metrics do not."""

    def start(self):
        if not shutil.which("openssl"):
            raise BenchError("openssl, which makes the certificate, is not installed")
        port = free_port()
        certificate, key = self.home / "certificate.pem", self.home / "key.pem"
        done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                               "-nodes", "-keyout", key, "-out", certificate, "-days", "1", "-subj", "/CN=bench"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"openssl makes no certificate: {done.stderr}")
        key.chmod(0o600)
        self.client = ["--tls-port", port]
        # All tabs of the client have one address, and shake hands at once.
        self.settings |= {"SUBD_TLS_LISTEN": f"127.0.0.1:{port}", "SUBD_TLS_CERTIFICATE": str(certificate),
                         "SUBD_TLS_KEY": str(key), "SUBD_TLS_HANDSHAKES_PER_ADDRESS": "512"}
        super().start()


class Floor(Server):
    """The bare send() loop."""

    name = "floor"
    dialect = "floor"

    def __init__(self, cores, build):
        super().__init__(cores)
        self.build = build

    def start(self):
        self.port = free_port()
        self.spawn(self.build.fanout, "floor", "--port", self.port)
        self.wait_until_listening()
