"""Every verb of the real subctl against a fake daemon, as a person and as a script would use it."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

import pytest

SUBCTL = os.environ["SUBCTL"]
FAKE = os.environ["FAKE_CONTROL_SERVER"]
ALICE = "ws_aaaaaaaaaaaa"
BOB = "ws_bbbbbbbbbbbb"
AGO = r"\d+d \d+h ago"


class Fake:
    def __init__(self, path, *failure):
        self.path = path
        self.process = subprocess.Popen([FAKE, path, *failure], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()


@pytest.fixture
def directory():
    with tempfile.TemporaryDirectory(prefix="subd-t-", dir="/tmp") as path:
        yield path


@pytest.fixture
def daemon(directory):
    fake = Fake(directory + "/c.sock")
    yield fake
    fake.stop()


def run(*arguments, control=None, stdin="", environment=None):
    command = [SUBCTL, *arguments] + (["--control", control] if control else [])
    clean = {name: value for name, value in os.environ.items()
             if name not in ("SUBD_CONTROL_SOCKET", "RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR")}
    clean.update(environment or {})
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=30, env=clean)


@pytest.fixture
def ask(daemon):
    def ask_daemon(*arguments, code=0, stdin=""):
        result = run(*arguments, control=daemon.path, stdin=stdin)
        assert result.returncode == code, result
        assert "\x1b" not in result.stdout
        if code in (0, 1) and result.stdout:
            assert result.stderr == ""
        return result.stdout if result.stdout else result.stderr

    return ask_daemon


@pytest.fixture
def ask_json(ask):
    return lambda *arguments, **options: json.loads(ask(*arguments, "--json", **options))


def rows(text):
    """The table as a list of dicts; columns are at least two spaces apart."""
    lines = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    assert all(len(line) == len(lines[0]) for line in lines[1:]), text
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def test_status(ask, ask_json):
    text = ask("status")
    assert re.search(r"^version +0\.1\.0$", text, re.M)
    assert re.search(r"^uptime +1d 2h$", text, re.M)
    assert re.search(r"^feed +sim:seed=1, live$", text, re.M)
    assert re.search(r"^connections +3 accepted; refused: unauthorized 2$", text, re.M)
    assert ask_json("status")["listen"] == ["127.0.0.1:8081"]


def test_global_flags_before_and_after_the_verb(daemon):
    for arguments in (["--json", "--control", daemon.path, "status"], ["status", "--json", "--control", daemon.path],
                      ["--control", daemon.path, "sessions", "ls", "--json"],
                      ["sessions", "--json", "ls", "--control", daemon.path]):
        result = run(*arguments)
        assert result.returncode == 0, result
        json.loads(result.stdout)


def test_environment_names_the_socket(daemon):
    assert run("loglevel", environment={"SUBD_CONTROL_SOCKET": daemon.path}).stdout == "info\n"


def test_default_path_is_found(directory):
    fake = Fake(directory + "/subd/control.sock")
    assert run("loglevel", environment={"XDG_RUNTIME_DIR": directory}).stdout == "info\n"
    fake.stop()


def test_sessions(ask, ask_json):
    for arguments in (["sessions"], ["sessions", "ls"]):
        alice, bob = rows(ask(*arguments))
        assert (alice["ID"], alice["USER"], alice["SESSION"]) == (ALICE, "alice@example.com", "tab1")
        assert (alice["STREAMS"], alice["QUEUE"], alice["SENT"], alice["CONFLATED"]) == ("1", "2", "1200", "7")
        assert re.fullmatch(AGO, alice["HEARTBEAT"])
        assert (bob["SESSION"], bob["STREAMS"], bob["HEARTBEAT"]) == ("-", "2", "-")
    assert [one["id"] for one in ask_json("sessions")["sessions"]] == [ALICE, BOB]


def test_sessions_of_one_user(ask, ask_json):
    assert [row["ID"] for row in rows(ask("sessions", "--user", "bob@example.com"))] == [BOB]
    assert [row["ID"] for row in rows(ask("sessions", "ls", "--user", "bob@example.com"))] == [BOB]
    assert [one["id"] for one in ask_json("sessions", "--user", "bob@example.com")["sessions"]] == [BOB]


def test_session_show(ask, ask_json):
    text = ask("sessions", "show", ALICE)
    assert re.search(r"^user agent +Firefox$", text, re.M)
    assert re.search(r"^queue +2 messages, 1\.5 KiB$", text, re.M)
    assert re.search(r"^streams +NIFTY50 5min \(RSI_14_100, MACD_12_26_9\)$", text, re.M)
    assert ask_json("sessions", "show", BOB)["io_thread"] == 1
    assert ask("sessions", "show", "ws_nobody", code=1) == "subctl: no session ws_nobody\n"


def test_session_close(ask, ask_json):
    assert rows(ask("sessions", "--closed")) == []
    assert ask("sessions", "close", ALICE, "--reason", "maintenance") == f"closed {ALICE}\n"
    assert ask_json("sessions", "close", BOB)["closed"] is True
    bob, alice = rows(ask("sessions", "--closed"))
    assert (alice["ID"], alice["CODE"], alice["REASON"]) == (ALICE, "4006", "maintenance")
    assert bob["REASON"] == "-"
    assert [one["id"] for one in ask_json("sessions", "--closed", "--user", "bob@example.com")["closed"]] == [BOB]
    ask("sessions", "close", ALICE, code=1)
    assert "at most 123" in ask("sessions", "close", ALICE, "--reason", "x" * 124, code=65)


def test_sessions_list_flags_are_refused_for_one_session(ask):
    ask("sessions", "show", ALICE, "--closed", code=64)
    ask("sessions", "--user", "alice@example.com", "close", ALICE, code=64)


def test_topics(ask, ask_json):
    macd, rsi = rows(ask("topics"))
    assert (macd["INDICATOR"], rsi["INDICATOR"]) == ("MACD_12_26_9", "RSI_14_100")
    assert (rsi["SUBSCRIBERS"], rsi["COMPUTATIONS"], rsi["LAST VALUE"]) == ("2", "1", "67.3")
    for order in ("subscribers", "rate"):
        assert [row["INDICATOR"] for row in rows(ask("topics", "--sort", order))] == ["RSI_14_100", "MACD_12_26_9"]
    document = ask_json("topics", "--sort", "rate")
    assert document["topics"][0]["last_value"] == 67.3
    assert document["topics"][1]["last_value"] == {"MACD": 12.5, "MACDh": None}
    assert ask_json("topics", "--symbol", "TCS") == {"topics": []}
    assert "x not in" in ask("topics", "--sort", "x", code=64)


def test_streams(ask, ask_json):
    nifty, reliance = rows(ask("streams"))
    assert (nifty["SEQ"], nifty["EPOCH"], nifty["UPSTREAM"], nifty["BARS"]) == ("812", "k3f9", "live", "5000")
    assert (reliance["UPSTREAM"], reliance["LAST UPDATE"]) == ("stale", "-")
    assert ask_json("streams")["streams"][0]["bars_held"] == 5000


def test_subs(ask, ask_json):
    text = ask("subs", "add", ALICE, "TCS", "1min", "EMA_20", "OBV", "--history", "5")
    assert text == "NIFTY50 5min (RSI_14_100, MACD_12_26_9)\nTCS 1min (EMA_20, OBV)\n"
    assert [one["symbol"] for one in ask_json("subs", "rm", ALICE, "TCS", "1min")["streams"]] == ["NIFTY50"]
    assert ask("subs", "rm", ALICE, "NIFTY50", "5min") == f"{ALICE} has no streams\n"
    assert ask("subs", "rm", ALICE, "TCS", "1min", code=65) == "subctl: not subscribed to TCS\n"
    ask("subs", "add", ALICE, "NOPE", "1min", code=65)
    ask("subs", "add", "ws_nobody", "TCS", "1min", code=1)
    ask("subs", "add", ALICE, "TCS", code=64)
    ask("subs", code=64)


def test_indicators(ask, ask_json):
    macd, rsi = rows(ask("indicators"))
    assert (macd["NAME"], macd["OUTPUTS"], macd["WARM-UP"]) == ("MACD", "MACD MACDh MACDs", "33")
    text = ask("indicators", "rsi")
    assert re.search(r"^length +integer +14 +2 to 1000 +bars$", text, re.M)
    assert re.search(r"^anchor +choice +D +D, W +where it begins$", text, re.M)
    assert ask_json("indicators", "RSI")["default_id"] == "RSI_14_100"
    assert [one["name"] for one in ask_json("indicators")] == ["MACD", "RSI"]
    assert ask("indicators", "RSII", code=1) == "subctl: no indicator RSII; did you mean RSI?\n"


def test_token_issue(ask, ask_json):
    assert ask("token", "issue", "--user", "alice") == "header.claims.signature\n"
    issued = ask_json("token", "issue", "--user", "alice", "--session", "tab1", "--ttl", "2min", "--tier", "STARTER",
                      "--role", "admin")
    assert issued == {"token": "header.claims.signature", "expires_at": "2025-11-04T10:37:00.000Z", "user": "alice",
                      "session": "tab1", "tier": "STARTER", "role": "admin"}
    ask("token", "issue", code=64)
    for ttl in ("0s", "1", "1500ms", "367d", "-1h"):
        assert "--ttl" in ask("token", "issue", "--user", "alice", "--ttl=" + ttl, code=64)
    ask("token", "issue", "--user", "alice", "--role", "root", code=64)


def test_token_verify(ask, ask_json):
    assert re.search(r"^verdict +valid$", ask("token", "verify", "good.token.here"), re.M)
    assert ask_json("token", "verify", "-", stdin="good.token.here\n")["valid"] is True
    text = ask("token", "verify", "old.token.here", code=1)
    assert re.search(r"^verdict +rejected: expired$", text, re.M)
    assert re.search(r"^because +the token expired at 2025-11-04T10:35:00\.000Z$", text, re.M)
    assert ask_json("token", "verify", "-", stdin="old", code=1)["code"] == "expired"
    assert ask("token", "verify", "-", stdin="", code=65) == "subctl: no token on standard input\n"


def test_loglevel(ask, ask_json):
    assert ask("loglevel") == "info\n"
    assert ask("loglevel", "debug") == "debug\n"
    assert ask_json("loglevel") == {"level": "debug"}
    ask("loglevel", "loud", code=64)


def test_metrics_and_config(ask, ask_json):
    assert ask("metrics") == "# TYPE subd_sessions gauge\nsubd_sessions 2\n"
    assert ask_json("metrics") == {"metrics": ask("metrics")}
    assert ask("config").startswith("[server]\n")
    assert ask_json("config") == {"config": ask("config")}


def test_top_prints_one_page_without_a_terminal(ask, ask_json):
    for arguments in (["top"], ["top", "--once"]):
        text = ask(*arguments)
        assert text.startswith("subd 0.1.0  pid 4711  up 1d 2h  feed sim live\n")
        assert text.index("RSI_14_100") < text.index("MACD_12_26_9")
        assert "alice@example.com" in text
    document = ask_json("top")
    assert set(document) == {"status", "sessions", "topics"} and len(document["sessions"]) == 2
    ask("top", "--interval", "1ms", code=64)


def test_completion_is_checked_in():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "completions")
    for shell, name in (("bash", "subctl"), ("zsh", "_subctl"), ("fish", "subctl.fish")):
        with open(os.path.join(root, shell, name), encoding="utf-8") as checked_in:
            assert run("completion", shell).stdout == checked_in.read(), "run: subctl completion " + shell
    assert run("completion", "tcsh").returncode == 64


def test_no_daemon(directory):
    result = run("status", environment={"XDG_RUNTIME_DIR": directory})
    assert result.returncode == 69 and result.stdout == ""
    assert result.stderr.startswith("subctl: is subd running? tried ")
    assert f"{directory}/subd/control.sock (no such file)" in result.stderr
    assert "/run/subd/control.sock" in result.stderr
    assert run("status", "--json", control=directory + "/x.sock").stderr == (
        f"subctl: is subd running? tried {directory}/x.sock (no such file)\n")


@pytest.mark.parametrize("status, code, expected", [("504", "timeout", 75), ("403", "not_permitted", 77),
                                                     ("503", "unavailable", 69), ("500", "internal", 70),
                                                     ("404", "no_such_path", 69), ("400", "bad_request", 65)])
def test_refusals_have_their_exit_codes(directory, status, code, expected):
    fake = Fake(directory + "/c.sock", status, code)
    result = run("status", control=fake.path)
    fake.stop()
    assert (result.returncode, result.stdout) == (expected, "")
    assert "the fake refuses" in result.stderr


def test_reader_that_goes_away_is_no_crash(daemon):
    process = subprocess.Popen([SUBCTL, "metrics", "--control", daemon.path], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(timeout=10) in (0, -signal.SIGPIPE)
    assert process.stderr.read() == b""
    process.stderr.close()


class Terminal:
    """subctl on a terminal of its own; `settings` tells what it has done to it."""

    def __init__(self, *arguments, rows=24, columns=80):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = self.settings()
        self.process = subprocess.Popen([SUBCTL, *arguments], stdin=self.slave, stdout=self.slave,
                                        stderr=subprocess.PIPE, env={**os.environ, "TERM": "xterm"},
                                        process_group=0)
        self.text = ""

    def settings(self):
        return termios.tcgetattr(self.slave)

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def key(self, key):
        os.write(self.master, key.encode())

    def expect(self, pattern, limit=10):
        """Reads on until the pattern shows up in what has come since the last match."""
        end = time.monotonic() + limit
        while not (match := re.search(pattern, self.text)):
            assert select.select([self.master], [], [], max(0, end - time.monotonic()))[0], (pattern, self.text)
            self.text += os.read(self.master, 65536).decode()
        self.text = self.text[match.end():]
        return match

    def wait(self):
        # Something has to take what is written at the end.
        end = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], 0.01)[0]:
                self.text += os.read(self.master, 65536).decode()
        while select.select([self.master], [], [], 0)[0]:
            self.text += os.read(self.master, 65536).decode()
        self.process.stderr.close()
        return self.process.wait(timeout=10)

    def close(self):
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def top(daemon):
    terminal = Terminal("top", "--interval", "100ms", "--control", daemon.path)
    terminal.expect("q quit")
    assert not terminal.settings()[3] & termios.ICANON
    assert not terminal.settings()[3] & termios.ECHO
    yield terminal
    if terminal.process.poll() is None:
        terminal.process.kill()
        terminal.wait()
    terminal.close()


def test_top_quits_on_q(top):
    top.key("q")
    assert top.wait() == 0
    assert top.settings() == top.before
    assert "\x1b[?25h\x1b[?1049l" in top.text


def test_top_changes_the_order_on_o(top):
    top.key("o")
    top.expect("order: rate")
    top.key("o")
    top.expect("order: symbol")
    top.key("o")
    top.expect("order: subscribers")


def test_top_refreshes(top):
    top.expect(r"sent/s 0\.0")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_top_restores_the_terminal_on_signals(top, number):
    top.process.send_signal(number)
    assert top.wait() == -number
    assert top.settings() == top.before
    assert "\x1b[?1049l" in top.text


def test_top_comes_back_from_a_stop(top):
    top.process.send_signal(signal.SIGTSTP)
    top.expect(r"\x1b\[\?1049l")
    assert os.WIFSTOPPED(os.waitpid(top.process.pid, os.WUNTRACED)[1])
    assert top.settings() == top.before
    top.process.send_signal(signal.SIGCONT)
    top.expect(r"\x1b\[\?1049h")
    top.expect("q quit")
    top.key("q")
    assert top.wait() == 0


@pytest.mark.parametrize("size", [(1, 1), (3, 20), (50, 200)])
def test_top_follows_the_size_of_the_terminal(top, size):
    top.resize(*size)
    top.process.send_signal(signal.SIGWINCH)
    lines = []
    end = time.monotonic() + 10
    while len(lines) != size[0] and time.monotonic() < end:
        frame = top.expect(r"(?s)\x1b\[H(.*?)\x1b\[J").group(1)
        lines = re.split(r"\r+\n", frame.replace("\x1b[K", ""))
    assert len(lines) == size[0]
    assert max(len(line) for line in lines) <= size[1]


def test_top_waits_for_a_daemon_that_went_away(directory):
    fake = Fake(directory + "/c.sock")
    terminal = Terminal("top", "--interval", "100ms", "--control", fake.path, columns=200)
    terminal.expect("q quit")
    fake.stop()
    terminal.expect("is subd running")
    fake = Fake(directory + "/c.sock")
    terminal.expect(r"evicted 1\x1b\[K\r+\n\x1b\[K")
    terminal.key("q")
    assert terminal.wait() == 0
    terminal.close()
    fake.stop()


def test_tables_fit_a_narrow_terminal_where_they_can(daemon):
    terminal = Terminal("sessions", "--closed", "--control", daemon.path, columns=40)
    assert terminal.wait() == 0
    assert terminal.text.startswith("\x1b[1mID")
    terminal.close()
