"""How subd starts, refuses to start, and ends."""

import json
import os
import re
import signal
import socket
import stat
import tomllib
import time

import pytest

from daemon import PATIENCE_S, run, unix_http, wait_until
from raw_socket import CLOSE, TEXT, RawSocket


def test_the_embedded_default_needs_no_configuration(start_subd):
    daemon = start_subd()
    status = daemon.status()
    assert status["feed"]["specification"] == "sim"
    assert status["listen"] == [daemon.address] and daemon.port > 0
    assert daemon.address in daemon.log(), "the bound address is not printed"
    assert stat.S_IMODE(os.stat(daemon.control).st_mode) == 0o660
    kept = [file for file in daemon.state_dir.rglob("*") if file.is_file()]
    assert any("secret" in file.name for file in kept)
    for file in kept:
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 or "secret" not in file.name
    daemon.stop()
    assert not daemon.control.exists()


def test_tokens_outlive_a_restart(start_subd):
    daemon = start_subd()
    token = daemon.token("alice@example.com")
    daemon.stop()
    daemon.start()
    with RawSocket(daemon, token=token) as tab:
        assert tab.read_json("connected")["user_id"] == "alice@example.com"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_says_goodbye_closes_with_1001_and_ends_with_0(start_subd, number):
    daemon = start_subd()
    tabs = [RawSocket(daemon, token=daemon.token("alice@example.com")) for _ in range(3)]
    for tab in tabs:
        tab.read_json("connected")
        tab.send_json({"type": "subscribe", "symbol": "NIFTY50", "timeframe": "1s", "indicators": ["RSI"]})
        tab.read_json("snapshot")
    daemon.signal(number)
    waits = []
    for tab in tabs:
        messages = []
        while (frame := tab.read_frame()).opcode != CLOSE:
            if frame.opcode == TEXT:
                messages.append(json.loads(frame.payload))
        assert frame.close_code == 1001
        assert messages[-1]["type"] == "goodbye"
        waits.append(messages[-1]["retry_after_ms"])
        tab.socket.close()
    assert all(wait > 0 for wait in waits)
    assert daemon.wait() == 0
    assert not daemon.control.exists()


def test_a_client_that_never_answers_the_close_does_not_hold_the_end_up(start_subd):
    daemon = start_subd(config='[server]\ndrain_limit = "2s"\n')
    with RawSocket(daemon, token=daemon.token("alice@example.com"), receive_buffer=4096) as tab:
        tab.read_json("connected")
        begun = time.monotonic()
        daemon.stop()
        assert time.monotonic() - begun < PATIENCE_S / 2


def test_while_draining_nobody_new_gets_in(start_subd):
    daemon = start_subd()
    daemon.stop()
    with pytest.raises(OSError):
        RawSocket(daemon, token="x")


def test_a_second_instance_is_refused_by_name(start_subd):
    daemon = start_subd()
    other = daemon.home / "other"
    same_socket = run("subd", "--listen", "127.0.0.1:0", "--state-dir", other, "--control", daemon.control)
    assert same_socket.returncode == 69
    assert str(daemon.control) in same_socket.stderr
    same_state = run("subd", "--listen", "127.0.0.1:0", "--state-dir", daemon.state_dir, "--control", daemon.home / "o")
    assert same_state.returncode == 69
    assert str(daemon.state_dir) in same_state.stderr
    assert daemon.status()["pid"] == daemon.process.pid
    with RawSocket(daemon, token=daemon.token("alice@example.com")) as tab:
        assert tab.read_json()["type"] == "connected"


def test_after_a_kill_the_stale_socket_is_taken_over(start_subd):
    daemon = start_subd()
    first = daemon.process.pid
    daemon.signal(signal.SIGKILL)
    daemon.wait()
    assert daemon.control.exists()
    daemon.start()
    assert daemon.status()["pid"] == daemon.process.pid != first


