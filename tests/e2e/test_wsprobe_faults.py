"""wsprobe isolation passes an honest server and names what is wrong with a server that breaks one promise."""

import concurrent.futures
import json
import os
import pathlib
import socket
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
# The same of wsprobe resume.
EXPECTED_OF_RESUME = {
    "resume_loses": ["delivery.gap"],
    "resume_doubles": ["delivery.duplicate"],
    "resume_forgets": ["session.resume"],
    "accept_stolen_token": ["session.resume"],
    "keep_both": ["session.resume"],
}


class LeakyServer:
    def __init__(self, directory, fault):
        self.secret = directory / "secret"
        self.secret.write_text("a secret that only this test knows\n")
        self.process = subprocess.Popen(
            [sys.executable, "-B", LEAKY_SERVER, "--secret-file", self.secret, "--fault", fault],
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


def resume(server, *words):
    return wsprobe("resume", "--url", server.url, "--secret-file", server.secret, "--symbols", "NIFTY50,TCS",
                   "--users", "2", "--cuts", "25", "--format", "json", *words)


def status_of(report):
    return {entry["rule"]: entry for entry in report["rules"]}


def test_honest_server_passes_and_nothing_is_left_unexamined(serve):
    run = isolation(serve("none"))
    report = json.loads(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    assert report["passed"] is True
    assert report["violations"] == []
    unexamined = {name for name, entry in status_of(report).items() if entry["status"] != "ok"}
    assert unexamined == {"scenario.expect", "latency.limit", "isolation.tick", "isolation.mode", "isolation.tier",
                          "delivery.once", "isolation.rest", "session.resume"}
    assert report["figures"]["closed bars"] > 20


@pytest.fixture(scope="module")
def fault_runs(tmp_path_factory):
    """One run per fault, a few at a time: a run mostly waits for bars to close."""
    def play(fault):
        server = LeakyServer(tmp_path_factory.mktemp(fault), fault)
        try:
            return isolation(server, "--duration", "6s") if fault in EXPECTED else resume(server)
        finally:
            server.stop()

    faults = [*EXPECTED, *EXPECTED_OF_RESUME]
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        return dict(zip(faults, pool.map(play, faults)))


def test_an_honest_server_resumes(serve):
    run = resume(serve("none"))
    report = json.loads(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    assert status_of(report)["session.resume"]["status"] == "ok"
    assert report["figures"]["cuts"] == 25


@pytest.mark.parametrize("fault", [*EXPECTED, *EXPECTED_OF_RESUME])
def test_fault_is_caught_by_name(fault_runs, fault):
    run = fault_runs[fault]
    assert run.returncode == 1, run.stdout + run.stderr
    report = json.loads(run.stdout)
    assert report["passed"] is False
    rules = status_of(report)
    for name in {**EXPECTED, **EXPECTED_OF_RESUME}[fault]:
        assert rules[name]["status"] == "failed", f"{name} did not see it: {run.stdout}"
        violation = next(one for one in report["violations"] if one["rule"] == name)
        assert violation["message"]
        if name not in ("compute.once", "auth.refused"):
            assert violation["tab"], "the tab is named"


def test_every_fault_of_the_server_is_tried():
    faults = subprocess.run([sys.executable, LEAKY_SERVER, "--help"], capture_output=True, text=True).stdout
    for fault in {*EXPECTED, *EXPECTED_OF_RESUME}:
        assert fault in faults
    listed = faults.split("{", 1)[1].split("}", 1)[0].replace("\n", "").replace(" ", "").split(",")
    assert set(listed) - {"none"} == {*EXPECTED, *EXPECTED_OF_RESUME}


def test_server_that_is_not_there_is_69(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret that only this test knows\n")
    with socket.socket() as bound:  # bound and not listening: nobody else can take the port meanwhile
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
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


SCENARIO = LEAKY_SERVER.with_name("scenarios") / "alice_two_tabs_and_bob.toml"


def test_scenario_holds_against_an_honest_server(serve):
    server = serve("none")
    run = wsprobe("run", "--url", server.url, "--secret-file", server.secret, "--format", "json", SCENARIO)
    assert run.returncode == 0, run.stdout + run.stderr
    assert status_of(json.loads(run.stdout))["scenario.expect"]["checks"] >= 9


def test_scenario_fails_against_a_leak_with_the_line_of_the_step(serve):
    server = serve("leak_user")
    run = wsprobe("run", "--url", server.url, "--secret-file", server.secret, "--format", "json", SCENARIO)
    assert run.returncode == 1
    report = json.loads(run.stdout)
    rules = {one["rule"] for one in report["violations"]}
    assert {"isolation.indicator", "scenario.expect"} <= rules
    assert any("step of line" in one["message"] for one in report["violations"])


def test_scenario_with_a_mistake_is_65_and_names_the_line(tmp_path):
    scenario = tmp_path / "bad.toml"
    scenario.write_text('[[tab]]\nname = "a"\n\n[[step]]\nconect = "a"\n')
    run = wsprobe("run", "--check", scenario)
    assert run.returncode == 65
    assert "bad.toml:5:" in run.stderr and "did you mean connect?" in run.stderr


def test_load_finds_a_leak_too(serve):
    server = serve("leak_user")
    run = wsprobe("load", "--url", server.url, "--secret-file", server.secret, "--tabs", "12", "--users", "2",
                  "--duration", "3s", "--symbols", "NIFTY50,TCS", "--timeframes", "1s",
                  "--indicators", "RSI_14_100,SMA_20,EMA_20,MACD_12_26_9", "--format", "json", "--quiet")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "isolation.indicator" in {one["rule"] for one in json.loads(run.stdout)["violations"]}


def test_latency_limit_is_a_verdict(serve):
    server = serve("none")
    words = ["--url", server.url, "--secret-file", server.secret, "--tabs", "3", "--duration", "2s", "--symbols", "TCS",
             "--indicators", "SMA_20", "--quiet", "--format", "json"]
    assert wsprobe("load", *words, "--max-p99", "1min").returncode == 0
    run = wsprobe("load", *words, "--max-p99", "1ms", "--seed", "2")
    report = json.loads(run.stdout)
    missed = report["measurements"]["delivery_p99_ms"] > 1
    assert run.returncode == (1 if missed else 0)
    assert status_of(report)["latency.limit"]["status"] == ("failed" if missed else "ok")


def test_tail_prints_what_arrives_and_ends_after_the_count(serve):
    server = serve("none")
    run = wsprobe("tail", "--url", server.url, "--secret-file", server.secret, "--symbol", "TCS", "--timeframe", "1s",
                  "--indicators", "RSI,SMA", "--history", "2", "--count", "3")
    assert run.returncode == 0, run.stderr
    messages = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["type"] for one in messages] == ["snapshot", "market_update", "market_update"]
    assert len(messages[0]["bars"]) == 2
    assert set(messages[1]["indicators"]) == {"RSI_14_100", "SMA_20"}


def test_tail_of_an_unknown_symbol_ends_with_the_reason(serve):
    server = serve("none")
    run = wsprobe("tail", "--url", server.url, "--secret-file", server.secret, "--symbol", "NIFTY51")
    assert run.returncode == 1
    assert "no symbol NIFTY51" in run.stderr
