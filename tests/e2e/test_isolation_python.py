"""Alice's two tabs and Bob on python3-websockets: each gets what it asked for, all of it, and nothing else.

Tab and Transcript check every single message on arrival: streams and exact indicator sets by the server's last reply,
connection ids, rising seq. The tests add what can only be seen from outside one tab.
"""

import asyncio
from contextlib import AsyncExitStack

from daemon import wait_until
from tab import Tab
from transcript import check_same_values

RSI, MACD, EMA, SMA = "RSI_14_100", "MACD_12_26_9", "EMA_20", "SMA_20"


async def three_tabs(daemon, stack):
    alice_1 = await stack.enter_async_context(Tab(daemon, "alice-1", "alice@example.com", "tab1"))
    alice_2 = await stack.enter_async_context(Tab(daemon, "alice-2", "alice@example.com", "tab2"))
    bob = await stack.enter_async_context(Tab(daemon, "bob", "bob@example.com"))
    await alice_1.subscribe("NIFTY50", "1s", [RSI, MACD])
    await alice_2.subscribe("NIFTY50", "1s", [EMA])
    await bob.subscribe("NIFTY50", "1s", [RSI, SMA])
    await bob.subscribe("RELIANCE", "1s", [EMA])
    return alice_1, alice_2, bob


def test_connected_tells_each_tab_who_it_is(subd):
    async def scenario():
        async with Tab(subd, "a", "alice@example.com", "tab1") as a, Tab(subd, "b", "alice@example.com", "tab1") as b, \
                Tab(subd, "c", "bob@example.com") as c:
            greetings = [tab.messages[0] for tab in (a, b, c)]
            assert len({one["ws_conn_id"] for one in greetings}) == 3
            assert [one["user_id"] for one in greetings] == ["alice@example.com"] * 2 + ["bob@example.com"]
            assert [one["session_id"] for one in greetings] == ["tab1", "tab1", None]
            for one in greetings:
                assert one["protocol"] == 1
                assert one["heartbeat_interval_ms"] > 0
                assert set(one["limits"]) == {"streams", "indicators_per_stream", "message_bytes"}

    asyncio.run(scenario())


def test_each_tab_gets_exactly_its_own_indicators_with_common_values(subd):
    async def scenario():
        async with AsyncExitStack() as stack:
            tabs = await three_tabs(subd, stack)
            for tab in tabs:
                await tab.closed_bars("NIFTY50", 3)
            await tabs[2].closed_bars("RELIANCE", 1)
            for tab in tabs:
                assert tab.transcript.check_no_gap("NIFTY50") >= 3
            assert {one["symbol"] for one in tabs[0].transcript.updates()} == {"NIFTY50"}
            assert {one["symbol"] for one in tabs[2].transcript.updates()} == {"NIFTY50", "RELIANCE"}
            assert check_same_values([tab.transcript for tab in tabs]) >= 6

    asyncio.run(scenario())


def test_what_two_tabs_take_is_computed_once(subd):
    async def scenario():
        async with AsyncExitStack() as stack:
            await three_tabs(subd, stack)
            topic = next(one for one in subd.topics()
                         if (one["symbol"], one["timeframe"], one["indicator"]) == ("NIFTY50", "1s", RSI))
            assert topic["subscribers"] == 2
            assert topic["computations"] == 1

    asyncio.run(scenario())


def test_closing_and_cutting_a_tab_leave_the_others_whole(subd):
    async def scenario():
        async with AsyncExitStack() as stack:
            alice_1, alice_2, bob = await three_tabs(subd, stack)
            await alice_1.close()
            await bob.closed_bars("NIFTY50", 2)
            await alice_2.closed_bars("NIFTY50", 1)
            bob.kill()
            await alice_2.closed_bars("NIFTY50", 2)
            assert alice_2.transcript.check_no_gap("NIFTY50") >= 4
            ids = {alice_1.transcript.connection_id, bob.transcript.connection_id}
            wait_until(lambda: ids.isdisjoint(one["id"] for one in subd.sessions() if one["state"] == "open"),
                       "the ended sessions to be gone")
            assert alice_2.transcript.connection_id in {one["id"] for one in subd.sessions()}

    asyncio.run(scenario())


