"""Raw ticks on /ws/ticks: each client its own instruments, modes and throttles; the upstream asked once for all.

Ticker checks every tick on arrival against what its last reply listed.
"""

import asyncio
import re
from contextlib import AsyncExitStack

import pytest

from daemon import wait_until
from tab import Tab
from ticker import Ticker

NIFTY, RELIANCE, TCS, INFY, FUTURE = 256265, 738561, 2953217, 408065, 9000001

LTP = {"type", "token", "symbol", "mode", "seq", "timestamp", "last_price"}
QUOTE = LTP | {"volume", "last_quantity", "average_price", "buy_quantity", "sell_quantity", "ohlc"}
FULL = QUOTE | {"oi", "oi_day_high", "oi_day_low", "last_trade_time", "exchange_timestamp", "depth"}


@pytest.fixture
def daemon(start_subd):
    return start_subd("--feed", "sim:seed=11,rate=20", config="[engine]\ngrace = \"300ms\"\n")


def interest(daemon):
    return daemon.status()["feed"]["interest"]


def listed(reply):
    return {one["token"]: one["mode"] for one in reply["instruments"]}


def test_each_client_gets_its_own_instruments_only(daemon):
    async def scenario():
        async with AsyncExitStack() as stack:
            first = await stack.enter_async_context(Ticker(daemon, "first"))
            second = await stack.enter_async_context(Ticker(daemon, "second"))
            reply = await first.request("subscribe", tokens=[RELIANCE, TCS], mode="quote")
            assert listed(reply) == {RELIANCE: "quote", TCS: "quote"}
            await second.request("subscribe", symbols=["TCS", "INFY"], mode="ltp")
            for _ in range(3):
                await first.ticks(4, RELIANCE)
                await second.ticks(2, INFY)
            assert {one["token"] for one in first.messages if one["type"] == "tick"} == {RELIANCE, TCS}
            assert {one["token"] for one in second.messages if one["type"] == "tick"} == {TCS, INFY}
            # The same number carries the same price to everybody.
            prices = [{one["seq"]: one["last_price"] for one in tab.messages
                       if one["type"] == "tick" and one["token"] == TCS} for tab in (first, second)]
            common = prices[0].keys() & prices[1].keys()
            assert common and all(prices[0][seq] == prices[1][seq] for seq in common)

    asyncio.run(scenario())


def test_a_tick_says_what_its_mode_has(daemon):
    async def scenario():
        async with Ticker(daemon, "modes") as tab:
            await tab.request("subscribe", tokens=[RELIANCE], mode="ltp")
            await tab.request("subscribe", tokens=[TCS], mode="quote")
            await tab.request("subscribe", tokens=[FUTURE, NIFTY], mode="full")
            ltp = (await tab.ticks(1, RELIANCE))[0]
            quote = (await tab.ticks(1, TCS))[0]
            full = (await tab.ticks(1, FUTURE))[0]
            index = (await tab.ticks(1, NIFTY))[0]
            assert (set(ltp), set(quote), set(full), set(index)) == (LTP, QUOTE, FULL, FULL)
            assert quote["ohlc"]["low"] <= quote["last_price"] <= quote["ohlc"]["high"]
            assert full["oi_day_low"] <= full["oi"] <= full["oi_day_high"]
            assert [len(full["depth"][side]) for side in ("buy", "sell")] == [5, 5]
            assert full["depth"]["buy"][0]["price"] < full["last_price"] < full["depth"]["sell"][0]["price"]
            assert index["volume"] is None and index["depth"] is None and index["ohlc"]["open"] > 0

    asyncio.run(scenario())


def test_ltp_ticks_come_with_a_new_price_only(daemon):
    async def scenario():
        async with Ticker(daemon, "ltp") as tab:
            await tab.request("subscribe", tokens=[INFY], mode="ltp")
            prices = [one["last_price"] for one in await tab.ticks(20, INFY)]
            assert all(before != after for before, after in zip(prices, prices[1:]))

    asyncio.run(scenario())


def test_the_upstream_is_asked_once_for_all_and_released_with_the_last(daemon):
    async def scenario():
        async with Ticker(daemon, "first") as first:
            await first.request("subscribe", tokens=[RELIANCE, TCS], mode="ltp")
            async with Ticker(daemon, "second") as second:
                await second.request("subscribe", tokens=[RELIANCE], mode="full")
                now = interest(daemon)
                assert (now["ltp"], now["quote"], now["full"]) == (1, 0, 1)
                assert now["subscribed"] == 2
            wait_until(lambda: interest(daemon)["ltp"] == 2, "the mode to fall after the grace")
            assert interest(daemon)["unsubscribed"] == 0
        wait_until(lambda: interest(daemon)["unsubscribed"] == 2, "the upstream to be released after the grace")

    asyncio.run(scenario())


def test_a_new_filter_touches_only_the_difference(daemon):
    async def scenario():
        async with Ticker(daemon, "filter") as tab, Ticker(daemon, "other") as other:
            await tab.request("subscribe", tokens=[RELIANCE, TCS], mode="full")
            await other.request("subscribe", tokens=[TCS, RELIANCE], mode="full")
            before = interest(daemon)
            reply = await tab.request("update_filter", tokens=[TCS, INFY])
            assert listed(reply) == {TCS: "full", INFY: "quote"}
            assert interest(daemon)["subscribed"] == before["subscribed"] + 1
            await tab.ticks(3, INFY)
            await other.ticks(3, RELIANCE)
            reply = await tab.request("update_filter", tokens=[])
            assert listed(reply) == {}
            wait_until(lambda: interest(daemon)["unsubscribed"] == before["unsubscribed"] + 1, "INFY to be released")
            start = len(tab.messages)
            await other.ticks(5)
            assert not [one for one in tab.messages[start:] if one["type"] == "tick"]

    asyncio.run(scenario())


