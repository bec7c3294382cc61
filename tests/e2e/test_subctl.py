"""Every verb of subctl against a live daemon: table and JSON, exit codes, and what goes to which stream."""

import json

import pytest

from daemon import run, wait_until
from raw_socket import RawSocket

ALICE = "alice@example.com"


@pytest.fixture(scope="module")
def tab(subd):
    """A session to look at: two streams, three topics."""
    with RawSocket(subd, token=subd.token(ALICE, "tab1"), headers=["User-Agent: e2e"]) as tab:
        tab.connection = tab.read_json("connected")["ws_conn_id"]
        for symbol, indicators in (("NIFTY50", ["RSI", "MACD"]), ("TCS", ["EMA_20"])):
            tab.send_json({"type": "subscribe", "symbol": symbol, "timeframe": "1s", "indicators": indicators})
            tab.read_json("snapshot")
        yield tab


def ok(ran):
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


def as_json(subd, *arguments):
    return json.loads(ok(subd.subctl(*arguments, "--json")))


def table(subd, *arguments):
    """Rows of a table as lists of cells; without a terminal there are no colours and nothing is cut."""
    text = ok(subd.subctl(*arguments))
    assert "\x1b" not in text and "…" not in text
    return [line.split() for line in text.splitlines()]


def test_status(subd, tab):
    status = as_json(subd, "status")
    assert status["pid"] == subd.process.pid
    assert status["listen"] == [subd.address]
    assert status["feed"]["kind"] == "sim" and status["feed"]["state"] == "live"
    assert status["sessions"] >= 1 and status["topics"] >= 3
    text = ok(subd.subctl("status"))
    assert subd.address in text and str(subd.control) in text


def test_sessions(subd, tab):
    session = next(one for one in as_json(subd, "sessions")["sessions"] if one["id"] == tab.connection)
    assert (session["user"], session["session"]) == (ALICE, "tab1")
    assert session["address"].startswith("127.0.0.1:")
    assert {(one["symbol"], one["timeframe"], *one["indicators"]) for one in session["streams"]} == {
        ("NIFTY50", "1s", "RSI_14_100", "MACD_12_26_9"), ("TCS", "1s", "EMA_20")}
    assert as_json(subd, "sessions", "show", tab.connection)["id"] == tab.connection
    rows = table(subd, "sessions", "ls")
    assert rows[0][:4] == ["ID", "KIND", "USER", "SESSION"]
    assert [tab.connection, "indicators", ALICE, "tab1"] in [row[:4] for row in rows]
    assert tab.connection in ok(subd.subctl("sessions", "show", tab.connection))
    assert as_json(subd, "sessions", "--user", "nobody")["sessions"] == []


def test_topics_show_subscribers_one_computation_and_values(subd, tab):
    def topics_with_values():
        topics = {(one["symbol"], one["indicator"]): one for one in as_json(subd, "topics")["topics"]}
        return topics if all(one["last_update"] for one in topics.values()) else None

    topics = wait_until(topics_with_values, "an update of every topic")
    for key in (("NIFTY50", "RSI_14_100"), ("NIFTY50", "MACD_12_26_9"), ("TCS", "EMA_20")):
        assert topics[key]["subscribers"] == 1 and topics[key]["computations"] == 1
    assert set(topics["NIFTY50", "MACD_12_26_9"]["last_value"]) == {"MACD", "MACDh", "MACDs"}
    assert isinstance(topics["NIFTY50", "RSI_14_100"]["last_value"], float)
    for sort in ("subscribers", "rate", "symbol"):
        assert len(table(subd, "topics", "--sort", sort)) == len(topics) + 1
    assert {row[0] for row in table(subd, "topics", "--symbol", "TCS")[1:]} == {"TCS"}


def test_streams(subd, tab):
    stream = next(one for one in as_json(subd, "streams")["streams"]
                  if (one["symbol"], one["timeframe"]) == ("NIFTY50", "1s"))
    assert stream["subscribers"] >= 1 and stream["upstream"] == "live" and stream["bars_held"] > 100
    assert ["NIFTY50", "1s"] in [row[:2] for row in table(subd, "streams")]


def test_subs_add_and_rm_change_a_live_session(subd, tab):
    ok(subd.subctl("subs", "add", tab.connection, "RELIANCE", "5m", "RSI", "OBV", "--history", "10"))
    reply = tab.read_json("subscribed")
    assert (reply["symbol"], reply["timeframe"], reply["indicators"]) == ("RELIANCE", "5min", ["RSI_14_100", "OBV"])
    assert len(tab.read_json("snapshot")["bars"]) == 10
    left = as_json(subd, "subs", "rm", tab.connection, "RELIANCE", "5min", "OBV")["streams"]
    assert next(one["indicators"] for one in left if one["symbol"] == "RELIANCE") == ["RSI_14_100"]
    assert tab.read_json("unsubscribed")["indicators"] == ["RSI_14_100"]
    ok(subd.subctl("subs", "rm", tab.connection, "RELIANCE", "5min"))
    assert "RELIANCE" not in json.dumps(tab.read_json("unsubscribed")["streams"])

    refused = subd.subctl("subs", "add", tab.connection, "RELIANCE", "5min", "RSII")
    assert refused.returncode == 65
    assert "RSII" in refused.stderr and refused.stdout == ""


