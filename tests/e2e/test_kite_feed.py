"""subd on a scripted Kite: every fault of the upstream, and what a client sees of it."""

import asyncio
import json
import ssl
import struct
import subprocess
import time
from datetime import datetime, timedelta, timezone

import pytest
import websockets

from daemon import wait_until
from kite_home import EQUITY_TOKEN, INDEX_TOKEN, Home, symbol_of, token_of
from kite_server import IST, LENGTHS, KiteServer, frame, packet
from tab import Tab


@pytest.fixture
def kite():
    with KiteServer() as server:
        yield server


@pytest.fixture
def start_kite(kite, start_subd):
    """A function that starts a subd on the scripted Kite with so many instruments of its own."""
    homes = []

    def start(instruments=4, options="", config=None, token=None):
        home = Home(instruments, token or kite.access_token)
        homes.append(home)
        daemon = start_subd("--feed", f"{kite.feed},credentials={home.credentials}{options}", "--log-level", "debug",
                            home=home.path, config=config)
        daemon.kite_home = home
        return daemon

    yield start
    for home in homes:
        home.importer.discard()


def upstream(daemon):
    status, content = daemon.ask("GET", "/v1/upstream")
    assert status == 200, content
    return content


def links(daemon, state=None):
    return [link for link in upstream(daemon)["links"] if state in (None, link["state"])]


def wait_live(daemon):
    wait_until(lambda: daemon.status()["feed"]["state"] == "live", "the upstream to be live")


async def statuses(tab, start, *states):
    """Waits for these upstream states, one after the other; answers since when each was so."""
    since = []
    for state in states:
        message = await tab.until(lambda one: one["type"] == "status" and one["upstream"] == state,
                                  f"status {state}", start)
        start = next(i for i in range(start, len(tab.messages)) if tab.messages[i] is message) + 1
        since.append(message["since"])
    assert since == sorted(since) and all(one.endswith("Z") for one in since)
    return since


async def price(tab, kite, number, value, start=None):
    """The client's next update says what the upstream says now."""
    start = len(tab.messages) if start is None else start
    deadline = time.monotonic() + 60
    while True:
        await asyncio.to_thread(kite.tick, {token_of(number): value})
        found = [one for one in tab.messages[start:] if one["type"] == "market_update"
                 and one["symbol"] == symbol_of(number) and one["ohlcv"]["close"] == value]
        if found:
            return found[0]
        assert time.monotonic() < deadline, f"waited in vain for {symbol_of(number)} at {value}"
        try:
            async with tab.arrived:
                await asyncio.wait_for(tab.arrived.wait(), 0.2)
        except asyncio.TimeoutError:
            pass


def run_with_tab(daemon, plan):
    async def run():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            await plan(tab)
    asyncio.run(run())


def test_ticks_become_updates(kite, start_kite):
    daemon = start_kite()
    wait_live(daemon)

    async def plan(tab):
        kite.prices[token_of(1)] = 123.45
        snapshot = await tab.subscribe(symbol_of(1), "1s")
        assert snapshot["symbol"] == "S1"
        first = await tab.until(lambda one: one["type"] == "market_update", "the cached tick")
        assert first["ohlcv"]["close"] == 123.45
        update = await price(tab, kite, 1, 234.55)
        assert update["ohlcv"]["volume"] >= 0
        assert kite.modes() == {token_of(1): "full"}
        await tab.request("unsubscribe")
        await asyncio.to_thread(wait_until, lambda: kite.modes() == {}, "the token to be unsubscribed")

    run_with_tab(daemon, plan)
    assert kite.handshakes[0][1] == {"api_key": "the-key", "access_token": "token-of-today"}
    report = upstream(daemon)
    assert [link["state"] for link in report["links"]] == ["live", "idle", "idle"]
    assert report["links"][0]["last_message"].endswith("Z") and report["links"][0]["messages"] > 0
    assert "token-of-today" not in daemon.log() and "the-key" not in daemon.log()


