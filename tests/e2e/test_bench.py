"""The bench itself: every message of every workload right, and what its counters prove; no figure of time."""

import json
import subprocess
import sys

import pytest

from daemon import BINARIES, PATIENCE_S, PROJECT


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One smoke run, which fails by itself when a message is lost, repeated, foreign or malformed."""
    output = tmp_path_factory.mktemp("bench") / "results.json"
    done = subprocess.run([sys.executable, PROJECT / "scripts" / "bench", "--smoke", "--build", BINARIES.parent, "--json",
                           output], capture_output=True, text=True, timeout=4 * PATIENCE_S, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert "### Cost of a message" in done.stdout
    return json.loads(output.read_text())


def newest(results, workload, server="subd"):
    return results["workloads"][workload][server]["reports"][-1]


def test_every_workload_delivers_and_loses_nothing(results):
    assert set(results["workloads"]) == {"F-100", "F16-1000", "M-1000", "W-1000", "C-2000", "T-F-1000"}
    for workload, one in results["workloads"].items():
        for server in ("subd", one["against"]):
            report = newest(results, workload, server)
            assert report["messages"] > 0 and report["conflated"] == 0
            assert not any(report[failure] for failure in ("lost", "repeated", "foreign", "malformed", "behind"))
    assert newest(results, "C-2000")["churn_changes"] > 0 and newest(results, "C-2000")["replies"] > 0


def test_an_update_is_built_once_and_each_of_its_fragments_once(results):
    for workload, indicators in (("F-100", 2), ("W-1000", 20)):
        counters = newest(results, workload)["counters"]
        assert counters["subd_updates_total"] == counters["subd_feed_ticks_total"]
        assert counters["subd_fragments_total"] == indicators * counters["subd_updates_total"]


def test_a_tab_is_written_once_a_burst_however_many_streams_it_takes(results):
    report = newest(results, "W-1000")
    counters = report["counters"]
    acks = counters["subd_received_messages_total"]
    assert counters["subd_bursts_total"] == acks == report["publications"]
    assert counters["subd_send_calls_total"] - acks == report["tabs"] * report["publications"]
    assert report["messages"] == 20 * report["tabs"] * report["publications"]


def test_every_tab_of_t_comes_through_tls_and_nobody_of_f(results):
    for workload, count in (("F-100", 0), ("T-F-1000", 40)):
        report = newest(results, workload)
        assert (report["tabs"], report["tls_tabs"]) == (40, count)


@pytest.mark.parametrize("server, through_tls", [("subd", 0), ("subd, TLS", 200)])
def test_idle_connections_and_their_subscriptions_are_counted(results, server, through_tls):
    held = results["hold"][server]
    assert (held["connections"], held["subscriptions"], held["tls_connections"]) == (200, 2000, through_tls)
    assert held["connects_per_second"] > 0


def test_good_tabs_lose_nothing_beside_abusers_who_are_closed_and_counted(results):
    besieged = results["abuse"]["pingers"]
    assert besieged["wrong"] == 0 and all(report["messages"] > 0 for report in besieged["beside"])
    assert besieged["fates"][0]["fates"]["4008"] > 0
    assert besieged["counted"]["limit exceeded"] >= besieged["fates"][0]["fates"]["4008"]
    assert besieged["resident"]["peak"] >= besieged["resident"]["after"] > 0


def test_what_is_not_installed_is_named_as_skipped(results):
    assert set(results["skipped"]) == {"nats-server", "mosquitto", "nchan", "node ws"}