def test_closing_a_session_is_seen_by_its_client_and_remembered(subd):
    with RawSocket(subd, token=subd.token("bob@example.com")) as tab:
        connection = tab.read_json("connected")["ws_conn_id"]
        ok(subd.subctl("sessions", "close", connection, "--reason", "maintenance"))
        frame = tab.read_close()
        assert frame.close_code == 4006
    wait_until(lambda: connection in {one["id"] for one in as_json(subd, "sessions", "--closed")["closed"]},
               "the end to be remembered")
    ended = next(one for one in as_json(subd, "sessions", "--closed")["closed"] if one["id"] == connection)
    assert (ended["user"], ended["code"]) == ("bob@example.com", 4006)
    for verb in (("show",), ("close",)):
        gone = subd.subctl("sessions", *verb, connection)
        assert gone.returncode == 1
        assert connection in gone.stderr


def test_indicators(subd):
    names = {one["name"] for one in as_json(subd, "indicators")}
    assert {"RSI", "MACD", "VWAP"} <= names
    assert {row[0] for row in table(subd, "indicators")[1:]} == names
    assert as_json(subd, "indicators", "rsi")["default_id"] == "RSI_14_100"
    assert "length" in ok(subd.subctl("indicators", "RSI"))
    unknown = subd.subctl("indicators", "RSII")
    assert unknown.returncode == 1
    assert "RSI" in unknown.stderr


def test_tokens(subd):
    token = ok(subd.subctl("token", "issue", "--user", "carol@example.com", "--session", "s", "--ttl", "30min",
                           "--tier", "STARTER", "--role", "admin")).strip()
    assert token.count(".") == 2
    verdict = as_json(subd, "token", "verify", token)
    assert verdict["valid"] is True
    assert [verdict[field] for field in ("user", "session", "tier", "role", "algorithm")] == [
        "carol@example.com", "s", "STARTER", "admin", "HS256"]
    issued = as_json(subd, "token", "issue", "--user", "dave@example.com")
    assert issued["expires_at"] and issued["session"] is None
    rejected = subd.subctl("token", "verify", "-", "--json", text_input=token[:-6] + "AAAAAA")
    assert rejected.returncode == 1
    assert json.loads(rejected.stdout)["code"] == "bad_signature"


def test_loglevel(subd):
    before = ok(subd.subctl("loglevel")).strip()
    try:
        assert as_json(subd, "loglevel", "warn") == {"level": "warn"}
        assert ok(subd.subctl("loglevel")).strip() == "warn"
    finally:
        ok(subd.subctl("loglevel", before))
    assert subd.subctl("loglevel", "loud").returncode == 64


def test_top_without_a_terminal_prints_one_page(subd, tab):
    text = ok(subd.subctl("top"))
    assert "NIFTY50" in text and "\x1b" not in text
    page = as_json(subd, "top")
    assert set(page) == {"status", "sessions", "topics"}


def test_metrics_and_config(subd):
    assert "subd_sessions" in ok(subd.subctl("metrics"))
    config = ok(subd.subctl("config"))
    assert "[server]" in config and "sim:seed=11" in config


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_needs_no_daemon(shell):
    assert "subctl" in ok(run("subctl", "completion", shell))


def test_control_and_json_are_accepted_before_and_after_the_verb(subd):
    control = ["--control", subd.control]
    for arguments in ([*control, "--json", "status"], ["status", *control, "--json"], ["--json", "status", *control],
                      [*control, "sessions", "--json", "ls"], ["sessions", "ls", *control, "--json"]):
        json.loads(ok(run("subctl", *arguments, home=subd.home)))


def test_no_daemon_is_an_error_that_names_the_socket(tmp_path):
    absent = run("subctl", "--control", tmp_path / "none.sock", "status")
    assert absent.returncode == 69
    assert str(tmp_path / "none.sock") in absent.stderr and "running" in absent.stderr
    assert absent.stdout == ""
    nowhere = run("subctl", "status", home=tmp_path)
    assert nowhere.returncode in (0, 69)  # 0 only where this machine runs a subd of its own
    assert nowhere.returncode == 0 or "control.sock" in nowhere.stderr


@pytest.mark.parametrize("arguments", [[], ["stauts"], ["status", "--jsn"], ["sessions", "show"], ["token", "issue"],
                                       ["token", "issue", "--user", "a", "--ttl", "5"], ["topics", "--sort", "size"]],
                         ids=" ".join)
def test_a_wrong_command_line_is_a_usage_error_on_standard_error(arguments):
    wrong = run("subctl", *arguments)
    assert wrong.returncode == 64
    assert wrong.stderr and not wrong.stdout


def test_help_and_version():
    assert "sessions" in ok(run("subctl", "--help"))
    assert ok(run("subctl", "--version")).startswith("subctl ")