def test_a_file_that_is_no_socket_is_not_overwritten(tmp_path):
    path = tmp_path / "c.sock"
    path.write_text("precious")
    refused = run("subd", "--listen", "127.0.0.1:0", "--state-dir", tmp_path / "state", "--control", path)
    assert refused.returncode != 0
    assert str(path) in refused.stderr
    assert path.read_text() == "precious"


def test_check_config_prints_what_would_be_in_force(tmp_path):
    file = tmp_path / "subd.toml"
    file.write_text('[server]\nlisten = "127.0.0.1:9"\n[feed]\nsource = "sim:seed=3"\n[session]\nmax_streams = 7\n')
    checked = run("subd", "--config", file, "--check-config", "--log-level", "warn")
    assert checked.returncode == 0, checked.stderr
    effective = tomllib.loads(checked.stdout)
    assert effective["server"]["listen"] == "127.0.0.1:9"
    assert effective["session"]["max_streams"] == 7
    assert effective["log"]["level"] == "warn"
    assert effective["server"]["heartbeat_interval"] == "20s"


def test_check_config_reports_every_problem_at_once(tmp_path):
    file = tmp_path / "subd.toml"
    file.write_text('[server]\nlissten = "127.0.0.1:9"\nio_threads = 1000\n[feeds]\nsource = 3\n')
    checked = run("subd", "--config", file, "--check-config")
    assert checked.returncode == 78
    for part in ("lissten", "io_threads", "feeds"):
        assert part in checked.stderr
    assert checked.stdout == ""


@pytest.mark.parametrize("arguments, said", [(["--lisen", "127.0.0.1:0"], "--listen"),
                                             (["--log-format", "xml"], "json"), (["extra"], "extra")])
def test_a_wrong_command_line_ends_with_64(arguments, said):
    wrong = run("subd", *arguments)
    assert wrong.returncode == 64
    assert said in wrong.stderr and not wrong.stdout


WRONG_VALUES = {
    "missing file": (["--feed", "replay:/nonexistent/file.csv"], 78, "/nonexistent/file.csv"),
    "negative rate": (["--feed", "sim:rate=-1"], 78, "rate"),
    "unknown feed": (["--feed", "oracle"], 78, "oracle"),
    "no address": (["--listen", "nowhere"], 64, "nowhere"),
    "no port": (["--listen", "127.0.0.1:99999"], 64, "99999"),
    "no host": (["--listen", "192.0.2.1:0"], 69, "192.0.2.1"),
}


@pytest.mark.parametrize("kind", WRONG_VALUES)
def test_a_wrong_value_is_named(tmp_path, kind):
    arguments, code, said = WRONG_VALUES[kind]
    listen = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
    wrong = run("subd", "--state-dir", tmp_path / "s", "--control", tmp_path / "c", *listen, *arguments)
    assert (wrong.returncode, said in wrong.stderr) == (code, True), wrong.stderr


def test_version_and_help():
    version = run("subd", "--version")
    assert version.returncode == 0 and re.match(r"subd \d+\.\d+", version.stdout)
    help_text = run("subd", "--help")
    assert help_text.returncode == 0
    for flag in "--config --listen --feed --state-dir --control --io-threads --log-level --log-format".split():
        assert flag in help_text.stdout


def test_the_log_is_json_when_asked(start_subd):
    daemon = start_subd("--log-format", "json")
    with RawSocket(daemon, token=daemon.token("alice@example.com")) as tab:
        tab.read_json("connected")
    daemon.stop()
    lines = [line for line in daemon.log().splitlines() if line.startswith("{")]
    assert lines
    for line in lines:
        json.loads(line)


def test_the_control_socket_speaks_plain_http(start_subd):
    daemon = start_subd()
    answer = unix_http(daemon.control, b"GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_listener_on_ipv6(start_subd):
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    daemon = start_subd(listen="[::1]:0")
    assert daemon.address.startswith("[::1]:")
    with socket.create_connection(("::1", daemon.port), timeout=PATIENCE_S) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        wait_until(lambda: b"ok" in connection.recv(4096), "an answer")
