"""Bars that survive: what a restart, a kill, a damaged file and a file of the future do to them."""

import asyncio
import math
import random
import shutil
import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from daemon import Daemon, run, wait_until
from raw_socket import RawSocket
from tab import Tab
from transcript import bar_time

BEGIN_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
TICKS_PER_SECOND = 4


def price(tick):
    return round(1000 + 40 * math.sin(tick / 9) + 7 * math.sin(tick * 1.7), 2)


def write_ticks(path, first_second, seconds):
    """Ticks of whole seconds since BEGIN_MS; the same second has the same ticks in every file."""
    rows = ["ts_ms,price,size"]
    for tick in range(first_second * TICKS_PER_SECOND, (first_second + seconds) * TICKS_PER_SECOND):
        rows.append(f"{BEGIN_MS + tick * 1000 // TICKS_PER_SECOND},{price(tick)},{1 + tick % 5}")
    path.write_text("\n".join(rows) + "\n")


def replay(path, speed):
    return "--feed", f"replay:{path},symbol=X,speed={speed}"


class Stored:
    """A copy of the database as it lies there, so that looking at it repairs nothing."""

    def __init__(self, daemon):
        self.folder = daemon.home / "copy"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name in ("subd.db", "subd.db-wal"):
            if (daemon.state_dir / name).exists():
                shutil.copy(daemon.state_dir / name, self.folder)

    def rows(self, sql, *values):
        connection = sqlite3.connect(self.folder / "subd.db")
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def starts(self, timeframe="1s"):
        """Seconds since BEGIN_MS at which the stored bars begin."""
        return [(start - BEGIN_MS) // 1000 for (start,) in self.rows(
            "SELECT start FROM bars JOIN streams ON id=stream WHERE symbol='X' AND timeframe=? ORDER BY start",
            timeframe)]

    def gaps(self, timeframe="1s"):
        return [((a - BEGIN_MS) // 1000, (b - BEGIN_MS) // 1000) for a, b in self.rows(
            "SELECT from_ms, to_ms FROM gaps JOIN streams ON id=stream WHERE timeframe=? ORDER BY from_ms", timeframe)]


def snapshot_of(daemon, **fields):
    async def ask():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            return await tab.subscribe("X", "1s", ["RSI"], **fields)

    return asyncio.run(ask())


def kill(daemon):
    daemon.signal(signal.SIGKILL)
    daemon.wait()


def test_after_a_restart_an_indicator_is_warm_in_the_first_snapshot(start_subd, tmp_path):
    ticks = tmp_path / "ticks.csv"
    write_ticks(ticks, 0, 600)
    daemon = start_subd(*replay(ticks, 20))
    wait_until(lambda: daemon.status()["store"]["bars_written"] > 40, "bars to be written")
    kill(daemon)
    before = Stored(daemon).starts()
    assert before == list(range(len(before))) and len(before) > 20
    write_ticks(ticks, len(before), 600)
    daemon.start()
    snapshot = snapshot_of(daemon, history=1000)
    assert snapshot["indicators"]["RSI_14_100"] is not None
    bars = snapshot["bars"]
    assert len(bars) >= len(before)

    whole = tmp_path / "whole.csv"
    write_ticks(whole, 0, len(bars))
    straight = start_subd(*replay(whole, "max"))
    wait_until(lambda: straight.status()["feed"]["finished"], "the file to be played")
    expected = {bar["time"]: bar for bar in snapshot_of(straight, history=1000)["bars"]}
    compared = 0
    for bar in bars:
        if bar["time"] in expected:
            assert bar == expected[bar["time"]]
            compared += bar["indicators"]["RSI_14_100"] is not None
    assert compared > 10
    daemon.stop()
    assert Stored(daemon).gaps() == []


def test_time_in_which_nothing_was_recorded_is_a_gap(start_subd, tmp_path):
    ticks = tmp_path / "ticks.csv"
    write_ticks(ticks, 0, 600)
    daemon = start_subd(*replay(ticks, 20))
    wait_until(lambda: daemon.status()["store"]["bars_written"] > 40, "bars to be written")
    kill(daemon)
    last = Stored(daemon).starts()[-1]
    write_ticks(ticks, last + 31, 600)
    daemon.start()
    wait_until(lambda: daemon.status()["store"]["gaps"] > 0, "the gap to be noted")
    daemon.stop()
    assert Stored(daemon).gaps() == [(last + 1, last + 31)]


def test_the_same_file_played_again_is_played_from_its_beginning(start_subd, tmp_path):
    ticks = tmp_path / "ticks.csv"
    write_ticks(ticks, 0, 600)
    daemon = start_subd(*replay(ticks, 20))
    wait_until(lambda: daemon.status()["store"]["bars_written"] > 100, "bars to be written")
    daemon.stop()
    stored = len(Stored(daemon).starts())
    daemon.start()
    snapshot = snapshot_of(daemon, history=1000)
    assert all(bar_time(bar["time"]).timestamp() * 1000 >= BEGIN_MS for bar in snapshot["bars"])
    assert len(snapshot["bars"]) < stored
    daemon.stop()
    assert Stored(daemon).gaps() == []


