"""permessage-deflate with clients that we did not write: the same messages, fewer bytes, and nothing lives on after damage."""

import asyncio
import json
import subprocess
import zlib
from pathlib import Path

import pytest
import websockets

from daemon import PATIENCE_S
from raw_socket import TEXT, RawSocket
from signals import http

HERE = Path(__file__).parent
ON = "[server]\ncompression = true\nio_threads = 1\n"
SUBSCRIBE = {"type": "subscribe", "symbol": "TCS", "timeframe": "1s", "history": 50,
             "indicators": ["RSI", "MACD", "BBANDS", "SMA_20", "EMA_20", "ADX", "STOCH"]}


def connect(daemon, compression, user="alice"):
    return websockets.connect(f"ws://{daemon.address}/ws/indicators", compression=compression, max_size=None,
                              extra_headers={"Authorization": f"Bearer {daemon.token(user)}"})


async def until(socket, kind):
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
        if message["type"] == kind:
            return message


def metrics(daemon):
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in http(daemon, "/metrics")[2].splitlines() if not line.startswith("#")}


def test_tabs_with_and_without_it_get_the_same_messages(start_subd):
    daemon = start_subd("--feed", "sim:rate=10", config=ON)

    async def run():
        async with connect(daemon, "deflate") as one, connect(daemon, "deflate", "bob") as other, \
                connect(daemon, None) as plain:
            assert [bool(socket.extensions) for socket in (one, other, plain)] == [True, True, False]
            for socket in (one, other, plain):
                await socket.send(json.dumps({**SUBSCRIBE, "note": "x" * 2000}))  # long enough to be compressed
                assert len((await until(socket, "snapshot"))["bars"]) == 50
            heard = [{}, {}, {}]
            while len(set.intersection(*map(set, heard))) < 20:
                for socket, seen in zip((one, other, plain), heard):
                    message = await until(socket, "market_update")
                    seen[message["seq"]] = message
            for seq in set.intersection(*map(set, heard)):
                assert heard[0][seq] == heard[1][seq] == heard[2][seq]
            await one.send(json.dumps({"type": "heartbeat", "id": 1}))
            assert (await until(one, "heartbeat_ack"))["id"] == 1

    asyncio.run(run())
    seen = metrics(daemon)
    made, copied = (seen[f'subd_compressed_messages_total{{how="{how}"}}'] for how in ("made", "copied"))
    assert made > 10 and copied > 10, "two tabs of one view share what is compressed"
    before, after = (seen[f'subd_compression_bytes_total{{side="{side}"}}'] for side in ("before", "after"))
    assert after < before * 0.6


def test_it_is_off_unless_it_is_configured(start_subd):
    daemon = start_subd()

    async def run():
        async with connect(daemon, "deflate") as socket:
            assert not socket.extensions
            await socket.send(json.dumps(SUBSCRIBE))
            await until(socket, "market_update")

    asyncio.run(run())


def test_npm_ws_reads_it(start_subd, tmp_path):
    daemon = start_subd(config=ON)
    script = """
      const WebSocket = require('ws');
      const socket = new WebSocket(process.argv[1], {perMessageDeflate: true,
                                                     headers: {Authorization: 'Bearer ' + process.argv[2]}});
      socket.on('open', () => socket.send(process.argv[3]));
      let updates = 0;
      socket.on('message', (text) => {
        if (JSON.parse(text).type === 'market_update' && ++updates === 3) {
          console.log(socket.extensions); socket.close();
        }
      });
      socket.on('error', (error) => { console.error(error.message); process.exit(1); });
    """
    ran = subprocess.run(["node", "-e", script, f"ws://{daemon.address}/ws/indicators", daemon.token("alice"),
                          json.dumps(SUBSCRIBE)], cwd=HERE, capture_output=True, text=True,
                         timeout=PATIENCE_S, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "permessage-deflate"), ran.stderr


OFFER = ["Sec-WebSocket-Extensions: permessage-deflate"]


def deflated(data):
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.parametrize("payload, code", [(b"\x07\xff\xff\xff", 1007), (deflated(b'"\xff\xfe"'), 1007),
                                           (deflated(b" " * 10_000_000), 1009)],
                         ids=["no deflate", "no utf-8", "a bomb"])
def test_damage_and_bombs_end_their_own_connection_alone(start_subd, payload, code):
    daemon = start_subd(config=ON)
    token = daemon.token("alice")
    with RawSocket(daemon, token=token) as other, RawSocket(daemon, token=token, headers=OFFER) as bad:
        other.read_json("connected")
        bad.send_frame(TEXT, payload, reserved=4)
        assert bad.read_close().close_code == code
        other.send_json({"type": "heartbeat", "id": 3})
        assert other.read_json("heartbeat_ack")["id"] == 3


def test_who_did_not_agree_may_not_compress(start_subd):
    daemon = start_subd(config=ON)
    with RawSocket(daemon, token=daemon.token("alice")) as plain:
        plain.read_json("connected")
        plain.send_frame(TEXT, deflated(b"{}"), reserved=4)
        assert plain.read_close().close_code == 1002
