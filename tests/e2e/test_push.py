"""Publishers over HTTP and WebSocket into a live daemon, and what tabs see of it."""

import asyncio
import json
import socket
import subprocess
import time

import pytest
import websockets

from daemon import PATIENCE_S, Daemon, run, wait_until
from raw_socket import TEXT, RawSocket, Refused, frame_bytes
from tab import Tab

OPTIONS = "push:stale_after=1s,late=0ms"
# Trades around the clock, so that the tests do.
DUMP = ("instrument_token,tradingsymbol,name,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange\n"
        "4001,BTCINR,BITCOIN,,0,0.01,1,EQ,24x7,24x7\n4002,ETHINR,ETHER,,0,0.01,1,EQ,24x7,24x7\n")


@pytest.fixture(scope="module")
def push():
    """One subd that publishers feed, with the keys of two."""
    daemon = Daemon()
    try:
        daemon.start()
        assert daemon.subctl("instruments", "import", "-", text_input=DUMP).returncode == 0
        daemon.stop()
        daemon.arguments += ["--feed", OPTIONS]
        daemon.start()
        daemon.keys = {name: new_key(daemon, name, "publisher") for name in ("one", "two")}
        yield daemon
        assert not any(key in daemon.log() for key in daemon.keys.values())
        daemon.stop()
    finally:
        daemon.discard()


def new_key(daemon, user, role):
    added = daemon.subctl("apikey", "add", "--user", user, "--role", role)
    assert added.returncode == 0, added.stderr
    return added.stdout.strip()


def post(daemon, rows, query="", key=None, curl="curl"):
    """Status and JSON of one POST, by curl."""
    body = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    headers = ["-H", f"X-API-Key: {key or daemon.keys['one']}"] if key != "" else []
    done = subprocess.run([curl, "-sS", "--max-time", str(PATIENCE_S), "-w", "\n%{http_code}", *headers,
                           "--data-binary", "@-", f"{daemon.http_url}/ingest/ticks{query}"],
                          input=body, capture_output=True, text=True, check=True)
    content, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(content)


def publisher(daemon, name="one"):
    return websockets.connect(f"ws://{daemon.address}/ws/ingest",
                              extra_headers={"Authorization": f"Bearer {daemon.keys[name]}"}, compression=None)


async def told(connection, **batch):
    await connection.send(json.dumps({"type": "ticks", **batch}))
    return await answer(connection)


async def answer(connection):
    return json.loads(await asyncio.wait_for(connection.recv(), PATIENCE_S))


def tick(price, symbol="BTCINR", **more):
    return {"symbol": symbol, "last_price": price, **more}


def test_published_ticks_become_updates_and_bars(push, curl):
    async def scenario():
        async with Tab(push, "tab", "alice@example.com") as tab:
            await tab.subscribe("BTCINR", "1s", ["SMA_2"])
            bars = []
            for price in (100.5, 101.5, 103.5):
                start = len(tab.messages)
                status, ack = post(push, [tick(price, volume=price * 10)], curl=curl)
                assert (status, ack["applied"], ack["refused"]) == (200, 1, 0)
                bars.append(await tab.until(
                    lambda one: one["type"] == "market_update" and one["bar"] == "closed"
                    and one["ohlcv"]["close"] == price, f"the bar of {price}", start))
            assert bars[2]["indicators"]["SMA_2"] == 102.5
            assert bars[2]["ohlcv"]["volume"] == 20
    asyncio.run(scenario())


