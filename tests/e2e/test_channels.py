"""The broadcast channels /ws/market, /ws/foreign and /ws/index, and the feed of SSI messages that fills all of them."""

import asyncio
import json
import subprocess
from contextlib import AsyncExitStack

import pytest
import websockets

from channels import Channel
from daemon import PATIENCE_S, PROJECT, run, wait_until
from raw_socket import RawSocket
from tab import Tab
from ticker import Ticker

SAMPLES = PROJECT.parent / "shared" / "data" / "ssi" / "ssi_samples.jsonl"
TOKEN = "s3cret-of-the-channels"
UPGRADE = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13",
           "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]


def metric(daemon, name, channel):
    line = f'{name}{{channel="{channel}"}} '
    text = daemon.ask("GET", "/v1/metrics")[1]
    return next(float(one[len(line):]) for one in text.splitlines() if one.startswith(line))


def builds(daemon, channel):
    return metric(daemon, "subd_channel_builds_total", channel)


def report(daemon, name):
    channels = json.loads(daemon.subctl("channels", "--json").stdout)["channels"]
    return next(one for one in channels if one["name"] == name)


def ssi_file(folder, *messages):
    """A file of messages of 5 January 2026, one (type, time, fields) each."""
    path = folder / "day.jsonl"
    lines = [json.dumps({"DataType": kind, "Content": json.dumps({"TradingDate": "05/01/2026", "Time": time, **fields})})
             for kind, time, fields in messages]
    path.write_text("\n".join(lines) + "\n")
    return path


def trade(time, price, volume, symbol="AAA"):
    return "X-TRADE", time, {"Symbol": symbol, "LastPrice": price, "TotalVol": volume, "RefPrice": 100}


@pytest.mark.skipif(not SAMPLES.exists(), reason=f"no real data in {SAMPLES.parent}")
def test_samples_of_ssi_reach_every_channel(start_subd):
    daemon = start_subd("--feed", f"ssi:{SAMPLES},speed=max")
    wait_until(lambda: daemon.status()["feed"]["finished"], "the file to be played")

    async def scenario():
        async with AsyncExitStack() as stack:
            market, foreign, index = [await stack.enter_async_context(Channel(daemon, name))
                                      for name in ("market", "foreign", "index")]
            state = await market.first()
            assert state["prices"]["SSI"]["last_price"] == 24500 and state["prices"]["SSI"]["ceiling"] == 26750
            assert state["prices"]["SSI"]["change"] == -500 and state["prices"]["SSI"]["change_pct"] == -2
            assert state["quotes"]["VN30F2104"]["bid"][1] == {"price": 1344.9, "volume": 18}
            assert state["derivatives"]["VN30F2104"]["underlying"] == "VN30"
            assert state["indices"] == await index.first()
            assert state["foreign"] == await foreign.first()
            assert foreign.state["total_buy_volume"] == 1933300 and foreign.state["total_net_value"] == 8361623600
            assert foreign.state["symbols"] == 2 and foreign.state["top_buy"][0]["symbol"] == "SSI"
            assert foreign.state["top_buy"][0]["current_room"] == 1741403260
            vn30 = index.state["VN30"]
            assert (vn30["value"], vn30["prior_value"], vn30["total_volume"]) == (1876.81, 1909.23, 265895343)
            assert vn30["advance_ratio"] is None and vn30["intraday"][-1]["value"] == 1876.81
            # The file is at its end: nothing more comes from upstream.
            assert market.about == [{"type": "status", "connected": False}]

    asyncio.run(scenario())
    assert daemon.status()["feed"]["bad_rows"] == 3
    assert "line=4 reason=" in daemon.log() and "ssi_samples.jsonl" in daemon.log()


def test_trades_of_ssi_are_ticks_and_bars(start_subd, tmp_path):
    path = ssi_file(tmp_path, trade("09:15:00", 100, 10), trade("09:15:30", 104, 25), trade("09:16:10", 102, 30))
    daemon = start_subd("--feed", f"ssi:{path},speed=max")
    wait_until(lambda: daemon.status()["feed"]["finished"], "the file to be played")

    async def scenario():
        async with Tab(daemon, "bars", "alice@example.com") as tab:
            bars = (await tab.subscribe("AAA", "1min", history=10))["bars"]
            assert [(one["time"], one["high"], one["close"], one["volume"]) for one in bars] == [
                ("2026-01-05T02:15:00.000Z", 104, 104, 15)], "what traded before the first message is not of a bar"
        async with Ticker(daemon, "ticks") as tab:
            reply = await tab.request("subscribe", symbols=["AAA"], mode="full")
            assert [one["token"] for one in reply["instruments"]] == [1]

    asyncio.run(scenario())


