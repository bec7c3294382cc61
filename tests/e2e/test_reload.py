"""Reload: what can change changes under the feet of connected tabs, and what is wrong changes nothing."""

import asyncio
import json
import signal
import ssl
import tomllib

import pytest

from certificate import Certificate
from daemon import PATIENCE_S, run, wait_until
from raw_socket import RawSocket, Refused
from tab import Tab


def write_config(daemon, text):
    (daemon.home / "subd.toml").write_text(text)


def effective(daemon):
    return tomllib.loads(daemon.subctl("config").stdout)


def reload_json(daemon):
    done = daemon.subctl("reload", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_can_change_changes_and_the_rest_is_named(start_subd):
    daemon = start_subd(config="[session]\nmax_streams = 5\n")
    write_config(daemon, '[session]\nmax_streams = 1\n[log]\nlevel = "debug"\n[bars]\nhistory = 777\n'
                         '[exchange.NSE]\npost_close = "10min"\n')
    with RawSocket(daemon, token=daemon.token("alice")) as tab:
        tab.read_json("connected")
        assert reload_json(daemon) == {"applied": ["session.max_streams", "log.level"],
                                       "needs_restart": ["bars.history", "exchange.NSE"], "tls": None}
        assert daemon.status()["log_level"] == "debug"
        in_force = effective(daemon)
        assert in_force["session"]["max_streams"] == 1
        assert in_force["bars"]["history"] == 5000
        # The tab is still there, and lives by the new limit.
        tab.send_json({"type": "subscribe", "id": 1, "symbol": "NIFTY50", "timeframe": "1s"})
        tab.read_json("subscribed")
        tab.send_json({"type": "subscribe", "id": 2, "symbol": "RELIANCE", "timeframe": "1s"})
        assert tab.read_json("error")["code"] == "limit_exceeded"
    with RawSocket(daemon, token=daemon.token("alice")) as tab:
        assert tab.read_json("connected")["limits"]["streams"] == 1
    # Again: only what still waits.
    assert reload_json(daemon) == {"applied": [], "needs_restart": ["bars.history", "exchange.NSE"], "tls": None}
    text = daemon.subctl("reload").stdout
    assert "bars.history" in text and "nothing" in text


def test_anything_wrong_changes_nothing_and_is_told(start_subd):
    daemon = start_subd(config="[session]\nmax_streams = 5\n")
    before = effective(daemon)
    write_config(daemon, '[session]\nmax_streams = 2\nmax_histry = 3\n[log]\nlevel = "loud"\n')
    refused = daemon.subctl("reload")
    assert refused.returncode == 78
    for part in ("subd.toml:3:1", "max_histry", "did you mean max_history", "log.level", "one of trace"):
        assert part in refused.stderr, refused.stderr
    assert effective(daemon) == before
    assert "max_histry" in daemon.log()
    (daemon.home / "subd.toml").unlink()
    assert daemon.subctl("reload").returncode == 78
    assert daemon.is_running()


def test_sighup_is_a_reload_and_the_operators_log_level_stays(start_subd):
    daemon = start_subd(config="[session]\nmax_streams = 5\n")
    assert daemon.subctl("loglevel", "debug").returncode == 0
    write_config(daemon, "[session]\nmax_streams = 6\n")
    daemon.signal(signal.SIGHUP)
    wait_until(lambda: effective(daemon)["session"]["max_streams"] == 6, "the new limit")
    assert daemon.status()["log_level"] == "debug"
    write_config(daemon, "[session]\nmax_streams = many\n")
    daemon.signal(signal.SIGHUP)
    wait_until(lambda: "not reloaded" in daemon.log(), "the log to tell")
    assert daemon.is_running()


def test_flags_go_on_to_win_over_the_file(start_subd):
    daemon = start_subd("--log-level", "warn", config="")
    write_config(daemon, '[log]\nlevel = "debug"\n')
    assert reload_json(daemon)["applied"] == []
    assert daemon.status()["log_level"] == "warn"


def test_limits_of_connections_are_for_those_that_come(start_subd):
    daemon = start_subd(config="")
    with RawSocket(daemon, token=daemon.token("alice")) as first:
        first.read_json("connected")
        write_config(daemon, "[limits]\nconnections_per_user = 1\n")
        assert reload_json(daemon)["applied"] == ["limits.connections_per_user"]
        with RawSocket(daemon, token=daemon.token("alice")) as second:
            second.read_json("connected")
            with pytest.raises(Refused) as refused:
                RawSocket(daemon, token=daemon.token("alice"))
            assert refused.value.status == 429
            first.send_json({"type": "list", "id": 1})
            first.read_json("subscriptions")


def served_name(daemon, trust):
    """The name in the certificate that a client sees who comes now."""
    async def look():
        host, port = daemon.tls_address
        _, writer = await asyncio.open_connection(host, port, ssl=trust, server_hostname="127.0.0.1")
        subject = writer.get_extra_info("peercert")["subject"]
        writer.close()
        return subject[0][0][1]

    return asyncio.run(asyncio.wait_for(look(), PATIENCE_S))


def test_a_renewed_certificate_is_for_new_tabs_and_the_old_ones_stay(start_subd, tmp_path):
    first, second = Certificate(tmp_path / "first", "first.test"), Certificate(tmp_path / "second", "second.test")
    trust = ssl.create_default_context(cafile=first.certificate)
    trust.load_verify_locations(second.certificate)
    daemon = start_subd("--feed", "sim:seed=11,rate=20", config=first.config())

    async def scenario():
        host, port = daemon.tls_address
        url = f"wss://{host}:{port}/ws/indicators"
        tabs = [Tab(daemon, f"tab-{n}", f"user{n}@example.com", url=url, ssl=trust) for n in range(8)]
        for tab in tabs:
            await tab.__aenter__()
            await tab.subscribe("NIFTY50", "1s", ["RSI_14_100"])
        second.put_in_place_of(first)
        for _ in range(5):
            reloaded = await asyncio.to_thread(daemon.subctl, "reload", "--json")
            assert json.loads(reloaded.stdout)["tls"]["subject"] == "CN=second.test"
        for tab in tabs:
            await tab.closed_bars("NIFTY50", 2)  # each in order and none missing, as before
        assert len(daemon.sessions()) == len(tabs)
        assert await asyncio.to_thread(served_name, daemon, trust) == "second.test"
        for tab in tabs:
            await tab.__aexit__(None, None, None)

    assert served_name(daemon, trust) == "first.test"
    asyncio.run(scenario())


def test_a_certificate_that_cannot_be_used_leaves_the_old_one(start_subd, tmp_path):
    first, other = Certificate(tmp_path / "first", "first.test"), Certificate(tmp_path / "other", "other.test")
    daemon = start_subd(config=first.config())
    trust = ssl.create_default_context(cafile=first.certificate)
    first.key.write_bytes(other.key.read_bytes())
    refused = daemon.subctl("reload")
    assert refused.returncode == 78
    assert "tls.key" in refused.stderr and "belongs to another" in refused.stderr
    assert served_name(daemon, trust) == "first.test"
    write_config(daemon, first.config().replace("certificate.pem", "none.pem"))
    refused = daemon.subctl("reload")
    assert refused.returncode == 78 and "none.pem" in refused.stderr
    assert served_name(daemon, trust) == "first.test"


def test_without_a_daemon_there_is_nothing_to_reload(tmp_path):
    assert run("subctl", "--control", tmp_path / "none", "reload").returncode == 69
