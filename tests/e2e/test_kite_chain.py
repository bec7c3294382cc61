"""The whole chain: a scripted Kite, subd's Kite feed, /kite/ and unchanged KiteTicker processes; and subd behind subd.

What comes out is compared with what went in, byte for byte.
"""

import asyncio
import itertools
import json
import os
import random
import struct
import time
from collections import Counter, defaultdict
from datetime import datetime, timezone
from pathlib import Path

import pytest

from daemon import PATIENCE_S, PROJECT, Daemon, wait_until
from kite_server import DIVISORS, INDICES, KiteServer, in_mode
from kite_ticker import KiteTicker, end_all, needs_kiteconnect, packets
from ticker import Ticker

DATA = Path(os.environ.get("SUBD_REALDATA_DIR", PROJECT.parent / "shared" / "data")) / "kite"
GRACE_S = 0.5
CONFIG = f"[engine]\ngrace = \"{int(GRACE_S * 1000)}ms\"\n"
HEADER = ("instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,"
          "instrument_type,segment,exchange\n")


def token_of(number, segment):
    return (1000 + number) << 8 | segment


# The last byte of a token is its segment: how prices are scaled, and whether there is a depth.
FIRST, SECOND, ALONE, LEFT, ORPHAN = (token_of(number, 1) for number in range(5))
FUTURE, CURRENCY, BSE_CURRENCY, COMMODITY, INDEX = (token_of(5 + i, segment)
                                                    for i, segment in enumerate((2, 3, 6, 7, INDICES)))
INFY = 408065
TOKENS = (FIRST, SECOND, ALONE, LEFT, ORPHAN, FUTURE, CURRENCY, BSE_CURRENCY, COMMODITY, INDEX)
DUMP = HEADER + "".join(f"{token},{token >> 8},C{token},CHAIN,0,,0,0.05,1,EQ,ROUND,ROUND\n"
                        for token in (*TOKENS, INFY))


@pytest.fixture
def kite():
    with KiteServer() as server:
        yield server


