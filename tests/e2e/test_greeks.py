"""Greeks on the wire against the formulas of the textbook and figures of 50 digits."""

import asyncio

import pytest

import greeks_table
from pricing import black76, of_implied_spot, on_the_wire
from tab import Tab

OPTION_FIELDS = {"iv", "delta", "gamma", "theta", "vega", "rho", "model", "forward", "rate", "t_years"}


def check(greeks, expected, price=None):
    assert set(greeks) == OPTION_FIELDS
    expected = on_the_wire(expected)
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
            check(greeks, of_implied_spot("PE", greeks["forward"], 24_500, 0.065, 0.012, greeks["t_years"], greeks["iv"]),
                  update["ohlcv"]["close"])

    asyncio.run(scenario())


@pytest.mark.skipif(not greeks_table.DATA.exists(), reason=f"no real data in {greeks_table.DATA}")
@pytest.mark.parametrize("model", ["black76", "bsm"])
def test_every_option_of_the_chain_agrees_with_the_golden_figures(start_subd, model):
    daemon = start_subd("--feed", "sim:rate=20", config=greeks_table.configuration(model))
    lines = greeks_table.compare(daemon, model)
    print(greeks_table.text(lines))
    assert all(line.verdict == "equal" for line in lines), greeks_table.text(lines)
    assert all(line.golden_rows > 50 and line.wire_options == 10 for line in lines)
