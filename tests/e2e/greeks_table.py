"""What a running subd sends as greeks, field by field against values that were computed with 50 digits.

    /usr/bin/python3 tests/e2e/greeks_table.py

Two steps for each model. The formulas of pricing.py, in doubles, against the golden files: GOLDEN. Then every option of
the simulated chain through a WebSocket snapshot of a subd (of SUBD_BIN_DIR) against those formulas, with the forward,
rate, time and implied volatility that the message says: WIRE. Differences are of options on an underlying of 1.
Exits 1 when one is above 1e-9.
"""

import asyncio
import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pricing
from daemon import PROJECT, Daemon
from tab import Tab

DATA = Path(os.environ.get("SUBD_REALDATA_DIR", PROJECT.parent / "shared" / "data")) / "greeks"
TOLERANCE = 1e-9
STRIKES = (24_300, 24_400, 24_500, 24_600, 24_700)
RATE, DIVIDEND = 0.065, 0.012

# Field -> golden column, and the power of the underlying that it grows with.
FIELDS = {
    "price": ("price", 1),
    "delta": ("delta", 0),
    "gamma": ("gamma", -1),
    "theta": ("theta_per_year", 1),
    "vega": ("vega_per_1.00vol", 1),
    "rho": ("rho_per_1.00rate", 1),
}


@dataclass
class Line:
    model: str
    field: str
    golden: float = 0.0
    golden_rows: int = 0
    wire: float = 0.0
    wire_options: int = 0

    @property
    def verdict(self):
        return "equal" if max(self.golden, self.wire) <= TOLERANCE else "DIFFERS"


def golden_rows(model):
    name = {"black76": "black76_sample.csv", "bsm": "bsm_sample.csv"}[model]
    with (DATA / name).open() as file:
        for row in csv.DictReader(file):
            kind = "CE" if row["type"] == "c" else "PE"
            strike, years, rate, iv = (float(row[name]) for name in ("K", "T", "r", "sigma"))
            if model == "black76":
                underlying = float(row["F"])
                values = pricing.black76(kind, underlying, strike, rate, years, iv)
            else:
                underlying = float(row["S"])
                values = pricing.black_scholes_merton(kind, underlying, strike, rate, float(row["q"]), years, iv)
            yield underlying, values, {field: float(row[column]) for field, (column, _) in FIELDS.items()}


async def wire_rows(daemon, model):
    formula = pricing.black76 if model == "black76" else (
        lambda kind, forward, strike, rate, years, iv: pricing.of_implied_spot(kind, forward, strike, rate, DIVIDEND,
                                                                               years, iv))
    async with Tab(daemon, model, "alice@example.com") as tab:
        for strike in STRIKES:
            for kind in ("CE", "PE"):
                symbol = f"NIFTY50{strike}{kind}"
                await tab.subscribe(symbol, "1s")
                # A deep option may have no time value for a moment: then its volatility is 0, and the formulas end.
                for _ in range(20):
                    await tab.until(lambda one: one["type"] == "market_update" and one["symbol"] == symbol
                                    and one["bar"] == "closed" and one["greeks"], f"greeks of {symbol}")
                    snapshot = await tab.subscribe(symbol, "1s", history=1)
                    greeks = snapshot["greeks"]
                    if greeks["iv"] > 0:
                        break
                assert greeks["iv"] > 0, f"{symbol} has no time value at all"
                assert greeks["model"] == model and greeks["rate"] == RATE
                expected = pricing.on_the_wire(formula(kind, greeks["forward"], strike, greeks["rate"],
                                                       greeks["t_years"], greeks["iv"]))
                yield greeks["forward"], {**greeks, "price": snapshot["ohlcv"]["close"]}, expected


def compare(daemon, model):
    """A Line for every field of `model`, which `daemon` was started with."""
    lines = [Line(model, field) for field in FIELDS]

    def add(kind, underlying, values, expected):
        for line in lines:
            scale = underlying ** -FIELDS[line.field][1]
            apart = abs(values[line.field] - expected[line.field]) * scale
            setattr(line, kind, max(getattr(line, kind), apart))

    for underlying, values, expected in golden_rows(model):
        add("golden", underlying, values, expected)
        for line in lines:
            line.golden_rows += 1

    async def wire():
        async for forward, values, expected in wire_rows(daemon, model):
            add("wire", forward, values, expected)
            for line in lines:
                line.wire_options += 1

    asyncio.run(wire())
    return lines


def configuration(model):
    return f'[greeks]\nmodel = "{model}"\nrate = {RATE}\ndividend = {DIVIDEND}\n'


def text(lines):
    form = "{:<8} {:<6} {:>5} {:>8} {:>8} {:>8}  {}".format
    return "\n".join([form("MODEL", "FIELD", "ROWS", "GOLDEN", "OPTIONS", "WIRE", ""),
                      *(form(line.model, line.field, line.golden_rows, f"{line.golden:.1e}", line.wire_options,
                             f"{line.wire:.1e}", line.verdict) for line in lines)])


def main():
    if not DATA.exists():
        return f"no real data in {DATA}"
    lines = []
    for model in ("black76", "bsm"):
        daemon = Daemon("--feed", "sim:rate=20", config=configuration(model))
        try:
            lines += compare(daemon.start(), model)
        finally:
            daemon.discard()
    print(text(lines))
    return int(any(line.verdict != "equal" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