def test_streams_and_ticks_of_an_instrument_share_it(daemon):
    async def scenario():
        async with Ticker(daemon, "ticks") as ticks:
            await ticks.request("subscribe", tokens=[RELIANCE], mode="ltp")
            assert interest(daemon)["ltp"] == 1
            async with Tab(daemon, "bars", "bars@example.com") as bars:
                await bars.subscribe("RELIANCE", "1s")
                now = interest(daemon)
                assert (now["ltp"], now["quote"], now["mode_changes"]) == (0, 1, 1)
            wait_until(lambda: interest(daemon)["ltp"] == 1, "the stream's interest to end")
            await ticks.ticks(3, RELIANCE)

    asyncio.run(scenario())


def test_a_throttle_delivers_the_newest_in_the_end(start_subd, tmp_path):
    # A burst and then nothing more: only the trailing edge of the throttle can deliver its end.
    rows = [(0, 100), (6000, 101), (6050, 102), (6100, 103), (6150, 104)]
    file = tmp_path / "ticks.csv"
    file.write_text("ts_ms,price,size\n" + "".join(f"{1700000000000 + at},{price},5\n" for at, price in rows))
    daemon = start_subd("--feed", f"replay:{file},symbol=NIFTY50,exchange=24x7")

    async def scenario():
        async with Ticker(daemon, "throttled") as tab:
            await tab.request("subscribe", tokens=[NIFTY], mode="full", throttle_ms=1000)
            ticks = await tab.ticks(2, NIFTY)
            assert [one["last_price"] for one in ticks] == [101, 104]
            # A replay gives what it has.
            assert (ticks[0]["last_quantity"], ticks[0]["ohlc"]["open"], ticks[0]["depth"]) == (5, None, None)

    asyncio.run(scenario())


def test_replies_list_the_set_and_a_bad_request_changes_nothing(daemon):
    async def scenario():
        async with Ticker(daemon, "errors") as tab:
            await tab.request("subscribe", tokens=[TCS], mode="ltp", throttle_ms=10)
            for fields, code, word in (({"tokens": [TCS, 738562]}, "unknown_symbol", "738561"),
                                       ({"symbols": ["RELIANC"]}, "unknown_symbol", "RELIANCE"),
                                       ({"tokens": ["738561"]}, "bad_request", "tokens[0]"),
                                       ({"tokens": [1], "mode": "depth"}, "bad_request", "mode")):
                reply = await tab.request("subscribe", **fields)
                assert (reply["type"], reply["code"]) == ("error", code), reply
                assert word in reply["message"], reply
            reply = await tab.request("list")
            assert reply["instruments"] == [{"token": TCS, "symbol": "TCS", "mode": "ltp", "throttle_ms": 10}]
            reply = await tab.request("unsubscribe", tokens=[RELIANCE])
            assert reply["code"] == "not_subscribed"
            assert (await tab.request("unsubscribe"))["instruments"] == []
            assert (await tab.request("heartbeat"))["type"] == "heartbeat_ack"

    asyncio.run(scenario())


def test_a_client_has_a_limit_of_tokens(start_subd):
    daemon = start_subd(config="[limits]\ntokens_per_client = 2\n")

    async def scenario():
        async with Ticker(daemon, "limited") as tab:
            assert tab.messages[0]["limits"]["tokens"] == 2
            await tab.request("subscribe", tokens=[TCS, INFY])
            reply = await tab.request("subscribe", tokens=[RELIANCE])
            assert reply["code"] == "limit_exceeded" and reply["detail"] == {"field": "tokens", "maximum": 2}
            assert listed(await tab.request("update_filter", tokens=[RELIANCE])) == {RELIANCE: "quote"}

    asyncio.run(scenario())


def test_a_pulled_plug_releases_its_tokens_and_nothing_else(daemon):
    async def scenario():
        async with Ticker(daemon, "stays") as stays, Ticker(daemon, "dies") as dies:
            await stays.request("subscribe", tokens=[TCS])
            await dies.request("subscribe", tokens=[TCS, INFY])
            dies.kill()
            await dies.reader
            wait_until(lambda: interest(daemon)["unsubscribed"] == 1, "INFY to be released")
            await stays.ticks(5, TCS)

    asyncio.run(scenario())


def test_an_operator_sees_who_takes_what(daemon):
    async def scenario():
        async with Ticker(daemon, "seen", "seen@example.com") as tab:
            await tab.request("subscribe", tokens=[TCS], mode="full")
            session = daemon.sessions("seen@example.com")[0]
            assert session["kind"] == "ticks"
            assert session["ticks"] == [{"token": TCS, "symbol": "TCS", "mode": "full", "throttle_ms": 0}]
            shown = daemon.subctl("sessions", "show", session["id"]).stdout
            assert re.search(r"^ticks +2953217 TCS full$", shown, re.M), shown
            metrics = daemon.subctl("metrics").stdout
            assert 'subd_clients{kind="ticks"} 1' in metrics
            assert 'subd_upstream_instruments{mode="full"} 1' in metrics
            refused = daemon.subctl("subs", "add", session["id"], "TCS", "1min")
            assert refused.returncode != 0 and "no streams" in refused.stderr, refused

    asyncio.run(scenario())