def test_published_bars_pass_as_they_are(push):
    async def scenario():
        start_ms = (int(time.time()) // 60 - 10) * 60_000
        async with Tab(push, "tab", "alice@example.com") as tab, publisher(push) as feed:
            assert (await answer(feed))["user_id"] == "one"
            bar = {"token": 4002, "timeframe": "1m", "time": start_ms, "open": 5, "high": 7, "low": 4, "close": 6,
                   "volume": 9}
            await tab.subscribe("ETHINR", "1min")
            ack = await told(feed, bars=[bar, bar], seq=1, publisher="bars")
            assert (ack["applied"], ack["refused"]) == (1, 1)
            assert ack["problems"][0]["row"] == "bars[1]" and "after the bar before it" in ack["problems"][0]["allowed"]
            closed = await tab.until(lambda one: one["type"] == "market_update" and one["symbol"] == "ETHINR", "the bar")
            assert closed["bar"] == "closed"
            assert [closed["ohlcv"][name] for name in ("open", "high", "low", "close", "volume")] == [5, 7, 4, 6, 9]
            mixed = await told(feed, ticks=[tick(5, "ETHINR")])
            assert "both would count twice" in mixed["problems"][0]["allowed"]
    asyncio.run(scenario())


def test_bad_rows_are_told_and_the_others_count(push):
    status, ack = post(push, [tick(1), "nonsense", tick(-1), tick(1, "BTCINRR"), tick(1, timestamp="2099-01-01"),
                              {"symbol": "BTCINR"}, tick(2)])
    assert (status, ack["applied"], ack["refused"]) == (200, 2, 5)
    assert [(one["row"], one["field"]) for one in ack["problems"]] == [
        ("line 2", ""), ("line 3", "last_price"), ("line 4", "symbol"), ("line 5", "timestamp"),
        ("line 6", "last_price")]
    assert "did you mean BTCINR?" in ack["problems"][2]["message"]
    status, problem = post(push, ["", " "])
    assert (status, problem["code"]) == (400, "bad_request") and "one tick or bar a line" in problem["detail"]
    status, problem = post(push, [tick(1)], query="?seq=-1")
    assert status == 400 and "seq" in problem["detail"]


def test_a_number_is_applied_once_whichever_way_it_comes(push):
    async def scenario():
        query = "?publisher=numbers&seq="
        assert post(push, [tick(1)], query + "5")[1]["duplicate"] is False
        again = post(push, [tick(1)], query + "5")[1]
        assert (again["duplicate"], again["applied"]) == (True, 0)
        assert post(push, [tick(1)], query + "8")[1]["gap"] == {"expected": 6}
        async with publisher(push) as feed, publisher(push, "two") as other:
            await answer(feed), await answer(other)
            assert (await told(feed, publisher="numbers", seq=8, ticks=[tick(1)]))["duplicate"] is True
            assert (await told(feed, publisher="numbers", seq=9, ticks=[tick(1)]))["gap"] is None
            assert (await told(other, publisher="numbers", seq=9, ticks=[tick(1)]))["duplicate"] is False
            assert (await told(feed, publisher="numbers", epoch="2", seq=1, ticks=[tick(1)]))["duplicate"] is False
    asyncio.run(scenario())


def test_a_batch_that_breaks_off_is_not_applied(push):
    body = json.dumps(tick(1)).encode()
    with RawSocket(push, upgrade=False) as broken:
        broken.socket.sendall((f"POST /ingest/ticks?publisher=broken&seq=1 HTTP/1.1\r\nHost: subd\r\n"
                               f"X-API-Key: {push.keys['one']}\r\nContent-Length: {len(body)}\r\n\r\n").encode()
                              + body[:-5])
        broken.socket.shutdown(socket.SHUT_WR)
        assert broken.socket.recv(1) == b""

    assert post(push, [tick(1)], "?publisher=broken&seq=1")[1]["duplicate"] is False

    message = json.dumps({"type": "ticks", "publisher": "broken", "seq": 2, "ticks": [tick(1)] * 500}).encode()
    with RawSocket(push, path="/ws/ingest", headers=[f"X-API-Key: {push.keys['one']}"]) as killed:
        killed.read_json("connected")
        killed.socket.sendall(frame_bytes(TEXT, message)[:-100])
    assert post(push, [tick(1)], "?publisher=broken&seq=2")[1]["duplicate"] is False


def test_two_publishers_at_once_lose_nothing(push):
    async def flood(name, count):
        async with publisher(push, name) as feed:
            await answer(feed)
            sent = asyncio.gather(*[
                feed.send(json.dumps({"type": "ticks", "publisher": "flood", "seq": number,
                                      "ticks": [tick(100 + number)] * 50})) for number in range(count)])
            acks = [await answer(feed) for _ in range(count)]
            await sent
            return acks

    async def scenario():
        before = push.status()["feed"]["ticks"]
        for acks in await asyncio.gather(flood("one", 200), flood("two", 200)):
            assert [ack["seq"] for ack in acks] == list(range(200))
            assert all(ack["applied"] == 50 and ack["gap"] is None for ack in acks)
        assert push.status()["feed"]["ticks"] == before + 2 * 200 * 50
    asyncio.run(scenario())


def test_the_upstream_is_live_while_batches_come(push):
    wait_until(lambda: push.status()["feed"]["state"] == "stale", "the upstream to be stale")
    assert post(push, [tick(1)])[0] == 200
    assert push.status()["feed"]["state"] == "live"
    wait_until(lambda: push.status()["feed"]["state"] == "stale", "the upstream to be stale again")


def test_only_a_publisher_may_publish(push):
    client = new_key(push, "reader", "client")
    for key, status, code in (("", 401, "unauthorized"), ("subd_wrong", 401, "unauthorized"),
                              (client, 403, "forbidden"), (push.token("alice@example.com"), 401, "unauthorized")):
        refused, problem = post(push, [tick(1)], key=key)
        assert (refused, problem["code"]) == (status, code)
        assert key == "" or key not in json.dumps(problem)
    with pytest.raises(Refused) as refused:
        RawSocket(push, path="/ws/ingest", headers=[f"X-API-Key: {client}"])
    assert refused.value.status == 403
    assert post(push, [tick(1)], key=new_key(push, "root", "admin"))[0] == 200


def test_messages_that_are_no_batch_are_errors_and_at_last_the_end(push):
    async def scenario():
        async with publisher(push) as feed:
            await answer(feed)
            await feed.send("{")
            assert (await answer(feed))["message"] == "the message is not JSON"
            assert (await told(feed, ticks={}))["code"] == "bad_request"
            assert (await told(feed))["type"] == "ack"
            with pytest.raises(websockets.ConnectionClosed):
                for _ in range(30):
                    await feed.send("[]")
                while True:
                    await answer(feed)
            assert feed.close_code == 4009
    asyncio.run(scenario())


def test_nothing_is_published_where_no_feed_takes_it(subd):
    status, problem = post(subd, [tick(1)], key=new_key(subd, "one", "publisher"))
    assert status == 404 and "no feed of this subd is push" in problem["detail"]


def test_simulated_and_published_symbols_side_by_side(start_subd):
    daemon = start_subd("--feed", "sim:rate=20", "--feed", OPTIONS + ",only=TCS")
    daemon.keys = {"one": new_key(daemon, "one", "publisher")}
    assert daemon.status()["feed"]["kind"] == "combined"

    async def scenario():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            await tab.subscribe("RELIANCE", "1s")
            await tab.closed_bars("RELIANCE", 1)
            bar = {"symbol": "TCS", "timeframe": "1day", "time": "2025-11-04T03:45:00Z", "open": 5, "high": 7, "low": 4,
                   "close": 6}
            await tab.subscribe("TCS", "1day")
            assert post(daemon, [bar])[1]["applied"] == 1
            closed = await tab.until(lambda one: one["type"] == "market_update" and one["symbol"] == "TCS", "the bar")
            assert (closed["bar"], closed["ohlcv"]["close"]) == ("closed", 6)
            refused = post(daemon, [tick(1, "RELIANCE")])[1]["problems"][0]
            assert "comes from another source" in refused["message"]
    asyncio.run(scenario())


def test_a_replay_keeps_its_time_beside_published_symbols(start_subd, tmp_path):
    rows = [f"2024-07-01T10:{minute:02}:00Z,1,2,1,{1 + minute % 2}" for minute in range(10)]
    (tmp_path / "wipro.csv").write_text("\n".join(["timestamp,open,high,low,close", *rows]) + "\n")
    daemon = start_subd("--feed", "push", "--feed", f"replay:{tmp_path}/wipro.csv,symbol=WIPRO,timeframe=1min,speed=max")
    wait_until(lambda: daemon.status()["feed"]["bars"] == 10, "the file to be played")

    async def scenario():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            snapshot = await tab.subscribe("WIPRO", "5min", history=10)
            # By the clock of the published symbols the first bar would have ended with its first minute.
            assert [bar["time"] for bar in snapshot["bars"]] == ["2024-07-01T10:00:00.000Z", "2024-07-01T10:05:00.000Z"]
    asyncio.run(scenario())


def test_a_symbol_of_two_sources_is_a_wrong_configuration(tmp_path):
    done = run("subd", "--listen", "127.0.0.1:0", "--state-dir", tmp_path, "--control", tmp_path / "c.sock",
               "--feed", "sim:only=TCS", "--feed", "push:only=TCS")
    assert done.returncode == 78 and "TCS is claimed by sim and by push" in done.stderr
