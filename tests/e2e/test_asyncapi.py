"""docs/asyncapi.json against the messages of a live daemon: each that is described is seen, each that is seen is described."""

import asyncio
import json
import signal
import subprocess

import pytest
import websockets

import api_document
from daemon import PATIENCE_S, environment
from signals import new_key, send
from signals import signal as signal_of

DOCUMENT = api_document.load("asyncapi")
RESTING = "ts_ms,last_price\n0,100\n1000,101\n"  # an upstream that has told everything soon


def described(channel, action):
    """Messages of a channel in one direction: name in the document -> validator."""
    out = {}
    for operation in DOCUMENT["operations"].values():
        if operation["action"] != action or operation["channel"]["$ref"] != f"#/channels/{channel}":
            continue
        for message in operation["messages"]:
            entry = api_document.resolve(DOCUMENT, message["$ref"])
            content = api_document.resolve(DOCUMENT, entry["$ref"])
            out[message["$ref"].rsplit("/", 1)[1]] = api_document.validator(DOCUMENT, content["payload"])
    return out


class Witness:
    """A client that holds every message, of both directions, against the document."""

    def __init__(self, daemon, channel, token=None):
        self.daemon, self.token = daemon, token
        self.path = DOCUMENT["channels"][channel]["address"]
        self.directions = {action: described(channel, action) for action in ("send", "receive")}
        self.seen = {"send": set(), "receive": set()}
        self.resume_token = None

    async def __aenter__(self):
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        self.socket = await websockets.connect(f"ws://{self.daemon.address}{self.path}", extra_headers=headers,
                                               compression=None, max_size=None)
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    def check(self, action, message):
        kinds = self.directions[action]
        fitting = [name for name, checker in kinds.items() if not api_document.complaints(checker, message)]
        reasons = {name: api_document.complaints(checker, message) for name, checker in kinds.items()
                   if checker.schema.get("properties", {}).get("type", {}).get("const") == message.get("type")}
        assert fitting, f"{self.path}: not as described: {json.dumps(message)[:600]}\n{reasons or 'no such type'}"
        self.seen[action].update(fitting)

    async def ask(self, **request):
        self.check("receive", request)
        await self.socket.send(json.dumps(request))

    async def until(self, kind, **fields):
        """The next message of that type with these fields; all before it are checked as well."""
        async def read():
            while True:
                message = json.loads(await self.socket.recv())
                self.check("send", message)
                self.resume_token = message.get("resume_token", self.resume_token)
                assert kind == "error" or message["type"] != "error", message
                if message["type"] == kind and fields.items() <= message.items():
                    return message
        return await asyncio.wait_for(read(), PATIENCE_S)

    async def resume(self):
        """Cuts the connection and comes back."""
        self.socket.transport.abort()
        await self.socket.wait_closed()
        self.socket = await websockets.connect(
            f"ws://{self.daemon.address}{self.path}?resume={self.resume_token}", compression=None, max_size=None,
            extra_headers={"Authorization": f"Bearer {self.daemon.token('alice@example.com')}"})
        await self.ask(type="resume", id=3, received=[{"symbol": "RESTING", "timeframe": "1s", "epoch": "0", "seq": 1}])
        await self.until("connected", resumed=True)
        await self.until("resumed", id=3)
        await self.until("snapshot")

    def unseen(self):
        return {action: set(kinds) - self.seen[action] for action, kinds in self.directions.items()
                if set(kinds) - self.seen[action]}


@pytest.fixture
def subd(start_subd, tmp_path):
    """With a second source that comes to rest, so that a status is told."""
    file = tmp_path / "resting.csv"
    file.write_text(RESTING)
    return start_subd("--feed", "sim:rate=4", "--feed", f"replay:{file},symbol=RESTING,speed=real")


async def common(witness):
    """What both endpoints have: late and renewed tokens, heartbeats, mistakes."""
    await witness.ask(type="auth", token=witness.daemon.token("alice@example.com", ttl="30s"))
    await witness.until("connected")
    await witness.until("token_expiring")
    await witness.ask(type="auth", id=0, token=witness.daemon.token("alice@example.com"))
    await witness.until("authenticated")
    await witness.ask(type="heartbeat", id="beat")
    await witness.until("heartbeat_ack")
    await witness.socket.send("{")
    await witness.until("error")
    await witness.socket.send('{"type":"nothing","id":9}')
    await witness.until("error")


def test_the_messages_of_streams_are_as_described(subd):
    async def run():
        async with Witness(subd, "indicators") as witness:
            await common(witness)
            await witness.ask(type="subscribe", id=1, symbol="NIFTY50", timeframe="1s", history=3,
                              indicators=[{"name": "RSI", "params": {"length": 14}}, "MACD"], throttle_ms=0)
            for kind in ("subscribed", "snapshot", "market_update"):
                await witness.until(kind)
            option = next(one for one in chain(subd) if one.endswith("CE"))
            for symbol in (option, "RELIANCE"):
                await witness.ask(type="subscribe", symbol=symbol, timeframe="1s", indicators={"x": {"name": "BBANDS"}},
                                  when="close > 0", trigger="level")
                await witness.until("market_update", symbol=symbol)
            await witness.ask(type="list")
            await witness.until("subscriptions")
            await witness.ask(type="unsubscribe", id=2, symbol="NIFTY50", timeframe="1s", indicators=["MACD_12_26_9"])
            await witness.until("unsubscribed")
            await witness.ask(type="unsubscribe")
            await witness.until("unsubscribed")
            await witness.ask(type="subscribe", symbol="RESTING", timeframe="1s")
            await witness.until("status")
            await witness.resume()
            subd.signal(signal.SIGTERM)
            await witness.until("goodbye")
            assert witness.unseen() == {}
    asyncio.run(run())


