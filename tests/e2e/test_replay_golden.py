"""Real NIFTY 50 bars through the whole daemon, against the figures of TA-Lib 0.6."""

import asyncio
import csv

import pytest

import golden_table
from daemon import wait_until
from golden_table import BARS, DATA, FEED, GOLDEN
from tab import Tab
from transcript import bar_time

pytestmark = pytest.mark.skipif(not (BARS.exists() and GOLDEN.exists()), reason=f"no real data in {DATA}")


def test_a_snapshot_of_the_replayed_file_equals_talib(start_subd):
    lines = golden_table.compare(start_subd(*FEED))
    print(golden_table.text(lines))
    assert not [f"{line.column}: {line.verdict}" for line in lines if line.troubles]
    assert min(line.rows for line in lines) > 1400


def test_bars_of_the_file_pass_unchanged_and_larger_ones_are_built_from_them(start_subd):
    daemon = start_subd(*FEED)
    wait_until(lambda: daemon.status()["feed"]["finished"], "the file to be played")
    rows = {bar_time(row["timestamp"]): row for row in csv.DictReader(BARS.open())}

    async def snapshots():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            return [await tab.subscribe("NIFTY50", timeframe, history=5000) for timeframe in ("1min", "5min")]

    minutes, fives = (one["bars"] for one in asyncio.run(snapshots()))
    for bar in minutes:
        row = rows[bar_time(bar["time"])]
        for field in ("open", "high", "low", "close"):
            assert bar[field] == float(row[field]), f"{field} at {bar['time']}"
    by_start = {}
    for bar in minutes:
        start = bar_time(bar["time"])
        by_start.setdefault(start.replace(minute=start.minute // 5 * 5), []).append(bar)
    checked = 0
    for five in fives:
        parts = by_start[bar_time(five["time"])]
        if len(parts) != 5:
            continue
        assert five["open"] == parts[0]["open"] and five["close"] == parts[-1]["close"]
        assert five["high"] == max(part["high"] for part in parts)
        assert five["low"] == min(part["low"] for part in parts)
        checked += 1
    assert checked > 250
