"""wsprobe against the live daemon: what it proves, what it prints, how it ends."""

import json
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daemon import BINARIES, run

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.toml"))
LONG_S = 200


def wsprobe(daemon, verb, *arguments):
    return run("wsprobe", verb, "--control", daemon.control, *arguments, home=daemon.home, timeout=LONG_S)


def test_isolation_holds_and_the_report_says_what_was_proven(subd):
    ran = wsprobe(subd, "isolation", "--continuous", "--format", "json", "--duration", "8s")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads(ran.stdout)
    assert report["violations"] == []


def test_the_report_comes_in_every_format(subd):
    def report(form):
        return wsprobe(subd, "isolation", "--format", form, "--users", "2", "--tabs", "1", "--duration", "4s")

    with ThreadPoolExecutor() as at_once:
        text, junit, tap = at_once.map(report, ("text", "junit", "tap"))
    for ran in (text, junit, tap):
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "isolation" in text.stdout
    cases = list(ET.fromstring(junit.stdout).iter("testcase"))
    assert len(cases) > 5 and all(case.find("failure") is None for case in cases)
    assert f"1..{tap.stdout.count('ok ')}" in tap.stdout and "not ok" not in tap.stdout


def test_isolation_can_start_a_daemon_of_its_own(tmp_path):
    ran = run("wsprobe", "isolation", "--spawn", BINARIES / "subd", "--users", "1", "--duration", "4s", home=tmp_path,
              timeout=LONG_S)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_files_hold(subd, scenario):
    ran = wsprobe(subd, "run", scenario)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_there_are_scenarios():
    assert "alice_two_tabs_and_bob" in {path.stem for path in SCENARIOS}


def test_tail_prints_messages(subd):
    ran = wsprobe(subd, "tail", "--symbol", "NIFTY50", "--timeframe", "1s", "--indicators", "RSI,MACD",
                  "--history", "3", "--count", "6")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "RSI_14_100" in ran.stdout and "MACD_12_26_9" in ran.stdout


def test_tail_under_a_condition_prints_only_what_it_is_true_of(subd):
    ran = wsprobe(subd, "tail", "--symbol", "NIFTY50", "--timeframe", "1s", "--when", "close < open", "--count", "5")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    bars = [json.loads(line)["ohlcv"] for line in ran.stdout.splitlines() if '"market_update"' in line]
    assert len(bars) == 4 and all(bar["close"] < bar["open"] for bar in bars)
    refused = wsprobe(subd, "tail", "--symbol", "NIFTY50", "--when", "close <", "--trigger", "edge")
    assert refused.returncode == 1 and "byte 7" in refused.stderr
    assert wsprobe(subd, "tail", "--symbol", "NIFTY50", "--trigger", "edge").returncode == 64


def test_a_small_load_is_carried_without_a_violation(start_subd):
    # Little history: what is tried here is the fan-out, not how fast a sanitized build simulates the past.
    subd = start_subd(config="[bars]\nhistory = 300\n")
    ran = wsprobe(subd, "load", "--tabs", "100", "--duration", "4s")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def ticks_report(daemon, *arguments):
    ran = wsprobe(daemon, "ticks", "--duration", "3s", "--format", "json", "--quiet", *arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    return json.loads(ran.stdout)


def test_tick_clients_are_isolated_while_some_change_what_they_take(subd):
    report = ticks_report(subd, "--tabs", "40", "--seed", "7")
    examined = {one["rule"] for one in report["rules"] if one["status"] == "ok"}
    assert examined >= {"isolation.tick", "isolation.mode", "subscription.set", "delivery.order", "delivery.missing",
                        "delivery.reply", "consistency.value", "tab.independence", "identity.connection"}
    figures, measured = report["figures"], report["measurements"]
    assert figures["tabs"] == 40 and figures["instruments"] == 18 and figures["changes"] > 0
    assert measured["messages_per_second"] > 0 and measured["delivery_count"] > 0
    assert measured["delivery_p50_ms"] <= measured["delivery_p99_ms"] <= measured["delivery_max_ms"]
    assert "server_cpu_us_per_message" in measured


def test_tick_clients_take_the_symbols_and_the_mode_that_are_named(subd):
    report = ticks_report(subd, "--tabs", "4", "--symbols", "NSE:TCS,INFY", "--mode", "ltp", "--rate-changes", "0")
    assert report["figures"]["instruments"] == 2 and report["figures"]["changes"] == 0
    missed = wsprobe(subd, "ticks", "--symbols", "TCSS", "--quiet")
    assert missed.returncode == 69 and "TCS" in missed.stderr and "unknown_symbol" in missed.stderr
    assert wsprobe(subd, "ticks", "--mode", "depth").returncode == 64


def test_signals_reach_every_tab_of_their_tier_once(start_subd):
    daemon = start_subd()
    ran = wsprobe(daemon, "signals", "--tabs", "40", "--duration", "2s", "--rate", "50", "--format", "json", "--quiet")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads(ran.stdout)
    examined = {one["rule"] for one in report["rules"] if one["status"] == "ok"}
    assert examined >= {"isolation.tier", "delivery.once", "delivery.missing"}
    signals = report["figures"]["signals"]
    assert report["figures"]["tabs"] == 40 and signals > 80
    assert signals * 20 <= report["figures"]["deliveries"] <= signals * 40
    assert 0 < report["measurements"]["delivery_p50_ms"] <= report["measurements"]["delivery_max_ms"]
    keys = json.loads(daemon.subctl("--json", "apikey", "ls").stdout)["keys"]
    assert keys == [], "the key of the run is gone"
    assert wsprobe(daemon, "signals", "--rate", "0").returncode == 64


def test_ticks_without_a_control_socket_need_symbols(subd, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text(f"alice@example.com {subd.token('alice@example.com')}\n")
    target = ["ticks", "--url", f"ws://{subd.address}", "--token-file", tokens, "--quiet"]
    without = run("wsprobe", *target, home=tmp_path)
    assert without.returncode == 64 and "--symbols" in without.stderr
    ran = run("wsprobe", *target, "--symbols", "TCS", "--tabs", "2", "--duration", "1s", home=tmp_path, timeout=LONG_S)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_server_is_an_error_of_its_own(tmp_path):
    ran = run("wsprobe", "isolation", "--control", tmp_path / "none.sock")
    assert ran.returncode == 69
    assert str(tmp_path / "none.sock") in ran.stderr
