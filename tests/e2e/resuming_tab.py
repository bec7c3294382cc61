"""A client that loses its connection and comes back to its session, as docs and manual tell it to."""

import asyncio
import json

import websockets

from daemon import PATIENCE_S

OPTIONS = {"compression": None, "max_size": None, "max_queue": None, "ping_interval": None}


class ResumingTab:
    """Keeps what it has over its connections: the position of each stream, and its closed bars, each once.

    A closed bar that comes again, or out of order, fails it at once; a bar of a snapshot that it has is passed over,
    as the manual says.
    """

    def __init__(self, daemon, user, streams):
        self.daemon, self.user, self.streams = daemon, user, streams
        self.url, self.trust = daemon.ws_url, None  # where it comes next; an ssl.SSLContext where that is TLS
        self.id = self.resume_token = None
        self.positions = {}  # (symbol, timeframe) -> (epoch, seq)
        self.closed = {stream: [] for stream in streams}  # times of closed bars
        self.from_snapshots = 0
        self.resumes = 0

    def _url(self):
        return self.url + (f"?resume={self.resume_token}" if self.resume_token else "")

    async def connect(self):
        """Opens a connection; the `connected` message is taken."""
        self.socket = await websockets.connect(
            self._url(), extra_headers={"Authorization": f"Bearer {self.daemon.token(self.user)}"},
            **({"ssl": self.trust} if self.trust else {}), **OPTIONS)
        connected = await self.receive()
        assert connected["type"] == "connected", connected
        return connected

    async def open(self):
        connected = await self.connect()
        assert connected["resumed"] is False
        self.id, self.resume_token = connected["ws_conn_id"], connected["resume_token"]
        for symbol, timeframe in self.streams:
            await self.send(type="subscribe", symbol=symbol, timeframe=timeframe, indicators=["RSI_14_100"])
        while len(self.positions) < len(self.streams):
            await self.receive()
        return self

    async def resume(self, stop_after=None):
        """Comes back; `stop_after` messages behind the request it is cut again."""
        connected = await self.connect()
        assert connected["resumed"] is True, connected
        assert (connected["ws_conn_id"], connected["resume_token"]) == (self.id, self.resume_token)
        await self.say_received()
        self.resumes += 1
        if stop_after is not None:
            for _ in range(stop_after):
                await self.receive()
            return
        resumed = await self.receive()
        assert resumed["type"] == "resumed", resumed
        listed = {(one["symbol"], one["timeframe"]): one["indicators"] for one in resumed["streams"]}
        assert listed == {stream: ["RSI_14_100"] for stream in self.streams}

    async def say_received(self):
        await self.send(type="resume", id=1, received=[
            {"symbol": symbol, "timeframe": timeframe, "epoch": epoch, "seq": seq}
            for (symbol, timeframe), (epoch, seq) in self.positions.items()])

    async def send(self, **message):
        await self.socket.send(json.dumps(message))

    async def receive(self):
        message = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))
        self._take(message)
        return message

    def _take(self, message):
        kind = message["type"]
        assert kind != "error", message
        if kind not in ("snapshot", "market_update"):
            return
        stream = message["symbol"], message["timeframe"]
        bars = self.closed[stream]
        assert set(message["indicators"]) == {"RSI_14_100"}, message
        if kind == "snapshot":
            missed = [bar["time"] for bar in message["bars"] if bars and bar["time"] > bars[-1]]
            self.from_snapshots += len(missed)
            bars += missed
        else:
            epoch, seq = self.positions[stream]
            assert message["epoch"] == epoch and message["seq"] > seq, f"{message} after seq {seq}"
            if message["bar"] == "closed":
                time = message["ohlcv"]["time"]
                assert not bars or bars[-1] < time, f"the closed bar of {time} after {bars[-1]}"
                bars.append(time)
        self.positions[stream] = message["epoch"], message["seq"]

    async def read_for(self, seconds):
        """Reads what comes in that time."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                self._take(json.loads(await asyncio.wait_for(self.socket.recv(), left)))
            except asyncio.TimeoutError:
                return

    async def read_until(self, condition):
        while not condition():
            await self.receive()

    async def cut(self):
        """Without a close frame; what was not read is lost."""
        self.socket.transport.abort()
        await self.socket.wait_closed()
