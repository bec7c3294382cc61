"""The Kite-compatible endpoint: unchanged KiteTicker clients (npm kiteconnect), and the bytes themselves.

Several programs share one upstream; each gets exactly its tokens in its modes, and one that dies changes nothing for
the others. kite_ticker.py checks every tick on arrival.
"""

import asyncio
import json

import pytest
import websockets

from daemon import PATIENCE_S, wait_until
from kite_ticker import KiteTicker, end_all, needs_kiteconnect, packets

NIFTY, RELIANCE, TCS, INFY, FUTURE = 256265, 738561, 2953217, 408065, 9000001


@pytest.fixture
def daemon(start_subd):
    return start_subd("--feed", "sim:seed=11,rate=20", config="[engine]\ngrace = \"300ms\"\n")


@pytest.fixture
def kite(daemon):
    """A function that starts a KiteTicker in a process of its own."""
    clients = []

    def start(user):
        clients.append(KiteTicker(daemon, user))
        return clients[-1]

    yield start
    end_all(clients)


@needs_kiteconnect
def test_kitetickers_share_the_upstream_and_nothing_else(daemon, kite):
    alice, bob, carol = (kite(f"{name}@example.com") for name in ("alice", "bob", "carol"))
    for client in (alice, bob, carol):
        client.wait("connect")
    alice.command("subscribe", tokens=[RELIANCE, TCS])
    alice.command("mode", mode="full", tokens=[RELIANCE])
    bob.command("subscribe", tokens=[TCS, NIFTY])
    carol.command("mode", mode="ltp", tokens=[INFY])
    full = alice.ticks(3, RELIANCE, "full")[-1]
    quote = bob.ticks(3, TCS)[-1]
    index = bob.ticks(1, NIFTY)[-1]
    ltp = carol.ticks(3, INFY)

    assert full["tradable"] and full["ohlc"]["low"] <= full["last_price"] <= full["ohlc"]["high"]
    assert len(full["depth"]["buy"]) == len(full["depth"]["sell"]) == 5
    assert full["depth"]["buy"][0]["price"] < full["last_price"] < full["depth"]["sell"][0]["price"]
    assert full["volume_traded"] > 0
    assert quote["mode"] == "quote" and quote["average_traded_price"] > 0 and "oi" not in quote
    assert not index["tradable"] and index["ohlc"]["high"] >= index["last_price"]
    assert all(before["last_price"] != after["last_price"] for before, after in zip(ltp, ltp[1:]))
    assert set(ltp[0]) == {"tradable", "mode", "instrument_token", "last_price"}

    interest = daemon.status()["feed"]["interest"]
    assert (interest["full"], interest["quote"], interest["ltp"]) == (1, 2, 1)
    assert {one["kind"] for one in daemon.sessions()} == {"kite"}
    assert {one["token"] for one in daemon.sessions("bob@example.com")[0]["ticks"]} == {TCS, NIFTY}


@needs_kiteconnect
def test_one_that_dies_changes_nothing_for_the_others(daemon, kite):
    stays, dies = kite("stays@example.com"), kite("dies@example.com")
    for client in (stays, dies):
        client.wait("connect")
    stays.command("subscribe", tokens=[TCS])
    dies.command("subscribe", tokens=[TCS, RELIANCE])
    dies.ticks(1, RELIANCE)
    dies.kill()
    wait_until(lambda: daemon.status()["feed"]["interest"]["unsubscribed"] == 1, "RELIANCE to be released")
    assert len(stays.ticks(5, TCS)) >= 5
    stays.command("unsubscribe", tokens=[TCS])
    wait_until(lambda: daemon.status()["feed"]["interest"]["unsubscribed"] == 2, "TCS to be released")


@needs_kiteconnect
def test_a_kiteticker_that_asks_for_nothing_is_kept_alive(kite):
    idle = kite("idle@example.com")
    idle.wait("connect")
    for _ in range(3):
        idle.wait("beat")


@pytest.mark.parametrize("query", ["", "?api_key=any", "?access_token=x", "?api_key=any&access_token=x",
                                   "?api_key=subd_x&access_token=GOOD"])
def test_a_bad_login_is_403(daemon, query):
    async def scenario():
        target = query.replace("GOOD", daemon.token("alice@example.com"))
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            await websockets.connect(f"ws://{daemon.address}/kite/{target}")
        assert refused.value.status_code == 403

    asyncio.run(scenario())


def test_the_bytes_are_those_of_kite(daemon):
    async def scenario():
        url = f"ws://{daemon.address}/kite?api_key=any&access_token={daemon.token('bytes@example.com')}"
        async with websockets.connect(url, max_queue=None) as socket:
            assert "Sec-WebSocket-Extensions" not in socket.response_headers  # deflate was offered, and declined

            async def until(wanted):
                while True:
                    message = await asyncio.wait_for(socket.recv(), PATIENCE_S)
                    if wanted(message):
                        return message

            lengths = {}

            def learn(message):
                if isinstance(message, bytes) and len(message) > 1:
                    lengths.update({token: len(packet) for token, packet in packets(message)})
                return lengths

            await socket.send(json.dumps({"a": "subscribe", "v": [RELIANCE, NIFTY, TCS]}))
            await socket.send(json.dumps({"a": "mode", "v": ["full", [FUTURE]]}))
            await socket.send(json.dumps({"a": "mode", "v": ["ltp", [TCS]]}))
            wanted = {RELIANCE: 44, NIFTY: 28, FUTURE: 184, TCS: 8}
            await until(lambda message: learn(message) == wanted)
            await socket.send(json.dumps({"a": "mode", "v": ["full", [NIFTY]]}))
            await until(lambda message: learn(message).get(NIFTY) == 32)

            # What is cached comes right after the request, all of it in one message.
            await socket.send(json.dumps({"a": "subscribe", "v": [RELIANCE, NIFTY, FUTURE]}))
            await until(lambda message: isinstance(message, bytes) and len(message) > 1
                        and {RELIANCE, NIFTY, FUTURE} <= dict(packets(message)).keys())

            for text, word in (('{"a":"mode","v":["all",[1]]}', "all"), ("{", ""), ('{"a":"subscribe","v":[77]}', "77")):
                await socket.send(text)
                error = json.loads(await until(lambda message: isinstance(message, str)))
                assert error["type"] == "error" and word in error["data"], error
            await socket.send(json.dumps({"a": "unsubscribe", "v": [RELIANCE, NIFTY, FUTURE, TCS]}))
            await until(lambda message: message == b"\0")

    asyncio.run(scenario())
