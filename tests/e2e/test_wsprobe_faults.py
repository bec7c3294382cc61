"""wsprobe isolation passes an honest server and names what is wrong with a server that breaks one promise."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

WSPROBE = pathlib.Path(os.environ.get("SUBD_BIN_DIR", ".")) / "wsprobe"
LEAKY_SERVER = pathlib.Path(__file__).with_name("leaky_server.py")

# fault -> rules of which at least one must be named; the first is the one that says it best
EXPECTED = {
    "broadcast": ["isolation.stream", "isolation.indicator"],
    "leak_user": ["isolation.indicator"],
    "lose_tab": ["tab.independence"],
    "compute_per_subscriber": ["compute.once"],
    "reorder": ["delivery.order"],
    "wrong_values": ["consistency.value"],
    "drop_closed": ["delivery.gap"],
    "duplicate_closed": ["delivery.duplicate"],
    "shared_conn_id": ["identity.connection"],
    "accept_expired": ["auth.refused"],
    "unsubscribe_all": ["tab.independence"],
    "ignore_unsubscribe": ["isolation.stream", "isolation.indicator"],
    "no_heartbeat": ["heartbeat.ack"],
    "missing_indicator": ["delivery.missing"],
    "no_snapshot": ["snapshot.first"],
}


class LeakyServer:
    def __init__(self, directory, fault):
        self.secret = directory / "secret"
        self.secret.write_text("a secret that only this test knows\n")
        self.process = subprocess.Popen(
            [sys.executable, LEAKY_SERVER, "--secret-file", self.secret, "--fault", fault],
            stdout=subprocess.PIPE, text=True)
        self.url = "ws://127.0.0.1:" + self.process.stdout.readline().strip()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@pytest.fixture
def serve(tmp_path):
    servers = []

    def start(fault):
        servers.append(LeakyServer(tmp_path, fault))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def wsprobe(*words):
    return subprocess.run([WSPROBE, *words], capture_output=True, text=True, timeout=120)


def isolation(server, *words):
    return wsprobe("isolation", "--url", server.url, "--secret-file", server.secret, "--format", "json", *words)


def status_of(report):
    return {entry["rule"]: entry for entry in report["rules"]}


def test_honest_server_passes_and_nothing_is_left_unexamined(serve):
    run = isolation(serve("none"))
    report = json.loads(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    assert report["passed"] is True
    assert report["violations"] == 0
    unexamined = {name for name, entry in status_of(report).items() if entry["status"] != "ok"}
    assert unexamined == {"scenario.expect", "latency.limit"}
    assert report["figures"]["closed bars"] > 20


@pytest.mark.parametrize("fault", EXPECTED)
def test_fault_is_caught_by_name(serve, fault):
    run = isolation(serve(fault))
    assert run.returncode == 1, run.stdout + run.stderr
    report = json.loads(run.stdout)
    assert report["passed"] is False
    rules = status_of(report)
    for name in EXPECTED[fault]:
        assert rules[name]["status"] == "failed", f"{name} did not see it: {run.stdout}"
        violation = rules[name]["violations"][0]
        assert violation["message"]
        if name not in ("compute.once", "auth.refused"):
            assert violation["tab"], "the tab is named"


def test_every_fault_of_the_server_is_tried():
    faults = subprocess.run([sys.executable, LEAKY_SERVER, "--help"], capture_output=True, text=True).stdout
    for fault in EXPECTED:
        assert fault in faults
    listed = faults.split("{", 1)[1].split("}", 1)[0].replace("\n", "").replace(" ", "").split(",")
    assert set(listed) - {"none"} == set(EXPECTED)


def test_server_that_is_not_there_is_69(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret that only this test knows\n")
    # A port that was free a moment ago and that nobody listens on.
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = wsprobe("isolation", "--url", f"ws://127.0.0.1:{port}", "--secret-file", secret)
    assert run.returncode == 69
    assert str(port) in run.stderr
    assert run.stdout == ""


def test_wrong_secret_is_reported_as_refused_token(serve, tmp_path):
    server = serve("none")
    other = tmp_path / "other"
    other.write_text("not the secret of the server at all\n")
    run = wsprobe("isolation", "--url", server.url, "--secret-file", other, "--duration", "1s", "--format", "json")
    assert run.returncode == 1
    assert status_of(json.loads(run.stdout))["auth.accepted"]["status"] == "failed"
    assert "HTTP 401" in run.stdout
