"""Real NIFTY 50 bars through the whole daemon, against the figures of TA-Lib 0.6."""

import asyncio
import csv
import math
import os

import pytest

from daemon import PROJECT, wait_until
from tab import Tab
from transcript import bar_time

DATA = PROJECT.parent / "shared" / "data"
DATA = type(DATA)(os.environ.get("SUBD_REALDATA_DIR", DATA))
BARS = DATA / "market" / "nifty50_1min_2019-01-01_04.csv"
GOLDEN = DATA / "golden" / "talib_0.6.0_nifty50.csv"

pytestmark = pytest.mark.skipif(not (BARS.exists() and GOLDEN.exists()), reason=f"no real data in {DATA}")

# Golden column -> indicator id and output; output None where the indicator is a plain number.
COLUMNS = {
    "RSI_14": ("RSI_14_100", None),
    "EMA_20": ("EMA_20", None),
    "MACD_12_26_9": ("MACD_12_26_9", "MACD"),
    "MACDs_12_26_9": ("MACD_12_26_9", "MACDs"),
    "MACDh_12_26_9": ("MACD_12_26_9", "MACDh"),
    "BBU_20_2.0": ("BBANDS_20_2", "BBU"),
    "BBM_20_2.0": ("BBANDS_20_2", "BBM"),
    "BBL_20_2.0": ("BBANDS_20_2", "BBL"),
}
IDS = sorted({indicator for indicator, _ in COLUMNS.values()})


def value_of(indicators, indicator, output):
    value = indicators[indicator]
    return value if value is None or output is None else value[output]


def test_a_snapshot_of_the_replayed_file_equals_talib(start_subd):
    daemon = start_subd("--feed", f"replay:{BARS},symbol=NIFTY50,timeframe=1min,speed=max")
    wait_until(lambda: daemon.status()["feed"]["finished"], "the file to be played")
    golden = {bar_time(row["timestamp"]): row for row in csv.DictReader(GOLDEN.open())}

    async def snapshot():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            return await tab.subscribe("NIFTY50", "1min", IDS, history=1500)

    bars = asyncio.run(snapshot())["bars"]
    assert [bar_time(bar["time"]) for bar in bars] == list(golden)[-len(bars):]
    assert len(bars) == min(1500, len(golden))

    compared = dict.fromkeys(COLUMNS, 0)
    for bar in bars:
        row = golden[bar_time(bar["time"])]
        for column, (indicator, output) in COLUMNS.items():
            if not row[column]:
                continue
            value = value_of(bar["indicators"], indicator, output)
            assert value is not None, f"no {column} at {bar['time']}, TA-Lib has {row[column]}"
            assert math.isclose(value, float(row[column]), rel_tol=1e-9, abs_tol=1e-9), f"{column} at {bar['time']}"
            compared[column] += 1
    assert min(compared.values()) > 1400, compared


def test_bars_of_the_file_pass_unchanged_and_larger_ones_are_built_from_them(start_subd):
    daemon = start_subd("--feed", f"replay:{BARS},symbol=NIFTY50,timeframe=1min,speed=max")
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