def test_each_kind_of_instrument_is_subscribed_in_the_mode_that_it_needs(kite, start_kite):
    daemon = start_kite()
    tokens = {symbol_of(0): token_of(0), "EQUITY": EQUITY_TOKEN, "INDEX": INDEX_TOKEN}

    async def plan(tab):
        for number, (symbol, token) in enumerate(tokens.items()):
            kite.prices[token] = 100.25 + number
            await tab.subscribe(symbol, "1s")
        for number, symbol in enumerate(tokens):
            update = await tab.until(lambda one: one["type"] == "market_update" and one["symbol"] == symbol,
                                     f"a tick of {symbol}")
            assert update["ohlcv"]["close"] == 100.25 + number
            assert (update["oi"] is None) == (symbol != symbol_of(0)), update
        assert kite.modes() == {token_of(0): "full", EQUITY_TOKEN: "quote", INDEX_TOKEN: "quote"}

    run_with_tab(daemon, plan)
    assert links(daemon, "live")[0]["modes"] == {"ltp": 0, "quote": 2, "full": 1}


def test_a_refused_token_is_told_and_a_new_one_is_taken_from_the_file(kite, start_kite):
    daemon = start_kite(token="token-of-yesterday")
    wait_until(lambda: links(daemon, "refused"), "the refusal to be told")
    assert daemon.status()["feed"]["state"] == "down"
    assert links(daemon, "refused")[0]["why"] == "HTTP 403"
    assert len(kite.handshakes) < 5, "refusals are not retried in haste"
    daemon.kite_home.write_token(kite.access_token)
    wait_live(daemon)
    log = daemon.log()
    assert "the access token has expired or is wrong" in log
    assert "token-of" not in log


def test_a_mute_connection_is_stale_then_live_again(kite, start_kite):
    daemon = start_kite()

    async def plan(tab):
        await tab.subscribe(symbol_of(0), "1s")
        await price(tab, kite, 0, 50.0)
        start = len(tab.messages)
        kite.mute = True
        await statuses(tab, start, "stale")
        assert len(links(daemon, "mute")) == 1
        kite.mute = False
        await statuses(tab, start, "stale", "live")
        await price(tab, kite, 0, 51.0)
        assert len(kite.handshakes) == 1, "a pause is no reason to connect again"

    run_with_tab(daemon, plan)


def test_a_token_that_expires_is_first_mute_then_refused_then_live_with_a_new_one(kite, start_kite):
    daemon = start_kite()

    async def plan(tab):
        await tab.subscribe(symbol_of(0), "1s")
        await price(tab, kite, 0, 50.0)
        start = len(tab.messages)
        kite.mute = True
        kite.access_token = "token-of-tomorrow"
        await statuses(tab, start, "stale", "down")
        await asyncio.to_thread(wait_until, lambda: links(daemon, "refused"), "the refusal to be told")
        kite.mute = False
        daemon.kite_home.write_token("token-of-tomorrow")
        await statuses(tab, start, "stale", "down", "live")
        await price(tab, kite, 0, 52.0)
        assert kite.modes() == {token_of(0): "full"}

    run_with_tab(daemon, plan)


@pytest.mark.parametrize("fault", ["cut", "cut_inside_a_frame", "break_protocol"])
def test_a_lost_connection_is_down_then_live_with_everything_subscribed(kite, start_kite, fault):
    daemon = start_kite(options=",links=1")

    async def plan(tab):
        await tab.subscribe(symbol_of(0), "1s")
        await price(tab, kite, 0, 50.0)
        for cycle in range(2):
            start = len(tab.messages)
            getattr(kite, fault)()
            await statuses(tab, start, "down", "live")
            # It was sent before live was told; the server may be reading it still.
            await asyncio.to_thread(wait_until, lambda: kite.modes() == {token_of(0): "full"}, "the subscription")
            await price(tab, kite, 0, 60.0 + cycle)
        assert kite.twice == [] and kite.orphans == []

    run_with_tab(daemon, plan)
    assert links(daemon)[0]["reconnects"] == 2


def test_a_spare_connection_takes_over_at_once(kite, start_kite):
    daemon = start_kite()

    async def plan(tab):
        await tab.subscribe(symbol_of(0), "1s")
        await price(tab, kite, 0, 50.0)
        start = len(tab.messages)
        cut = time.monotonic()
        kite.cut()
        await statuses(tab, start, "down", "live")
        print(f"live again after {time.monotonic() - cut:.3f} s")
        await price(tab, kite, 0, 51.0)
        assert kite.modes() == {token_of(0): "full"} and kite.twice == []

    run_with_tab(daemon, plan)