def test_unsubscribing_in_one_tab_leaves_the_others(subd):
    async def scenario():
        async with AsyncExitStack() as stack:
            alice_1, alice_2, bob = await three_tabs(subd, stack)
            reply = await alice_1.request("unsubscribe", symbol="NIFTY50", timeframe="1s", indicators=[RSI])
            assert reply["type"] == "unsubscribed" and reply["indicators"] == [MACD]
            await alice_1.closed_bars("NIFTY50", 1)  # with MACD alone: the transcript checks it

            reply = await alice_1.request("unsubscribe", symbol="NIFTY50", timeframe="1s")
            assert reply["streams"] == []
            quiet_from = len(alice_1.messages)
            await bob.closed_bars("NIFTY50", 2)
            await alice_2.closed_bars("NIFTY50", 1)
            assert [one["type"] for one in alice_1.messages[quiet_from:] if one["type"] == "market_update"] == []
            for tab in (alice_2, bob):
                tab.transcript.check_no_gap("NIFTY50")

            await alice_1.subscribe("NIFTY50", "1s", [SMA])
            await alice_1.closed_bars("NIFTY50", 1)
            assert check_same_values([tab.transcript for tab in (alice_1, alice_2, bob)]) > 0

    asyncio.run(scenario())


def test_subscribing_again_adds_indicators_and_unsubscribing_everything_ends_all(subd):
    async def scenario():
        async with Tab(subd, "tab", "carol@example.com") as tab:
            await tab.subscribe("TCS", "1s", [RSI])
            await tab.subscribe("TCS", "1s", [{"name": "EMA", "params": {"length": 9}}])
            await tab.subscribe("SBIN", "5s", {"SMA_20": {}})
            reply = await tab.request("list")
            listed = {(one["symbol"], one["timeframe"]): set(one["indicators"]) for one in reply["streams"]}
            assert listed == {("TCS", "1s"): {RSI, "EMA_9"}, ("SBIN", "5s"): {SMA}}
            await tab.closed_bars("TCS", 1)
            reply = await tab.request("unsubscribe")
            assert reply["streams"] == []
            assert "symbol" not in reply

    asyncio.run(scenario())


def test_a_snapshot_carries_the_asked_history_with_warm_indicators(subd):
    async def scenario():
        async with Tab(subd, "tab", "dave@example.com") as tab:
            snapshot = await tab.subscribe("INFY", "1min", [RSI, MACD], history=50)
            assert len(snapshot["bars"]) == 50
            starts = [bar["time"] for bar in snapshot["bars"]]
            assert starts == sorted(set(starts))
            for bar in snapshot["bars"]:
                assert isinstance(bar["indicators"][RSI], float)
                assert set(bar["indicators"][MACD]) == {"MACD", "MACDh", "MACDs"}
                assert bar["low"] <= min(bar["open"], bar["close"]) <= max(bar["open"], bar["close"]) <= bar["high"]

    asyncio.run(scenario())


def test_short_ids_and_twin_timeframes_are_answered_in_full(subd):
    async def scenario():
        async with Tab(subd, "tab", "erin@example.com") as tab:
            reply = await tab.request("subscribe", symbol="NIFTY50", timeframe="5m", indicators=["RSI", "macd_12"])
            assert (reply["timeframe"], reply["indicators"]) == ("5min", [RSI, MACD])

    asyncio.run(scenario())


def test_a_heartbeat_is_acknowledged_and_a_future_carries_open_interest(subd):
    async def scenario():
        async with Tab(subd, "tab", "frank@example.com") as tab:
            assert (await tab.request("heartbeat"))["type"] == "heartbeat_ack"
            await tab.subscribe("NIFTY50FUT", "1s")
            update = await tab.until(lambda one: one["type"] == "market_update", "an update")
            assert set(update["oi"]) == {"oi", "change"}
            assert update["greeks"] is None

    asyncio.run(scenario())


def test_a_throttled_tab_gets_fewer_forming_updates_and_every_closed_bar(subd):
    async def scenario():
        async with Tab(subd, "full", "gina@example.com") as full, Tab(subd, "slow", "gina@example.com") as slow:
            await slow.subscribe("HDFCBANK", "1s", throttle_ms=60000)
            await full.subscribe("HDFCBANK", "1s")
            await full.closed_bars("HDFCBANK", 4)
            await slow.closed_bars("HDFCBANK", 1)
            assert len(slow.transcript.updates(bar="forming")) < len(full.transcript.updates(bar="forming"))
            assert slow.transcript.check_no_gap("HDFCBANK") >= 4

    asyncio.run(scenario())