def test_the_simulated_market_is_not_recorded(start_subd):
    daemon = start_subd("--feed", "sim:rate=20")

    async def watch():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            await tab.subscribe("NIFTY50", "1s", ["RSI"])
            await tab.closed_bars("NIFTY50", 2)

    asyncio.run(watch())
    daemon.stop()
    assert Stored(daemon).rows("SELECT count(*) FROM bars") == [(0,)]


def test_without_the_store_nothing_is_written(start_subd, tmp_path):
    ticks = tmp_path / "ticks.csv"
    write_ticks(ticks, 0, 600)
    daemon = start_subd(*replay(ticks, 20), config="[store]\nenabled = false\n")
    assert daemon.status()["store"]["state"] == "off"
    daemon.stop()
    assert not (daemon.state_dir / "subd.db").exists()


def test_a_damaged_file_is_left_alone_and_told_while_streaming_goes_on(start_subd, tmp_path):
    ticks = tmp_path / "ticks.csv"
    write_ticks(ticks, 0, 600)
    daemon = start_subd(*replay(ticks, 20))
    daemon.stop()
    damaged = b"this is no database " * 500
    (daemon.state_dir / "subd.db").write_bytes(damaged)
    for leftover in ("subd.db-wal", "subd.db-shm"):
        (daemon.state_dir / leftover).unlink(missing_ok=True)
    daemon.start()
    assert daemon.status()["store"]["state"] == "corrupt"
    with pytest.raises(HTTPError) as refused:
        urlopen(daemon.http_url + "/readyz")
    assert refused.value.code == 503
    assert "corrupt" in refused.value.read().decode()
    with urlopen(daemon.http_url + "/healthz") as healthy:
        assert healthy.status == 200
    with urlopen(daemon.http_url + "/metrics") as metrics:
        assert "subd_store_working 0" in metrics.read().decode()

    async def watch():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            await tab.subscribe("X", "1s", ["RSI"])
            await tab.closed_bars("X", 3)

    asyncio.run(watch())
    daemon.stop()
    assert (daemon.state_dir / "subd.db").read_bytes() == damaged


def test_a_file_of_a_newer_subd_is_refused_by_name(start_subd):
    daemon = start_subd()
    daemon.stop()
    connection = sqlite3.connect(daemon.state_dir / "subd.db")
    connection.execute("UPDATE schema_version SET version = 4711")
    connection.commit()
    connection.close()
    refused = run("subd", *daemon.arguments, home=daemon.home)
    assert refused.returncode not in (0, -signal.SIGSEGV, -signal.SIGABRT)
    assert "4711" in refused.stderr and "subd.db" in refused.stderr


KILLS = 52
AT_ONCE = 4
SPEED = 20  # market seconds per second: a bar of 1s closes every 50 ms
LOST_S = 1.0  # at most the bars of the last second


def kill_again_and_again(seed):
    """Kills one daemon again and again, at moments that the seed decides, and looks at its file each time."""
    chance = random.Random(seed)
    daemon = Daemon()
    try:
        ticks = daemon.home / "ticks.csv"
        daemon.arguments += replay(ticks, SPEED)
        promised, next_second = set(), 0
        for _ in range(KILLS // AT_ONCE):
            write_ticks(ticks, next_second, 400)
            daemon.start()
            seen = bars_until_killed(daemon, chance.uniform(0.3, 2.0))
            end = time.monotonic()
            stored = Stored(daemon)
            assert stored.rows("PRAGMA integrity_check") == [("ok",)]
            promised.update(second for at, second in seen if end - at > LOST_S)
            missing = promised - set(stored.starts())
            assert not missing, f"bars {sorted(missing)} were closed more than {LOST_S} s before the kill"
            next_second += 400
        return len(promised)
    finally:
        daemon.discard()


def bars_until_killed(daemon, lifetime):
    """The time at which each closed bar was seen, and the second that it is of, until the kill `lifetime` later."""
    seen = []
    with RawSocket(daemon, token=daemon.token("alice@example.com")) as tab:
        tab.send_json({"type": "subscribe", "symbol": "X", "timeframe": "1s", "indicators": []})
        killer = threading.Timer(lifetime, kill, (daemon,))
        killer.start()
        try:
            while True:
                update = tab.read_json("market_update")
                if update["bar"] == "closed":
                    start = bar_time(update["ohlcv"]["time"]).timestamp()
                    seen.append((time.monotonic(), round(start) - BEGIN_MS // 1000))
        except ConnectionError:
            pass
        killer.join()
    return seen


def test_killed_at_any_moment_it_loses_at_most_the_last_second_and_corrupts_nothing():
    with ThreadPoolExecutor(AT_ONCE) as workers:
        promised = list(workers.map(kill_again_and_again, range(AT_ONCE)))
    assert sum(promised) > 50, "too few bars were old enough to be promised"