def test_a_flapping_server_ends_in_live(kite, start_kite):
    daemon = start_kite()

    async def plan(tab):
        await tab.subscribe(symbol_of(0), "1s")
        await price(tab, kite, 0, 50.0)
        start = len(tab.messages)
        kite.flaps = 4
        before = len(kite.handshakes)
        kite.cut()
        await statuses(tab, start, "down", "live")
        await price(tab, kite, 0, 53.0)
        assert kite.flaps == 0
        times = [at for at, _ in kite.handshakes[before:]]
        assert len(times) == 5
        assert times[-1] - times[0] >= 1.9, "three links may be tried at once, no more without a wait"
        assert kite.twice == []

    run_with_tab(daemon, plan)


def test_garbage_costs_nothing_but_a_count(kite, start_kite):
    daemon = start_kite()

    async def plan(tab):
        await tab.subscribe(symbol_of(0), "1s")
        await price(tab, kite, 0, 50.0)
        good = packet(token_of(0), 77.5, "full")
        lies = [b"", b"\xff\xff", struct.pack(">HH", 1, 0xFFFF) + good, struct.pack(">H", 5) + frame([good])[2:],
                frame([good]) + b"left over", frame([good])[:40]]
        for body in lies:
            await asyncio.to_thread(kite.send_raw, body)
        unknown = [b"x" * 164, b"", b"y" * 7]
        await asyncio.to_thread(kite.send_raw, frame([*unknown, packet(token_of(0), 78.5, "full")]))
        await asyncio.to_thread(kite.send_raw, frame([packet(0xABCDE01, 5.0, mode) for mode in LENGTHS]))
        await tab.until(lambda one: one["type"] == "market_update" and one["ohlcv"]["close"] == 78.5,
                        "the tick behind packets of unknown lengths")
        for text in ("nonsense", "{}", '{"type":"error","data":"token-of-today is tired"}',
                     '{"type":"message","data":"Good morning"}', '{"type":"order","data":{"order_id":"7"}}'):
            await asyncio.to_thread(kite.send_raw, text)
        await price(tab, kite, 0, 79.5)
        start = len(tab.messages)
        # A timestamp of the year 2106 must not hold back the ticks after it.
        await asyncio.to_thread(kite.send_raw, frame([packet(token_of(0), 80.5, "full", at=0xFFFFFFFF)]))
        await price(tab, kite, 0, 81.5, start)
        assert not [one for one in tab.messages if one["type"] == "status" and one["upstream"] != "live"]
        assert len(kite.handshakes) == 1

    wait_live(daemon)
    run_with_tab(daemon, plan)
    report = upstream(daemon)
    link = report["links"][0]
    assert link["bad_frames"] == 6 and link["skipped_packets"] == 3
    assert report["unknown_ticks"] == 3
    assert report["texts"] == {"order": 1, "error": 1, "message": 1, "other": 2}
    log = daemon.log()
    assert "Good morning" in log and "*** is tired" in log and "token-of-today" not in log


def test_a_subscription_that_the_upstream_answers_late_is_confirmed_and_filled_later(kite, start_kite):
    daemon = start_kite()
    wait_live(daemon)
    kite.answer_delay = 2.0

    async def plan(tab):
        kite.prices[token_of(2)] = 42.0
        asked = time.monotonic()
        snapshot = await tab.subscribe(symbol_of(2), "1s")
        assert snapshot["ohlcv"] is None and time.monotonic() - asked < 1.5
        update = await tab.until(lambda one: one["type"] == "market_update", "the late tick")
        assert update["ohlcv"]["close"] == 42.0

    run_with_tab(daemon, plan)


# --- TLS

