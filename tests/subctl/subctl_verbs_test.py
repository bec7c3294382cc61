"""Every verb of the real subctl against a fake daemon, as a person and as a script would use it."""

import json
import os
import re
import signal
import subprocess

import pytest

from programs import SUBCTL, Fake, run

ALICE = "ws_aaaaaaaaaaaa"
BOB = "ws_bbbbbbbbbbbb"
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
AGO = r"\d+d \d+h ago"


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
        assert (bob["SESSION"], bob["STREAMS"], bob["TOKENS"], bob["HEARTBEAT"]) == ("-", "2", "1", "-")
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
    assert re.search(r"^ticks +738561 RELIANCE full$", ask("sessions", "show", BOB), re.M)
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


def test_upstream(ask, ask_json):
    head, history, texts, _, live, refused = ask("upstream").splitlines()
    assert head == "kite: stale since 2025-11-04T10:35:00.000Z, 3100 of 6000 tokens, 100 waiting, 0 refused"
    assert history == "history: 5 requests, 0 failed, 0 streams began without"
    assert texts == "texts: 1 orders, 0 errors, 0 messages, 0 others; 0 ticks of unknown tokens"
    assert re.match(r" +0 +live +\S+.* ago +3000 +0 +1000 +2000 +\S+.* ago +0 +0 +0 +-$", live)
    assert re.match(r" +1 +refused +\S+.* ago +0 +0 +0 +0 +- +2 +1 +3 +HTTP 403$", refused)
    links = ask_json("upstream")["links"]
    assert links[0]["modes"] == {"ltp": 0, "quote": 1000, "full": 2000} and links[0]["why"] is None
    assert (links[1]["state"], links[1]["why"], links[1]["last_message"]) == ("refused", "HTTP 403", None)


def test_channels(ask, ask_json):
    market, index = rows(ask("channels"))
    assert (market["CHANNEL"], market["CLIENTS"], market["BUILDS"], market["DROPPED"]) == ("market", "3", "120", "7")
    assert (market["MESSAGE"], market["OFFERED"]) == ("2.0 KiB", "360")
    assert (index["LAST BUILD"], index["BUILDS"]) == ("-", "0")
    assert ask_json("channels")["channels"][0]["last_build"] == "2025-11-04T10:35:00.000Z"


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


def test_instruments_search_and_show(ask, ask_json):
    reliance, option = rows(ask("instruments", "search", ""))
    assert (reliance["SYMBOL"], reliance["NAME"], reliance["TYPE"], reliance["SERVED"]) == (
        "RELIANCE", "RELIANCE INDUSTRIES", "equity", "yes")
    assert (option["EXPIRY"], option["STRIKE"], option["LOT"], option["NAME"], option["SERVED"]) == (
        "2025-11-27", "24500", "75", "-", "no")
    document = ask_json("instruments", "search", "RELI", "--limit", "3", "--exchange", "NSE", "--type", "equity")
    assert [one["symbol"] for one in document["instruments"]] == ["RELIANCE"]
    assert (document["known"], document["imported"]) == (2, 1)
    assert ask("instruments", "search", "NOPE", code=1) == (
        "subctl: nothing like NOPE among the 2 instruments that subd knows\n")
    assert ask_json("instruments", "search", "NOPE", code=1)["instruments"] == []
    for wrong in (["--limit", "0"], ["--limit", "1001"], ["--type", "bond"]):
        ask("instruments", "search", "X", *wrong, code=64)
    text = ask("instruments", "show", "NFO:NIFTY25NOV24500CE")
    assert re.search(r"^aliases +NIFTY CALL$", text, re.M)
    assert re.search(r"^underlying +NIFTY50$", text, re.M)
    assert ask_json("instruments", "show", "RELIANCE")["token"] == 738561
    assert ask("instruments", "show", "RELAINCE", code=1) == (
        'subctl: no symbol "RELAINCE"; did you mean RELIANCE?\n')
    ask("instruments", code=64)


def test_instruments_import(daemon, ask, directory):
    dump = directory + "/dump.csv"
    with open(dump, "w", encoding="utf-8") as file:
        file.write("instrument_token,tradingsymbol\n1,A\n" + "2,B\n" * 50_000)
    result = run("instruments", "import", dump, control=daemon.path)
    assert result.returncode == 0
    assert result.stdout.startswith("imported 2 instruments; rows left out: 1\n")
    assert result.stderr == f"subctl: {dump}:3: strike must be a number, got 'x'\n"
    result = run("instruments", "import", "-", "--json", control=daemon.path, stdin="a,b\n")
    assert json.loads(result.stdout)["bad_rows"] == 1 and result.stderr == ""
    assert "cannot read /nowhere.csv: No such file" in ask("instruments", "import", "/nowhere.csv", code=65)
    assert ask("instruments", "import", "-", code=65) == "subctl: - is empty\n"
    assert "cannot read" in ask("instruments", "import", directory, code=65)


