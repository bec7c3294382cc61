"""Greeks on the wire against Black's formula, written down here once more from the textbook."""

import asyncio
import math

import pytest

from tab import Tab

OPTION_FIELDS = {"iv", "delta", "gamma", "theta", "vega", "rho", "model", "forward", "rate", "t_years"}


def cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black76(kind, forward, strike, rate, years, iv):
    """Price and greeks in the protocol's units."""
    sign = 1 if kind == "CE" else -1
    deviation = iv * math.sqrt(years)
    d1 = math.log(forward / strike) / deviation + deviation / 2
    d2 = d1 - deviation
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    discount = math.exp(-rate * years)
    price = discount * sign * (forward * cdf(sign * d1) - strike * cdf(sign * d2))
    decay = discount * forward * density * iv / (2 * math.sqrt(years))
    return {"price": price, "delta": sign * discount * cdf(sign * d1),
            "gamma": discount * density / (forward * deviation), "theta": (rate * price - decay) / 365,
            "vega": discount * forward * density * math.sqrt(years) / 100, "rho": -years * price / 100}


def spot_model(kind, forward, strike, rate, dividend, years, iv):
    """Black-Scholes-Merton on the spot that the forward implies."""
    sign = 1 if kind == "CE" else -1
    spot = forward * math.exp((dividend - rate) * years)
    deviation = iv * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate - dividend + iv * iv / 2) * years) / deviation
    d2 = d1 - deviation
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    of_spot, of_strike = math.exp(-dividend * years), strike * math.exp(-rate * years)
    price = sign * (spot * of_spot * cdf(sign * d1) - of_strike * cdf(sign * d2))
    theta = (-spot * of_spot * density * iv / (2 * math.sqrt(years)) - sign * rate * of_strike * cdf(sign * d2)
             + sign * dividend * spot * of_spot * cdf(sign * d1))
    return {"price": price, "delta": sign * of_spot * cdf(sign * d1), "gamma": of_spot * density / (spot * deviation),
            "theta": theta / 365, "vega": spot * of_spot * density * math.sqrt(years) / 100,
            "rho": sign * years * of_strike * cdf(sign * d2) / 100}


def check(greeks, expected, price=None):
    assert set(greeks) == OPTION_FIELDS
    for name in ("delta", "gamma", "theta", "vega", "rho"):
        assert greeks[name] == pytest.approx(expected[name], rel=1e-9, abs=1e-15), name
    if price is not None:
        assert price == pytest.approx(expected["price"], rel=1e-9)


def with_greeks(symbol):
    return lambda one: one["type"] == "market_update" and one["symbol"] == symbol and one["greeks"]


def test_an_option_carries_the_greeks_of_its_price(subd):
    async def scenario():
        async with Tab(subd, "tab", "olga@example.com") as tab:
            for symbol in ("NIFTY5024300CE", "NIFTY5024700PE"):
                await tab.subscribe(symbol, "1s", history=2)
                update = await tab.until(
                    lambda one, symbol=symbol: with_greeks(symbol)(one) and one["bar"] == "closed", "greeks")
                greeks = update["greeks"]
                assert greeks["model"] == "black76" and greeks["rate"] == 0
                assert 0.1 < greeks["iv"] < 0.2 and 24_000 < greeks["forward"] < 27_000
                check(greeks, black76(symbol[-2:], greeks["forward"], float(symbol[7:12]), 0, greeks["t_years"],
                                      greeks["iv"]), update["ohlcv"]["close"])
                assert set(update["oi"]) == {"oi", "change"}
            snapshot = await tab.subscribe("NIFTY5024300CE", "1s", history=2)
            assert set(snapshot["greeks"]) == OPTION_FIELDS
            assert all("greeks" not in bar for bar in snapshot["bars"])

    asyncio.run(scenario())


def test_an_underlying_carries_its_chain_and_an_equity_nothing(subd):
    async def scenario():
        async with Tab(subd, "tab", "oscar@example.com") as tab:
            await tab.subscribe("NIFTY50", "1s")
            await tab.subscribe("RELIANCE", "1s")
            update = await tab.until(
                lambda one: with_greeks("NIFTY50")(one) and one["greeks"]["call"] and one["greeks"]["put"]
                and one["oi"] and one["oi"]["put_oi"], "the chain")
            greeks, oi = update["greeks"], update["oi"]
            assert set(greeks) == {"expiry", "atm_strike", "atm_iv", "call", "put", "pcr"}
            assert greeks["expiry"] == "2030-12-26"
            strikes = (24_300, 24_400, 24_500, 24_600, 24_700)
            assert greeks["atm_strike"] in strikes
            distance = abs(update["ohlcv"]["close"] - greeks["atm_strike"])
            assert distance == pytest.approx(min(abs(update["ohlcv"]["close"] - one) for one in strikes))
            for kind, side in (("CE", "call"), ("PE", "put")):
                one = greeks[side]
                check(one, black76(kind, one["forward"], greeks["atm_strike"], 0, one["t_years"], one["iv"]))
            assert greeks["atm_iv"] == pytest.approx((greeks["call"]["iv"] + greeks["put"]["iv"]) / 2)
            assert set(oi) == {"call_oi", "put_oi", "pcr"}
            assert oi["pcr"] == greeks["pcr"] == pytest.approx(oi["put_oi"] / oi["call_oi"])
            share = await tab.until(
                lambda one: one["type"] == "market_update" and one["symbol"] == "RELIANCE", "an update of a share")
            assert share["greeks"] is None and share["oi"] is None

    asyncio.run(scenario())


def test_two_tabs_see_the_same_greeks(subd):
    async def scenario():
        async with Tab(subd, "a", "otto@example.com") as a, Tab(subd, "b", "olaf@example.com") as b:
            await a.subscribe("NIFTY5024500CE", "1s")
            await b.subscribe("NIFTY5024500CE", "1s", ["SMA_5"])
            await a.closed_bars("NIFTY5024500CE", 2)
            await b.closed_bars("NIFTY5024500CE", 2)
            mine, others = ({one["seq"]: one["greeks"] for one in tab.transcript.updates()} for tab in (a, b))
            common = set(mine) & set(others)
            assert len(common) >= 3
            assert all(mine[seq] == others[seq] for seq in common)

    asyncio.run(scenario())


def test_the_convention_is_the_configured_one(start_subd):
    daemon = start_subd("--feed", "sim:rate=20", config=(
        '[greeks]\nmodel = "bsm"\nforward = "future"\nrate = 0.065\ndividend = 0.012\n'))

    async def scenario():
        async with Tab(daemon, "tab", "oona@example.com") as tab:
            await tab.subscribe("NIFTY50FUT", "1s")
            await tab.subscribe("NIFTY5024500PE", "1s")
            # Until the future has a price, the index stands in for it.
            update = await tab.until(
                lambda one: with_greeks("NIFTY5024500PE")(one) and one["bar"] == "closed", "greeks")
            greeks = update["greeks"]
            assert greeks["model"] == "bsm" and greeks["rate"] == 0.065
            check(greeks, spot_model("PE", greeks["forward"], 24_500, 0.065, 0.012, greeks["t_years"], greeks["iv"]),
                  update["ohlcv"]["close"])

    asyncio.run(scenario())
