"""Conditional subscriptions: what a tab gets, recomputed from the values of the messages themselves."""

import asyncio
import math
import urllib.request

import pytest

from tab import Tab
from transcript import check_same_values

WHEN = "RSI_3_100 > 55 and close > SMA_5 or MACD_3_6_3.MACDh > 0"
INDICATORS = ["RSI_3_100", "SMA_5", "MACD_3_6_3"]
BARS = 12


def holds(update):
    """WHEN, without a look at how subd evaluates it."""
    values, close = update["indicators"], update["ohlcv"]["close"]
    rsi, sma, macd = (values[name] for name in INDICATORS)
    if rsi is None or sma is None or macd is None or macd["MACDh"] is None:
        return False
    return rsi > 55 and close > sma or macd["MACDh"] > 0


def key(update):
    return update["epoch"], update["seq"]


def rises(updates):
    """Those with which WHEN turns true, `updates` being all that were published."""
    return {key(after) for before, after in zip(updates, updates[1:]) if holds(after) and not holds(before)}


def metric(daemon, name):
    with urllib.request.urlopen(daemon.http_url + "/metrics") as page:
        lines = page.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name + " "))


def test_each_tab_gets_exactly_what_its_condition_lets_through(subd):
    async def scenario():
        async with Tab(subd, "all", "alice@example.com") as everything, \
                Tab(subd, "level", "alice@example.com") as level, \
                Tab(subd, "twin", "bob@example.com") as twin, \
                Tab(subd, "edge", "bob@example.com") as edge:
            await everything.subscribe("NIFTY50", "1s", INDICATORS)
            snapshots = [await level.subscribe("NIFTY50", "1s", INDICATORS, when=WHEN),
                         await twin.subscribe("NIFTY50", "1s", INDICATORS, when=WHEN),
                         await edge.subscribe("NIFTY50", "1s", INDICATORS, when=WHEN, trigger="edge")]
            assert metric(subd, "subd_conditions") == 1
            start = max(snapshot["seq"] for snapshot in snapshots)
            await everything.closed_bars("NIFTY50", BARS)
            # The market moves as it likes: long enough to turn the condition true before the eyes of all.
            await everything.until(lambda _: rises(within(everything.transcript, start)[1:]), "the condition to rise")
            end = everything.transcript.updates()[-1]["seq"]
            # What was published is on its way to everybody; a reply comes behind it.
            for tab in (level, twin, edge):
                await tab.request("list")
            assert metric(subd, "subd_condition_evaluations_total") >= end - start
            return start, end, everything.transcript, level.transcript, twin.transcript, edge.transcript

    def within(transcript, start, end=math.inf):
        return [one for one in transcript.updates() if start < one["seq"] <= end]

    start, end, everything, level, twin, edge = asyncio.run(scenario())
    for transcript in (level, twin, edge):
        assert all(holds(update) for update in transcript.updates())
    published = within(everything, start, end)
    true = {key(update): update for update in published if holds(update)}
    assert 0 < len(true) < len(published), "the condition must be true of some updates and not of others"

    got = {key(update) for update in within(level, start, end)}
    assert {at for at, update in true.items() if update["bar"] == "closed"} <= got
    assert {key(update) for update in within(twin, start, end) if update["bar"] == "closed"} == {
        key(update) for update in within(level, start, end) if update["bar"] == "closed"}

    # Nothing was conflated in a tab that reads at once, so that the edges can be told from the whole.
    numbers = [update["seq"] for update in published]
    if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        risen = rises(published)
        assert risen == {key(update) for update in within(edge, start, end)} - {key(published[0])}
        assert risen, "the condition must have turned true"
    check_same_values([everything, level, twin, edge])


def test_the_condition_ends_with_its_last_subscription(subd):
    async def scenario():
        async with Tab(subd, "one", "alice@example.com") as one, Tab(subd, "two", "bob@example.com") as two:
            for tab in (one, two):
                await tab.subscribe("TCS", "1s", when="close > 1")
            before = metric(subd, "subd_conditions")
            await one.subscribe("TCS", "1s", when=None)
            streams = (await one.request("list"))["streams"]
            assert "when" not in streams[0]
            await one.closed_bars("TCS", 2)
            assert metric(subd, "subd_conditions") == before
            await two.request("unsubscribe")
            await one.closed_bars("TCS", 1)
            return before, metric(subd, "subd_conditions")

    before, after = asyncio.run(scenario())
    assert after == before - 1


@pytest.mark.parametrize("when, position, token", [
    ("close >", 7, ""),
    ("RSI_3_100 > 70 70", 15, "70"),
    ("close > SMA_50", 8, "SMA_50"),
    ("clsoe > 1", 0, "clsoe"),
    ("(close > 1", 10, ""),
    ("x = 5", 0, "x"),
    ("close = 5", 6, "="),
    ("'a' == 'a'", 0, "'"),
    ("1 < close < 2", 10, "<"),
    ("(" * 20 + "close > 1" + ")" * 20, 16, "("),
])
def test_a_bad_expression_is_placed_and_the_connection_lives(subd, when, position, token):
    async def scenario():
        async with Tab(subd, "mistaken", "mallory@example.com") as tab:
            await tab.subscribe("NIFTY50", "1s", ["RSI_3_100"])
            error = await tab.request("subscribe", symbol="NIFTY50", timeframe="1s", when=when)
            assert error["type"] == "error" and error["code"] == "bad_request", error
            assert error["detail"] == {"field": "when", "position": position, "token": token}
            await tab.closed_bars("NIFTY50", 1)

    asyncio.run(scenario())


@pytest.mark.parametrize("fields", [{"when": 5}, {"when": ""}, {"when": "x" * 513}, {"trigger": "edge"},
                                    {"when": "close > 1", "trigger": "rise"}, {"when": None, "trigger": "edge"}])
def test_a_bad_request_for_a_condition_is_answered(subd, fields):
    async def scenario():
        async with Tab(subd, "mistaken", "mallory@example.com") as tab:
            error = await tab.request("subscribe", symbol="NIFTY50", timeframe="1s", **fields)
            assert error["type"] == "error" and error["code"] == "bad_request", error
            assert (await tab.request("list"))["streams"] == []

    asyncio.run(scenario())