def test_nothing_is_made_of_a_channel_that_nobody_takes(start_subd):
    daemon = start_subd("--feed", "sim:seed=5,rate=50", config='[channels]\nthrottle = "50ms"\n')

    async def scenario():
        async with Ticker(daemon, "other") as other:
            await other.request("subscribe", symbols=["NIFTY50", "RELIANCE"], mode="full")
            await other.ticks(50, 256265)
        assert [builds(daemon, name) for name in ("market", "foreign", "index")] == [0, 0, 0]
        assert report(daemon, "index") == {"name": "index", "clients": 0, "builds": 0, "last_build": None,
                                           "message_bytes": 0, "offered": 0, "dropped": 0}
        async with Channel(daemon, "index") as index:
            await index.until(lambda one: one.objects > 5 and "BANKNIFTY" in one.state, "values of all indices")
            assert report(daemon, "index")["clients"] == 1 and builds(daemon, "index") > 5
            assert builds(daemon, "market") == 0
        wait_until(lambda: report(daemon, "index")["clients"] == 0, "the client to be gone")
        made = builds(daemon, "index")
        async with Ticker(daemon, "another") as other:
            await other.request("subscribe", symbols=["NIFTY50"], mode="ltp")
            await other.ticks(20, 256265)
        assert builds(daemon, "index") == made
        wait_until(lambda: sum(daemon.status()["feed"]["interest"][mode] for mode in ("ltp", "quote", "full")) == 0,
                   "the upstream to be asked for nothing")

    asyncio.run(scenario())


def test_the_simulated_market_is_on_the_channels(start_subd):
    daemon = start_subd("--feed", "sim:seed=5,rate=20", config='[channels]\nthrottle = "50ms"\n')

    async def scenario():
        async with Channel(daemon, "market") as market, Channel(daemon, "foreign") as foreign:
            def is_whole(one):
                return one.state and {"RELIANCE", "NIFTY50FUT"} <= one.state["quotes"].keys() \
                    and "NIFTY50" in one.state["indices"]

            await market.until(is_whole, "quotes and indices")
            quote, price = (market.state[part]["RELIANCE"] for part in ("quotes", "prices"))
            assert len(quote["bid"]) == len(quote["ask"]) == 5
            assert quote["bid"][0]["price"] < quote["ask"][0]["price"]
            assert price["low"] <= price["last_price"] <= price["high"]
            assert price["change"] == pytest.approx(price["last_price"] - price["ref_price"])
            future = market.state["derivatives"]["NIFTY50FUT"]
            assert future["underlying"] == "NIFTY50" and future["open_interest"] > 0
            assert abs(future["basis_pct"]) < 5
            assert market.state["foreign"] is None and (await foreign.first())["symbols"] == 0
            assert market.about == foreign.about == []

    asyncio.run(scenario())


def test_messages_are_throttled_and_shared(start_subd):
    daemon = start_subd("--feed", "sim:seed=5,rate=100", config='[channels]\nthrottle = "200ms"\n')

    async def scenario():
        async with Channel(daemon, "index") as one, Channel(daemon, "index") as two:
            await one.until(lambda it: it.objects >= 10, "ten messages")
            await two.until(lambda it: it.objects >= 10, "ten messages")
            made = builds(daemon, "index")
            # However many ticks and clients: the snapshot, and one for each time that the throttle was over.
            assert made <= max(one.objects, two.objects) + 2
            assert daemon.status()["feed"]["ticks"] > 5 * made

    asyncio.run(scenario())


def test_a_stalled_client_misses_messages_and_nobody_else_does(start_subd):
    # A queue of a second: a client that reads keeps up even where everything is slow.
    daemon = start_subd("--feed", "sim:seed=5,rate=200", config="""
[channels]
throttle = "20ms"
queue = 50
[session]
send_buffer_bytes = 8192
""")

    async def scenario():
        async with Channel(daemon, "market") as quick:
            await quick.until(lambda one: one.objects > 20, "messages before the stall")
            assert report(daemon, "market")["dropped"] == 0
            with RawSocket(daemon, path="/ws/market", receive_buffer=4096):
                def dropped():
                    return report(daemon, "market")["dropped"] > 50

                while not await asyncio.to_thread(dropped):
                    seen = quick.objects
                    await quick.until(lambda one, seen=seen: one.objects > seen + 20, "messages in spite of the stall")
                stalled = [one for one in daemon.sessions() if one["queue_messages"] > 0]
                assert stalled and stalled[0]["kind"] == "market" and stalled[0]["queue_messages"] <= 50
                assert stalled[0]["user"] == "", "the shared token is nobody's in particular"
            assert metric(daemon, "subd_channel_dropped_total", "market") > 50
            assert quick.socket.open and quick.about == []

    asyncio.run(scenario())


