"""What a running subd sends for real NIFTY 50 bars, column by column against the figures of TA-Lib 0.6.

    /usr/bin/python3 tests/e2e/golden_table.py

starts a subd (of SUBD_BIN_DIR), replays the bars and prints the table; it exits 1 when a column differs.
"""

import asyncio
import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from daemon import PROJECT, Daemon, wait_until
from tab import Tab
from transcript import bar_time

DATA = Path(os.environ.get("SUBD_REALDATA_DIR", PROJECT.parent / "shared" / "data"))
BARS = DATA / "market" / "nifty50_1min_2019-01-01_04.csv"
GOLDEN = DATA / "golden" / "talib_0.6.0_nifty50.csv"
FEED = ("--feed", f"replay:{BARS},symbol=NIFTY50,timeframe=1min,speed=max")
HISTORY = 5000  # more than the file has

# Golden column -> indicator id and output; output None where the indicator is a plain number.
COLUMNS = {
    "SMA_20": ("SMA_20", None),
    "EMA_20": ("EMA_20", None),
    "WMA_20": ("WMA_20", None),
    "DEMA_20": ("DEMA_20", None),
    "TEMA_20": ("TEMA_20", None),
    "KAMA_10": ("KAMA_10_2_30", None),
    "RSI_14": ("RSI_14_100", None),
    "MACD_12_26_9": ("MACD_12_26_9", "MACD"),
    "MACDs_12_26_9": ("MACD_12_26_9", "MACDs"),
    "MACDh_12_26_9": ("MACD_12_26_9", "MACDh"),
    "BBU_20_2.0": ("BBANDS_20_2", "BBU"),
    "BBM_20_2.0": ("BBANDS_20_2", "BBM"),
    "BBL_20_2.0": ("BBANDS_20_2", "BBL"),
    "ATR_14": ("ATR_14", None),
    "NATR_14": ("NATR_14", None),
    "ADX_14": ("ADX_14", "ADX"),
    "DMP_14": ("ADX_14", "DMP"),
    "DMN_14": ("ADX_14", "DMN"),
    "STOCHk_14_3_3": ("STOCH_14_3_3", "STOCHk"),
    "STOCHd_14_3_3": ("STOCH_14_3_3", "STOCHd"),
    "CCI_20": ("CCI_20", None),
    "WILLR_14": ("WILLR_14", None),
    "ROC_10": ("ROC_10", None),
    "MOM_10": ("MOM_10", None),
    "TRIX_18": ("TRIX_18_9", "TRIX"),
    "AROOND_14": ("AROON_14", "AROOND"),
    "AROONU_14": ("AROON_14", "AROONU"),
    "UO_7_14_28": ("UO_7_14_28", None),
    "PPO_12_26": ("PPO_12_26_9", "PPO"),
    "STDDEV_30": ("STDEV_30", None),
    "LINEARREG_14": ("LINREG_14", None),
    "SAR_0.02_0.2": ("PSAR_0.02_0.2", None),
}
IDS = sorted({indicator for indicator, _ in COLUMNS.values()})

RELATIVE = 1e-9
# Where the true value is 0, TA-Lib's running sums keep this much of the values that have left them.
RESIDUE = 1e-12
# STDDEV alone is less exact: TA-Lib takes the difference of two sums of 30 squares, the last digit of which is this. It
# is its figure that is off, as tests/indicator/golden_test.cpp shows, so there the squares have to agree to that digit.
SQUARES = {"STDDEV_30": 2.0 ** -21}


@dataclass
class Line:
    """How one column compares. `worst` is relative, over all rows but the `residual` ones, which only RESIDUE excuses."""

    column: str
    indicator: str
    output: str
    rows: int = 0
    worst: float = 0.0
    residual: int = 0
    troubles: tuple = ()

    def compare(self, when, value, expected):
        if value is None and expected is None:
            return
        if value is None or expected is None:
            self.troubles += (f"{when}: {value}, TA-Lib {expected}",)
            return
        self.rows += 1
        apart = abs(value - expected)
        if RELATIVE * abs(expected) < apart <= RESIDUE:
            self.residual += 1
            return
        self.worst = max(self.worst, apart / abs(expected) if expected else apart)
        if self.column in SQUARES:
            equal = abs(value * value - expected * expected) <= SQUARES[self.column]
        else:
            equal = apart <= RELATIVE * abs(expected)
        if not equal:
            self.troubles += (f"{when}: {value}, TA-Lib {expected}",)

    @property
    def verdict(self):
        if self.troubles:
            return f"DIFFERS in {len(self.troubles)} rows, first {self.troubles[0]}"
        if self.column in SQUARES:
            return "equal but for TA-Lib's rounding of squares"
        return f"equal but for TA-Lib's residue near 0, rows: {self.residual}" if self.residual else "equal"


def value_of(indicators, indicator, output):
    value = indicators[indicator]
    return value if value is None or output is None else value[output]


def compare(daemon):
    """A Line for every column of the golden file, from one snapshot of a daemon that was started with FEED."""
    wait_until(lambda: daemon.status()["feed"]["finished"], "the file to be played")
    with GOLDEN.open() as file:
        golden = {bar_time(row.pop("timestamp")): row for row in csv.DictReader(file)}
    unknown = set(next(iter(golden.values()))) ^ set(COLUMNS)
    assert not unknown, f"columns of {GOLDEN.name} without an indicator, or the reverse: {unknown}"

    async def snapshot():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            return await tab.subscribe("NIFTY50", "1min", IDS, history=HISTORY)

    bars = asyncio.run(snapshot())["bars"]
    assert [bar_time(bar["time"]) for bar in bars] == list(golden)
    lines = [Line(column, indicator, output) for column, (indicator, output) in COLUMNS.items()]
    for bar in bars:
        row = golden[bar_time(bar["time"])]
        for line in lines:
            cell = row[line.column]
            line.compare(bar["time"], value_of(bar["indicators"], line.indicator, line.output),
                         float(cell) if cell else None)
    return lines


def text(lines):
    form = "{:<14} {:<15} {:<7} {:>5} {:>8}  {}".format
    rows = [form(line.column, line.indicator, line.output or "-", line.rows, f"{line.worst:.1e}", line.verdict)
            for line in lines]
    return "\n".join([form("COLUMN", "INDICATOR", "OUTPUT", "ROWS", "WORST", ""), *rows])


def main():
    if not (BARS.exists() and GOLDEN.exists()):
        return f"no real data in {DATA}"
    daemon = Daemon(*FEED)
    try:
        lines = compare(daemon.start())
        print(text(lines))
    finally:
        daemon.discard()
    return int(any(line.troubles for line in lines))


if __name__ == "__main__":
    sys.exit(main())