def write_credentials(home, access_token):
    file = home / "kite.credentials"
    file.write_text(f"api_key=the-key\naccess_token={access_token}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def subd_on_kite(kite, start_subd):
    """A subd with the instruments of DUMP, live on the scripted Kite."""
    importer = Daemon("--feed", "sim")
    try:
        importer.start()
        done = importer.subctl("instruments", "import", "-", text_input=DUMP)
        assert done.returncode == 0, done.stderr
        importer.stop()
        credentials = write_credentials(importer.home, kite.access_token)
        daemon = start_subd("--feed", f"{kite.feed},credentials={credentials}", home=importer.home, config=CONFIG)
        wait_until(lambda: daemon.status()["feed"]["state"] == "live", "the upstream to be live")
        yield daemon
        daemon.stop()
    finally:
        importer.discard()


@pytest.fixture
def start_ticker():
    """A function that starts a KiteTicker process: start_ticker(daemon, user)."""
    clients = []

    def start(daemon, user):
        clients.append(KiteTicker(daemon, user))
        return clients[-1]

    yield start
    end_all(clients)


# --- what the scripted Kite says, and what a KiteTicker should make of it

def full_packet(token, number, chance):
    """The full packet of the token in this round: no field as in the round before, and none as its neighbour."""
    def some(most=2**31 - 1):
        return chance.randrange(1, most)

    seconds = 1_700_000_000 + number
    head = struct.pack(">II", token, 10_000_000 + 7 * number + token % 5)
    if token & 0xFF == INDICES:
        return head + struct.pack(">IIIIiI", some(), some(), some(), some(), -some(), seconds)
    quote = struct.pack(">9I", *(some() for _ in range(9)))
    depth = b"".join(struct.pack(">IIHH", some(), some(), some(2**16), 0) for _ in range(10))
    return head + quote + struct.pack(">5I", seconds - 1, some(), some(), some(), seconds) + depth


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def tick_of(packet):
    """What kiteconnect should say of the packet, from the protocol's description."""
    token, raw = struct.unpack_from(">II", packet)
    divisor = DIVISORS.get(token & 0xFF, 100)
    mode = {8: "ltp", 28: "quote", 44: "quote", 32: "full", 184: "full"}[len(packet)]
    tick = {"tradable": token & 0xFF != INDICES, "mode": mode, "instrument_token": token, "last_price": raw / divisor}
    if mode == "ltp":
        return tick
    if not tick["tradable"]:
        names, at = ("high", "low", "open", "close"), 8
    else:
        names, at = ("open", "high", "low", "close"), 28
        last, average, volume, buy, sell = struct.unpack_from(">5I", packet, 8)
        tick.update(last_traded_quantity=last, average_traded_price=average / divisor, volume_traded=volume,
                    total_buy_quantity=buy, total_sell_quantity=sell)
    tick["ohlc"] = {name: value / divisor for name, value in zip(names, struct.unpack_from(">4I", packet, at))}
    close = tick["ohlc"]["close"]
    tick["change"] = (tick["last_price"] - close) * 100 / close
    if mode == "quote":
        return tick
    if not tick["tradable"]:
        return {**tick, "exchange_timestamp": iso(*struct.unpack_from(">I", packet, 28))}
    traded, oi, high, low, at = struct.unpack_from(">5I", packet, 44)
    levels = [dict(zip(("quantity", "price", "orders"), (quantity, price / divisor, orders)))
              for quantity, price, orders, _ in struct.iter_unpack(">IIHH", packet[64:])]
    return {**tick, "last_trade_time": iso(traded), "exchange_timestamp": iso(at), "oi": oi, "oi_day_high": high,
            "oi_day_low": low, "depth": {"buy": levels[:5], "sell": levels[5:]}}


class Member:
    """A KiteTicker process with the tokens and modes that it takes, and every packet that it was sent of each."""

    def __init__(self, ticker, modes):
        self.ticker, self.modes = ticker, dict(modes)
        self.got = defaultdict(list)

    def ask(self):
        """As the programs of users do: subscribe to all, then set the modes that are not the default one."""
        self.ticker.wait("connect")
        self.ticker.command("subscribe", tokens=list(self.modes))
        for mode in ("ltp", "full"):
            if tokens := [token for token, wanted in self.modes.items() if wanted == mode]:
                self.ticker.command("mode", mode=mode, tokens=tokens)

    def leave(self, tokens):
        self.ticker.command("unsubscribe", tokens=tokens)
        for token in tokens:
            del self.modes[token]

    def read_until(self, contents):
        """Takes messages until the newest packet of each token is this one in the token's mode."""
        wanted = {token: in_mode(contents[token], mode) for token, mode in self.modes.items()}
        while any(self.got[token][-1:] != [packet] for token, packet in wanted.items()):
            event = self.ticker.wait("ticks")
            found = packets(bytes.fromhex(event["raw"]))
            assert event["ticks"] == [tick_of(packet) for _, packet in found]
            for token, packet in found:
                self.got[token].append(packet)


class Market:
    """Rounds of ticks of every token. The next one is sent when everybody has the last: none is superseded."""

    def __init__(self, kite, members):
        self.kite, self.members = kite, members
        self.chance = random.Random(5)
        self.numbers = itertools.count()

    def round(self):
        number = next(self.numbers)
        contents = {token: full_packet(token, number, self.chance) for token in TOKENS}
        self.kite.tick_packets(contents)
        for member in self.members:
            member.read_until(contents)
        return contents

    def settle(self):
        """Everybody has what it asked for, and the answers to the requests have gone through before the last round."""
        self.round()
        self.round()
        for member in self.members:
            member.got.clear()

    def check(self, rounds, repeated=False):
        """Everybody got every packet of its tokens in its modes, in order, and nothing else.

        With `repeated` Kite may have said something twice, as it does after a request for a mode.
        """
        for member in self.members:
            got = {token: list(found) for token, found in member.got.items() if found}
            if repeated:
                got = {token: [packet for packet, _ in itertools.groupby(found)] for token, found in got.items()}
            assert got == {token: [in_mode(contents[token], mode) for contents in rounds]
                           for token, mode in member.modes.items()}, member.ticker.user
            member.got.clear()


def highest(*members):
    """Token -> the mode that the upstream has to be asked for."""
    order = ("ltp", "quote", "full")
    out = {}
    for token, mode in itertools.chain.from_iterable(member.modes.items() for member in members):
        out[token] = max(out.get(token, "ltp"), mode, key=order.index)
    return out


TAKEN = (
    {FIRST: "full", FUTURE: "full"},
    {FIRST: "quote", INDEX: "full"},
    {FIRST: "ltp", INDEX: "quote"},
    {FIRST: "full", LEFT: "quote", COMMODITY: "quote"},  # gives up the first two
    {CURRENCY: "full"},
    {BSE_CURRENCY: "full", CURRENCY: "ltp"},
    {COMMODITY: "full", FUTURE: "quote"},
    {FUTURE: "ltp", INDEX: "ltp"},
    {SECOND: "quote", ALONE: "quote"},
    {FIRST: "full", SECOND: "full", INDEX: "full", ORPHAN: "full"},  # is killed
)
LEAVES, DIES = 3, 9


@needs_kiteconnect
def test_ten_kitetickers_get_what_the_upstream_sends_over_one_link(kite, subd_on_kite, start_ticker):
    members = [Member(start_ticker(subd_on_kite, f"user{i}@example.com"), modes) for i, modes in enumerate(TAKEN)]
    for member in members:
        member.ask()
    wait_until(lambda: kite.modes() == highest(*members), "every token to be subscribed in the highest mode")
    market = Market(kite, members)
    market.settle()
    market.check([market.round() for _ in range(20)])

    # One gives up two tokens, one is killed. The others have every tick of the time until the upstream knows.
    begun = time.monotonic()
    market.members = members[:LEAVES] + members[LEAVES + 1:DIES]
    members[LEAVES].leave([FIRST, LEFT])
    members[DIES].ticker.kill()
    rounds, wanted = [], highest(*market.members, members[LEAVES])
    assert wanted.keys() == set(TOKENS) - {LEFT, ORPHAN} and wanted[SECOND] == "quote"
    while kite.modes() != wanted:
        assert time.monotonic() < begun + PATIENCE_S, f"waited in vain for the upstream to know: {kite.modes()}"
        rounds.append(market.round())
    assert time.monotonic() - begun >= GRACE_S
    print(f"{len(rounds)} rounds in the {time.monotonic() - begun:.2f} s until the upstream knew")
    market.check(rounds, repeated=True)

    market.members = members[:DIES]
    market.settle()
    market.check([market.round() for _ in range(20)])

    for member in market.members:
        member.leave(list(member.modes))
    wait_until(lambda: kite.modes() == {}, "every token to be unsubscribed")
    (requests,) = kite.requests()
    for action in ("subscribe", "unsubscribe"):
        asked = Counter(token for request in requests if request["a"] == action for token in request["v"])
        assert asked == Counter(TOKENS), action
    assert kite.twice == [] and kite.orphans == [] and len(kite.handshakes) == 1


# --- packets that Kite did send

def same_values(said, expected):
    """The values of the sample, by its names; its times have another offset."""
    for name in expected.keys() - {"tradable", "instrument_token", "change", "timestamp", "last_trade_time"}:
        assert said[name] == expected[name], name
    for name, name_there in (("exchange_timestamp", "timestamp"), ("last_trade_time", "last_trade_time")):
        if name_there in expected:
            assert (datetime.fromisoformat(said[name].replace("Z", "+00:00"))
                    == datetime.fromisoformat(expected[name_there]))


@needs_kiteconnect
@pytest.mark.parametrize("mode", ["full", "quote"])
def test_a_recorded_packet_comes_out_as_it_went_in(kite, subd_on_kite, start_ticker, mode):
    sample = DATA / f"framed_{mode}.bin"
    if not sample.exists():
        pytest.skip(f"no recorded packets at {DATA}")
    recorded = sample.read_bytes()
    expected = json.loads((DATA / f"ticker_{mode}.json").read_text())
    client = start_ticker(subd_on_kite, "alice@example.com")
    client.wait("connect")
    client.command("mode", mode=mode, tokens=[INFY])
    wait_until(lambda: kite.modes() == {INFY: mode}, "the upstream to be asked")

    async def scenario():
        async with Ticker(subd_on_kite, "json") as tab:
            await tab.request("subscribe", tokens=[INFY], mode=mode)
            await asyncio.to_thread(kite.send_raw, recorded)
            tick = await tab.until(lambda one: one["type"] == "tick" and one["last_price"] == expected["last_price"],
                                   "the recorded tick")
            same_values(tick, expected)

    asyncio.run(scenario())
    deadline = time.monotonic() + PATIENCE_S
    while (event := client.wait("ticks"))["raw"] != recorded.hex():
        assert time.monotonic() < deadline, "the recorded bytes did not come"
    assert event["ticks"] == [tick_of(recorded[4:])]


# --- subd behind subd

IN_A_ROW = 20
RELIANCE, TCS = 738561, 2953217


def told(tick):
    """What a packet has room for: times in seconds, an average in paise, and 0 for no open interest.

    `timestamp` and `seq` are of each subd's own.
    """
    out = {name: value for name, value in tick.items() if name not in ("seq", "timestamp")}
    for name in ("exchange_timestamp", "last_trade_time"):
        out[name] = tick[name][:len("2026-01-01T00:00:00")]
    out["average_price"] = int(tick["average_price"] * 100 + 0.5) / 100
    for name in ("oi", "oi_day_high", "oi_day_low"):
        out[name] = tick[name] or 0
    return json.dumps(out, sort_keys=True)


def same_in_a_row(direct, behind):
    """The longest run of ticks that both have one after the other; fails at one that the source never said.

    It is a run because on a busy machine the newest tick may take the place of one before it, at either client.
    """
    numbers = {told(tick): tick["seq"] for tick in direct}
    found = [numbers.get(told(tick)) for tick in behind]
    known = [number for number in found if number is not None]
    assert known == sorted(set(known)), "ticks twice or in another order"
    if known and direct[-1]["seq"] - direct[0]["seq"] + 1 == len(direct):
        last = len(found) - found[::-1].index(known[-1])
        assert None not in found[found.index(known[0]):last], "a tick that the source never said"
    longest = row = 0
    for before, after in zip([None] + found, found):
        row = 0 if after is None else row + 1 if after - 1 == before else 1
        longest = max(longest, row)
    return longest


def test_a_subd_behind_a_subd_says_the_same(start_subd):
    source = start_subd("--feed", "sim:seed=11,rate=10", config=CONFIG)
    credentials = write_credentials(source.home, source.token("relay@example.com"))
    relay = start_subd("--feed", f"kite:url=ws://{source.address}/kite/,http={source.http_url},"
                                 f"credentials={credentials}", config=CONFIG)

    def relayed():
        (session,) = source.sessions("relay@example.com")
        return {one["token"]: one["mode"] for one in session["ticks"]}

    wait_until(lambda: relay.status()["feed"]["state"] == "live", "the relay to be live")
    assert relayed() == {}

    async def scenario():
        async with Ticker(source, "direct") as direct:
            async with Ticker(relay, "behind") as behind:
                await behind.request("subscribe", tokens=[TCS], mode="ltp")
                for tab in (direct, behind):
                    await tab.request("subscribe", tokens=[RELIANCE], mode="full", throttle_ms=0)
                await asyncio.to_thread(wait_until, lambda: relayed() == {RELIANCE: "full", TCS: "ltp"},
                                        "the relay to take what its client takes")
                deadline, same = time.monotonic() + PATIENCE_S, 0
                while same < IN_A_ROW:
                    await behind.ticks(1, RELIANCE)
                    both = [[one for one in tab.messages if one["type"] == "tick" and one["token"] == RELIANCE]
                            for tab in (direct, behind)]
                    same = same_in_a_row(*both)
                    assert time.monotonic() < deadline, f"{same} in a row; {both[0][-1:]} there, {both[1][-1:]} here"
                print(f"{same} ticks in a row are the same; {[len(ticks) for ticks in both]} ticks")
            wait_until(lambda: relayed() == {}, "the relay to give up what nobody takes")
            wait_until(lambda: source.status()["feed"]["interest"]["unsubscribed"] == 1, "TCS to be released")
            assert len(await direct.ticks(3, RELIANCE)) >= 3
        wait_until(lambda: source.status()["feed"]["interest"]["unsubscribed"] == 2, "RELIANCE to be released")

    asyncio.run(scenario())
