"""The real subd, started for a test: its process, its control socket, its tokens."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 60  # a condition that has not come true by then never will, even under a sanitizer on a busy machine
PROJECT = Path(__file__).resolve().parents[2]
# Set: every daemon computes its streams with so many market threads, unless the test says otherwise.
MARKET_THREADS = os.environ.get("SUBD_TEST_MARKET_THREADS")
BINARIES = Path(os.environ.get("SUBD_BIN_DIR", PROJECT / "build" / "dev" / "bin")).resolve()


def wait_until(condition, what, patience=PATIENCE_S):
    """The first true value of condition(); fails when there is none in time."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {patience} s in vain for {what}"
        time.sleep(0.02)


def environment(home):
    """Of the tests' own, so that nothing of the caller's leaks into the programs."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("SUBD_", "XDG_")) and name not in ("RUNTIME_DIRECTORY", "STATE_DIRECTORY")}
    threads = {"SUBD_ENGINE_MARKET_THREADS": MARKET_THREADS} if MARKET_THREADS else {}
    return {**kept, **threads, "HOME": str(home)}


def run(program, *arguments, home="/nonexistent", text_input=None, timeout=PATIENCE_S):
    """Runs one of the programs to its end."""
    return subprocess.run([BINARIES / program, *map(str, arguments)], input=text_input, capture_output=True, text=True,
                          timeout=timeout, env=environment(home),
                          stdin=subprocess.DEVNULL if text_input is None else None, check=False)


def unix_http(path, request, patience=PATIENCE_S):
    """Sends bytes to a UNIX socket; all that comes back until it closes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        connection.connect(str(path))
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


class Daemon:
    """One subd on free ports and in its own folder.

    start() returns when the control socket answers; stop() demands exit 0 and a clean log.
    """

    def __init__(self, *arguments, config=None, home=None, listen="127.0.0.1:0"):
        assert (BINARIES / "subd").exists(), f"no subd in {BINARIES}; build it, or set SUBD_BIN_DIR"
        # Not pytest's tmp_path: the path of a UNIX socket has at most 107 bytes.
        self.home = Path(home or tempfile.mkdtemp(prefix="subd-e2e-"))
        self.owns_home = home is None
        self.control = self.home / "c.sock"
        self.state_dir = self.home / "state"
        self.log_file = self.home / "subd.log"
        self.arguments = ["--listen", listen, "--state-dir", self.state_dir, "--control", self.control]
        if config is not None:
            (self.home / "subd.toml").write_text(config)
            self.arguments += ["--config", self.home / "subd.toml"]
        self.arguments += arguments
        self.process = None
        self.address = None
        self.tokens = {}

    def start(self):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([BINARIES / "subd", *map(str, self.arguments)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=environment(self.home))
        wait_until(self._answers, "the control socket to answer")
        self.address = self.status()["listen"][0]
        return self

    def _answers(self):
        assert self.process.poll() is None, f"subd ended with {self.process.returncode}:\n{self.log()}"
        try:
            return self.ask("GET", "/v1/status")[0] == 200
        except (ConnectionError, FileNotFoundError):
            return False

    @property
    def host(self):
        return self.address.rpartition(":")[0]

    @property
    def port(self):
        return int(self.address.rpartition(":")[2])

    @property
    def tls_address(self):
        """Host and port of the TLS listener."""
        host, _, port = self.status()["tls"]["listen"].rpartition(":")
        return host, int(port)

    @property
    def ws_url(self):
        return f"ws://{self.address}/ws/indicators"

    @property
    def http_url(self):
        return f"http://{self.address}"

    def ask(self, method, target, body=None):
        """One request on the control socket: status and body, JSON read."""
        payload = b"" if body is None else json.dumps(body).encode()
        head = (f"{method} {target} HTTP/1.1\r\nHost: subd\r\nConnection: close\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n")
        received = unix_http(self.control, head.encode() + payload)
        if not received:
            raise ConnectionResetError("the control socket closed without an answer")
        head, _, content = received.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        return status, json.loads(content) if b"json" in head.lower() else content.decode()

    def status(self):
        return self._read("/v1/status")

    def sessions(self, user=None):
        return [one for one in self._read("/v1/sessions")["sessions"] if user in (None, one["user"])]

    def topics(self):
        return self._read("/v1/topics")["topics"]

    def closed_sessions(self):
        return self._read("/v1/closed")["closed"]

    def _read(self, target):
        status, content = self.ask("GET", target)
        assert status == 200, content
        return content

    def metric(self, name):
        """The value of a line of /metrics; 0 where there is none."""
        for line in self.subctl("metrics").stdout.splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        return 0

    def subctl(self, *arguments, text_input=None):
        return run("subctl", "--control", self.control, *arguments, home=self.home, text_input=text_input)

    def token(self, user, session=None, ttl="1h"):
        """A token as an operator would issue it; the same one for the same asking."""
        asked = (user, session, ttl)
        if asked not in self.tokens:
            claim = [] if session is None else ["--session", session]
            issued = self.subctl("token", "issue", "--user", user, "--ttl", ttl, *claim)
            assert issued.returncode == 0, issued.stderr
            self.tokens[asked] = issued.stdout.strip()
        return self.tokens[asked]

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, patience=PATIENCE_S):
        return self.process.wait(timeout=patience)

    def stop(self):
        """SIGTERM; exit 0 within the drain limit and nothing in the log that a sanitizer or an abort would write."""
        if self.process is None:
            return
        if self.is_running():
            self.signal(signal.SIGTERM)
        try:
            code = self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.wait()
            code = "SIGKILL, because it did not end by itself"
        log = self.log()
        print(f"--- log of subd, which ended with {code}\n{log[-20000:]}")
        assert code == 0, f"subd ended with {code}"
        for trouble in ("ERROR: AddressSanitizer", "WARNING: ThreadSanitizer", "runtime error:", "LeakSanitizer"):
            assert trouble not in log

    def discard(self):
        """Leaves no process and no files, whatever state the test ended in."""
        if self.is_running():
            self.process.kill()
            self.wait()
        if self.owns_home:
            shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def running(*flags, **more):
    """A Daemon for as long as the block lasts; it has to end well after that."""
    daemon = Daemon(*flags, **more)
    try:
        daemon.start()
        yield daemon
        daemon.stop()
    finally:
        daemon.discard()