@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that is its own authority: files of it and of its key."""
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=kite", "-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0],
                    "-keyout", files[1]], check=True, capture_output=True)
    return files


@pytest.fixture
def kite_with_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with KiteServer(tls=context) as server:
        server.candles = candles
        yield server


def test_everything_goes_over_tls(kite_with_tls, certificate, start_subd, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    home = Home(2, kite_with_tls.access_token)
    try:
        daemon = start_subd("--feed", f"{kite_with_tls.feed},credentials={home.credentials}", home=home.path)

        async def plan(tab):
            snapshot = await tab.subscribe(symbol_of(0), "1min", ["RSI_14_100"])
            assert snapshot["indicators"]["RSI_14_100"] is not None
            start = len(tab.messages)
            await price(tab, kite_with_tls, 0, 50.0)
            kite_with_tls.cut()
            await statuses(tab, start, "down", "live")
            await price(tab, kite_with_tls, 0, 51.0)

        run_with_tab(daemon, plan)
    finally:
        home.importer.discard()


def test_a_certificate_of_an_unknown_authority_is_not_taken(kite_with_tls, start_subd):
    home = Home(2, kite_with_tls.access_token)
    try:
        daemon = start_subd("--feed", f"{kite_with_tls.feed},credentials={home.credentials}", home=home.path)
        wait_until(lambda: links(daemon, "backoff"), "the connection to fail")
        assert "certificate verify failed" in links(daemon, "backoff")[0]["why"]
        assert kite_with_tls.handshakes == [], "no credentials for who is not Kite"
    finally:
        home.importer.discard()


# --- history

def minutes(start, end):
    """Candles of every minute, with a close that moves."""
    at = start.replace(second=0) + timedelta(minutes=start.second > 0)
    out = []
    while at <= end:
        close = 100 + 10 * ((at.minute * 7 + at.hour) % 13) / 13
        out.append([at.strftime("%Y-%m-%dT%H:%M:%S+0530"), close - 0.5, close + 1, close - 1, close, 1000])
        at += timedelta(minutes=1)
    return out


def candles(_token, interval, start, end):
    assert interval == "minute"
    shift = timedelta(hours=5, minutes=30)  # an exchange that never closes has the clock of UTC
    return minutes(start + shift, end + shift)[-500:]


@pytest.fixture
def history(kite):
    kite.candles = candles
    return kite


def test_history_gives_indicators_their_values_in_the_first_snapshot(history, start_kite):
    daemon = start_kite()

    async def plan(tab):
        snapshot = await tab.subscribe(symbol_of(0), "1min", ["RSI_14_100", "SMA_200"], history=100)
        assert snapshot["indicators"]["RSI_14_100"] is not None
        assert snapshot["indicators"]["SMA_200"] is not None
        assert len(snapshot["bars"]) == 100
        starts = [datetime.fromisoformat(bar["time"].replace("Z", "+00:00")) for bar in snapshot["bars"]]
        assert all(after - before == timedelta(minutes=1) for before, after in zip(starts, starts[1:]))
        assert datetime.now(timezone.utc) - starts[-1] < timedelta(minutes=2, seconds=10)
        newest = minutes(starts[-1].astimezone(IST), starts[-1].astimezone(IST))[0]
        assert snapshot["bars"][-1]["close"] == pytest.approx(newest[4])

    run_with_tab(daemon, plan)
    _, path, query, authorization = history.history_requests[0]
    assert path == f"/instruments/historical/{token_of(0)}/minute" and query["oi"] == "1"
    assert authorization == "token the-key:token-of-today"
    assert upstream(daemon)["history"] == {"requests": 1, "failures": 0, "late": 0}


def test_history_that_does_not_come_holds_back_nobody_for_long(history, start_kite):
    history.history_delay = 30
    daemon = start_kite(instruments=12)

    async def plan(tab):
        asked = time.monotonic()
        await asyncio.gather(*(tab.subscribe(symbol_of(i), "1min", ["RSI_14_100"]) for i in range(12)))
        waited = time.monotonic() - asked
        print(f"12 streams without history after {waited:.2f} s")
        assert 2 < waited < 8, "all of them wait at the same time"
        assert all(one["indicators"]["RSI_14_100"] is None for one in tab.messages if one["type"] == "snapshot")

    run_with_tab(daemon, plan)
    assert upstream(daemon)["history"]["late"] == 12


def test_history_is_asked_for_three_times_a_second_at_most(history, start_kite):
    daemon = start_kite(instruments=8)

    async def plan(tab):
        await asyncio.gather(*(tab.subscribe(symbol_of(i), "1min", ["RSI_14_100"]) for i in range(8)))
        snapshots = [one for one in tab.messages if one["type"] == "snapshot"]
        assert all(one["indicators"]["RSI_14_100"] is not None for one in snapshots)

    run_with_tab(daemon, plan)
    times = [at for at, *_ in history.history_requests]
    assert len(times) == 8
    for first, fourth in zip(times, times[3:]):
        assert fourth - first > 0.95


def test_history_that_is_refused_is_counted_and_streams_begin_without(history, start_kite):
    history.history_status = 403
    daemon = start_kite()

    async def plan(tab):
        snapshot = await tab.subscribe(symbol_of(0), "1min", ["RSI_14_100"])
        assert snapshot["indicators"]["RSI_14_100"] is None
        await price(tab, history, 0, 55.0)

    run_with_tab(daemon, plan)
    assert upstream(daemon)["history"]["failures"] == 1
    assert "HTTP 403: no history today" in daemon.log()


def test_backfill_puts_history_into_the_store(history, start_kite):
    daemon = start_kite()
    wait_live(daemon)
    done = daemon.subctl("bars", "backfill", symbol_of(3), "1min", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["bars"] >= 490


# --- many tokens

STREAMS_PER_CLIENT = 100


async def open_client(daemon, first):
    socket = await websockets.connect(daemon.ws_url, compression=None, max_size=None, max_queue=None,
                                      ping_interval=None,
                                      extra_headers={"Authorization": f"Bearer {daemon.token('alice@example.com')}"})
    for number in range(first, first + STREAMS_PER_CLIENT):
        await socket.send(json.dumps({"type": "subscribe", "symbol": symbol_of(number), "timeframe": "1min"}))
    return socket


async def closes(socket, closing, states):
    """Keeps the newest close and upstream state of every symbol up to date."""
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "market_update":
            closing[message["symbol"]] = message["ohlcv"]["close"]
        elif message["type"] == "status":
            states[message["symbol"]] = message["upstream"]


async def until(condition, what, patience=90):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s in vain for {what}"
        await asyncio.sleep(0.02)


def test_nine_thousand_tokens_over_three_links_survive_the_loss_of_one(kite, start_kite):
    count = 9000
    kite.history_status = 403
    daemon = start_kite(instruments=count, config="[session]\nmax_streams = 200\nsubscribe_burst = 1000\n")
    wait_live(daemon)

    async def plan():
        closing, states = {}, {}
        begun = time.monotonic()
        sockets = [await open_client(daemon, first) for first in range(0, count, STREAMS_PER_CLIENT)]
        readers = [asyncio.create_task(closes(socket, closing, states)) for socket in sockets]
        await until(lambda: len(closing) == count, "a tick of every token")
        assert kite.sizes() == [3000, 3000, 3000]
        print(f"9000 tokens subscribed and ticking after {time.monotonic() - begun:.2f} s")
        states.clear()

        cut = time.monotonic()
        kite.cut()
        await until(lambda: "stale" in states.values(), "the loss to be told")
        assert "down" not in states.values(), "two of three links are there"
        await until(lambda: list(states.values()) == ["live"] * count, "every stream to be live again")
        print(f"all live again {time.monotonic() - cut:.2f} s after the cut")
        assert kite.sizes() == [3000, 3000, 3000]
        assert kite.twice == [] and kite.orphans == []
        assert set(kite.modes().values()) == {"full"} and len(kite.modes()) == count

        await asyncio.to_thread(kite.tick, {token_of(i): 200 + i * 0.05 for i in range(count)})
        wanted = {symbol_of(i): round(200 + i * 0.05, 2) for i in range(count)}
        await until(lambda: closing == wanted, "every stream to have its own new price")
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*(socket.close() for socket in sockets))

    asyncio.run(plan())
    report = upstream(daemon)
    assert report["refused_tokens"] == 0 and report["capacity"] == count
    assert sorted(link["reconnects"] for link in report["links"]) == [0, 0, 1]


def test_tokens_beyond_all_links_are_counted_and_get_the_place_of_one_that_goes(kite, start_kite):
    daemon = start_kite(instruments=8, options=",links=2,tokens_per_link=3")

    async def plan(tab):
        for number in range(8):
            await tab.subscribe(symbol_of(number), "1s")
        await asyncio.to_thread(wait_until, lambda: kite.sizes() == [3, 3], "both links to be full")
        assert upstream(daemon)["refused_tokens"] == 2
        for number in range(2):
            await tab.request("unsubscribe", symbol=symbol_of(number), timeframe="1s")
        await asyncio.to_thread(wait_until, lambda: upstream(daemon)["refused_tokens"] == 0, "room for the others")
        wanted = {token_of(number) for number in range(2, 8)}
        await asyncio.to_thread(wait_until, lambda: set(kite.modes()) == wanted, "the others to be subscribed")
        assert kite.twice == []

    run_with_tab(daemon, plan)
    assert "more instruments are wanted" in daemon.log()