def test_clients_hear_when_the_upstream_goes_and_returns(start_subd):
    daemon = start_subd("--feed", "push:stale_after=300ms")
    key = daemon.subctl("apikey", "add", "--user", "feeder", "--role", "publisher").stdout.strip()

    async def scenario():
        async with Channel(daemon, "market") as market, AsyncExitStack() as stack:
            publisher = await stack.enter_async_context(
                websockets.connect(f"ws://{daemon.address}/ws/ingest",
                                   extra_headers={"Authorization": f"Bearer {key}"}, compression=None))
            for _ in range(2):
                await publisher.send(json.dumps({"type": "ticks"}))
                before = len(market.about)
                await market.until(lambda one, at=before: len(one.about) >= at + 1
                                   and one.about[-1] == {"type": "status", "connected": False}, "the upstream to go")
            states = [one["connected"] for one in market.about]
            assert states[-1] is False and True in states
            assert all(one != two for one, two in zip(states, states[1:])), "each change is told once"

    asyncio.run(scenario())


def test_a_heartbeat_is_answered_and_everything_else_refused(start_subd):
    daemon = start_subd("--feed", "sim")

    async def scenario():
        async with Channel(daemon, "index") as index:
            await index.first()
            await index.send('{"type":"heartbeat","id":1}')
            ack = await index.until(lambda one: one.about, "the answer")
            assert (ack[0]["type"], ack[0]["id"]) == ("heartbeat_ack", 1)
            await index.send('{"type":"subscribe","id":2,"symbol":"NIFTY50"}')
            await index.until(lambda one: len(one.about) == 2, "the refusal")
            assert (index.about[1]["type"], index.about[1]["code"]) == ("error", "unknown_type")
            assert "heartbeat" in index.about[1]["message"]

    asyncio.run(scenario())


def status_of(curl, url, *options):
    done = subprocess.run([curl, "-sS", "--max-time", str(PATIENCE_S), "-o", "-", "-w", "\n%{http_code}", *options, url],
                          capture_output=True, text=True, check=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def test_the_shared_token_is_asked_for_before_the_handshake(start_subd, curl):
    daemon = start_subd("--feed", "sim", config=f'[channels]\ntoken = "{TOKEN}"\n')
    for name in ("market", "foreign", "index"):
        for upgrade in ([], UPGRADE):
            url = f"{daemon.http_url}/ws/{name}"
            for wrong in ([url], [f"{url}?token="], [f"{url}?token={TOKEN}x"],
                          [url, "-H", f"Authorization: Bearer {TOKEN[:-1]}"],
                          [url, "-H", f"Authorization: Bearer {daemon.token('alice@example.com')}"]):
                status, problem = status_of(curl, *wrong, *upgrade)
                assert (status, problem["code"]) == (403, "forbidden"), wrong
                assert TOKEN[:-1] not in json.dumps(problem)
        assert status_of(curl, f"{daemon.http_url}/ws/{name}?token={TOKEN}")[0] == 426

    async def scenario():
        async with Channel(daemon, "index", query=f"?token={TOKEN}") as one:
            await one.first()
        async with Channel(daemon, "index", headers={"Authorization": f"Bearer {TOKEN}"}) as one:
            await one.first()

    asyncio.run(scenario())
    refused = [line for line in daemon.log().splitlines() if "refused" in line and "/ws/market" in line]
    assert len(refused) == 10 and all("address=127.0.0.1:" in line for line in refused)
    assert TOKEN[:-1] not in daemon.log()


def test_clients_of_one_address_are_counted_over_all_channels(start_subd):
    daemon = start_subd("--feed", "sim", config="[channels]\nconnections_per_address = 2\n")

    async def scenario():
        async with Channel(daemon, "market") as one, Channel(daemon, "index") as two:
            await one.first(), await two.first()
            with pytest.raises(websockets.InvalidStatusCode) as refused:
                await websockets.connect(f"ws://{daemon.address}/ws/foreign")
            assert refused.value.status_code == 429
        wait_until(lambda: report(daemon, "index")["clients"] == 0, "the clients to be gone")
        async with Channel(daemon, "foreign") as three:
            await three.first()

    asyncio.run(scenario())


def test_the_token_is_not_in_the_checked_configuration(tmp_path):
    (tmp_path / "subd.toml").write_text(f'[channels]\ntoken = "{TOKEN}"\n')
    checked = run("subd", "--config", tmp_path / "subd.toml", "--check-config", home=tmp_path)
    assert checked.returncode == 0 and 'token = "***"' in checked.stdout
    assert TOKEN not in checked.stdout + checked.stderr


def test_a_symbol_that_the_feed_does_not_have_is_refused_at_the_start(tmp_path):
    (tmp_path / "subd.toml").write_text('[channels]\nsymbols = ["RELIANCEE"]\n')
    done = run("subd", "--config", tmp_path / "subd.toml", "--listen", "127.0.0.1:0", "--state-dir", tmp_path / "state",
               "--control", tmp_path / "c.sock", home=tmp_path)
    assert done.returncode != 0
    assert "channels.symbols: the feed has no symbol RELIANCEE; did you mean RELIANCE?" in done.stderr