def chain(daemon):
    found = daemon.subctl("instruments", "search", "NIFTY", "--json")
    assert found.returncode == 0, found.stderr
    return [one["symbol"] for one in json.loads(found.stdout)["instruments"]]


def test_the_messages_of_ticks_are_as_described(subd):
    async def run():
        async with Witness(subd, "ticks") as witness:
            await common(witness)
            for mode in ("ltp", "quote", "full"):
                await witness.ask(type="subscribe", id=mode, symbols=["TCS"], mode=mode, throttle_ms=0)
                await witness.until("subscribed")
                await witness.until("tick", mode=mode)
            await witness.ask(type="list")
            await witness.until("subscriptions")
            await witness.ask(type="update_filter", symbols=["RESTING", "INFY"], mode="ltp")
            await witness.until("filter_updated")
            await witness.until("status")
            await witness.ask(type="unsubscribe", symbols=["INFY"])
            await witness.until("unsubscribed")
            subd.signal(signal.SIGTERM)
            await witness.until("goodbye")
            assert witness.unseen() == {}
    asyncio.run(run())


# What an index channel needs comes from the simulated market alone, which does not rest.
CHANNELS = {"market": {"marketSnapshot", "channelStatus"}, "foreign": {"foreignSummary", "channelStatus"},
            "index": {"indexMap"}}


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_messages_of_broadcast_channels_are_as_described(subd, channel):
    async def run():
        async with Witness(subd, channel) as witness:
            async def until(*wanted):
                while not set(wanted) <= witness.seen["send"]:
                    text = await asyncio.wait_for(witness.socket.recv(), PATIENCE_S)
                    witness.check("send", json.loads(text))

            await until(*CHANNELS[channel])
            await witness.ask(type="heartbeat", id="beat")
            await until("heartbeatAck")
            await witness.socket.send('{"type":"nothing","id":9}')
            await until("error")
            subd.signal(signal.SIGTERM)
            await until("goodbye")
            assert witness.unseen().get("send", set()) <= {"channelStatus"}
    asyncio.run(run())


def test_the_messages_of_signals_are_as_described(subd):
    key = new_key(subd, "oracle", "signals")

    async def run():
        async with Witness(subd, "signals") as witness:
            await common(witness)
            await asyncio.to_thread(send, subd, key, signal_of("bare"))
            await witness.until("signal", strength=None, payload=None)
            set_tier = await asyncio.to_thread(subd.subctl, "users", "set-tier", "alice@example.com", "PROFESSIONAL")
            assert set_tier.returncode == 0, set_tier.stderr
            await witness.until("tier", premium=True)
            await asyncio.to_thread(send, subd, key, signal_of("full", True, strength=72.5, payload={"stop": 24000}))
            await witness.until("signal", premium=True)
            subd.signal(signal.SIGTERM)
            await witness.until("goodbye")
            assert witness.unseen() == {}
    asyncio.run(run())


def test_the_messages_of_publishers_are_as_described(start_subd):
    daemon = start_subd("--feed", "sim:rate=4", "--feed", "push:only=RELIANCE")
    key = new_key(daemon, "feeder", "publisher")

    async def run():
        async with Witness(daemon, "ingest", key) as witness:
            await witness.until("connected")
            depth = {side: [{"price": 1402.5, "quantity": 10, "orders": 2}] for side in ("buy", "sell")}
            await witness.ask(type="ticks", publisher="one", epoch="e1", seq=3,
                              ticks=[{"symbol": "RELIANCE", "last_price": 1402.5, "volume": 812300, "depth": depth},
                                     {"symbol": "RELIANCE", "price": -1}])
            answer = await witness.until("ack", applied=1, refused=1)
            assert len(answer["problems"]) == 1
            await witness.ask(type="ticks", publisher="one", epoch="e1", seq=7)
            await witness.until("ack", gap={"expected": 4})
            await witness.socket.send("{")
            await witness.until("error")
            assert witness.unseen() == {}
    asyncio.run(run())


def test_the_document_is_sound_and_is_what_the_daemon_serves(subd, curl):
    for reference in api_document.references(DOCUMENT):
        api_document.resolve(DOCUMENT, reference)
    used = {one["$ref"].rsplit("/", 1)[1] for channel in DOCUMENT["channels"].values()
            for one in channel["messages"].values()}
    assert used == set(DOCUMENT["components"]["messages"])
    ran = subprocess.run([curl, "-q", "-sS", "--noproxy", "*", subd.http_url + "/asyncapi.json"], capture_output=True,
                         check=True, env=environment(subd.home))
    assert json.loads(ran.stdout) == DOCUMENT