def test_bars(ask, ask_json, directory):
    (stream,) = rows(ask("bars", "ls"))
    assert (stream["SYMBOL"], stream["TIMEFRAME"], stream["BARS"], stream["GAPS"], stream["SOURCE"]) == (
        "RELIANCE", "1min", "375", "2", "sim:seed=1")
    assert ask_json("bars", "ls")["streams"][0]["first"] == "2025-11-04T10:35:00.000Z"
    wanted = ["bars", "export", "--symbol", "RELIANCE", "--timeframe", "1min"]
    csv = ask(*wanted, "--from", "2025-11-04T10:36:00Z", "--to", "2025-11-04T10:38:00Z")
    assert csv == ("timestamp,open,high,low,close,volume,oi\n2025-11-04T10:36:00.000Z,1,2,0.5,1.5,100,\n"
                   "2025-11-04T10:37:00.000Z,1,2,0.5,1.5,100,\n")
    document = ask_json(*wanted)
    assert len(document["bars"]) == 5
    assert document["bars"][0] == {"time": "2025-11-04T10:35:00.000Z", "open": 1, "high": 2, "low": 0.5, "close": 1.5,
                                   "volume": 100, "oi": None}
    assert ask("bars", "export", "--symbol", "TCS", "--timeframe", "1min", code=1) == "subctl: no bars of TCS\n"
    ask("bars", "export", "--symbol", "TCS", code=64)
    assert "field from" in ask(*wanted, "--from", "yesterday", code=65)

    done = ask("bars", "import", "-", "--symbol", "TCS", "--timeframe", "1min", stdin=csv)
    assert done == "stored 3 bars of TCS 1min, 2025-11-04T10:35:00.000Z to 2025-11-04T10:35:00.000Z\n"
    done = ask_json("bars", "backfill", "RELIANCE", "1min", "--from", "2025-11-04")
    assert (done["bars"], done["first"]) == (200, "2025-11-04T00:00:00.000Z")
    assert "no history" in ask("bars", "backfill", "TCS", "1min", code=1)
    ask("bars", "backfill", "TCS", code=64)
    ask("bars", code=64)


def test_help_of_the_verbs_for_files_has_examples():
    for path in (["instruments", "import"], ["instruments", "search"], ["bars", "import"], ["bars", "export"]):
        assert f"subctl {' '.join(path)} " in run(*path, "--help").stdout.partition("Example")[2]


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


def test_reload(ask, ask_json):
    text = ask("reload")
    assert re.search(r"^changed +log\.level, tls\.certificate$", text, re.M)
    assert re.search(r"^needs a restart +server\.listen$", text, re.M)
    assert re.search(r"^certificate +CN=example\.com, until 2025-11-04T10:35:00\.000Z$", text, re.M)
    assert ask_json("reload")["needs_restart"] == ["server.listen"]


def test_drain(ask, ask_json, daemon):
    assert ask("drain", "--no-wait") == "2 sessions are told to go within 30s\n"
    assert ask_json("drain", "--over", "1500ms", "--no-wait") == {"sessions": 2, "over_ms": 1500}
    ask("drain", "--over", "2h", code=64)
    # It waits for as long as there is a daemon.
    with subprocess.Popen([SUBCTL, "--control", daemon.path, "drain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as waiting:
        assert waiting.stderr.readline() == "2 sessions left\n"
        daemon.stop()
        assert waiting.stderr.read() == "subd has ended\n"
        assert waiting.wait(timeout=30) == 0


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
    for shell, name in (("bash", "subctl"), ("zsh", "_subctl"), ("fish", "subctl.fish")):
        with open(os.path.join(ROOT, "completions", shell, name), encoding="utf-8") as checked_in:
            assert run("completion", shell).stdout == checked_in.read(), "run: subctl completion " + shell
    assert run("completion", "tcsh").returncode == 64


def verbs_and_flags(*path):
    """Every verb and flag below `path`, as --help tells them."""
    text = run(*path, "--help").stdout
    yield from re.findall(r"^  (?:-\w,)?(--[a-z-]+)", text, re.M)
    for verb in re.findall(r"^  ([a-z]+)[ ,]", text.partition("Subcommands:")[2], re.M):
        yield " ".join([*path, verb])
        yield from verbs_and_flags(*path, verb)


def test_manual_knows_every_verb_and_flag():
    with open(os.path.join(ROOT, "man", "subctl.1"), encoding="utf-8") as manual:
        text = manual.read()
    known = set(verbs_and_flags())
    assert {"status", "sessions close", "token verify", "--ttl", "--once", "--control"} <= known
    for name in known:
        wanted = f"Fl {name[1:]}" if name.startswith("--") else f"Cm {name}"
        if name == "sessions ls":
            wanted = "Cm sessions Oo Cm ls Oc"
        assert re.search(re.escape(wanted) + r"\b", text), name


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
                                                     ("404", "no_such_path", 69), ("400", "bad_request", 65),
                                                     ("422", "bad_configuration", 78)])
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
