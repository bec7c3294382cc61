"""A browser tab's worth of client on python3-websockets, which shares no code with subd."""

import asyncio
import itertools
import json

import websockets

from daemon import PATIENCE_S
from transcript import Transcript


class Tab:
    """One connection that records and checks everything it gets. Use inside `async with`."""

    def __init__(self, daemon, name, user, session=None, url=None, **options):
        self.daemon, self.name, self.user, self.url = daemon, name, user, url or daemon.ws_url
        self.options = {"compression": None, "max_size": None, "max_queue": None, "ping_interval": None, **options}
        self.token = daemon.token(user, session)
        self.transcript = Transcript(name)
        self.arrived = asyncio.Condition()
        self.failure = None
        self.numbers = itertools.count(1)

    async def __aenter__(self):
        self.socket = await websockets.connect(self.url,
                                               extra_headers={"Authorization": f"Bearer {self.token}"}, **self.options)
        self.reader = asyncio.create_task(self._read())
        await self.until(lambda message: message["type"] == "connected", "connected")
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def _read(self):
        try:
            async for text in self.socket:
                self.transcript.add(text)
                async with self.arrived:
                    self.arrived.notify_all()
        except websockets.ConnectionClosed:
            pass
        except (AssertionError, ValueError, KeyError) as violation:
            self.failure = violation
        async with self.arrived:
            self.arrived.notify_all()

    async def until(self, wanted, what, start=0):
        """The first message from position `start` on for which wanted(message) holds."""
        position = start
        async with self.arrived:
            deadline = asyncio.get_running_loop().time() + PATIENCE_S
            while True:
                if self.failure:
                    raise self.failure
                while position < len(self.messages):
                    if wanted(self.messages[position]):
                        return self.messages[position]
                    position += 1
                assert not self.reader.done(), f"{self.name}: closed {self.socket.close_code} while waiting for {what}"
                left = deadline - asyncio.get_running_loop().time()
                assert left > 0, f"{self.name}: waited {PATIENCE_S} s in vain for {what}"
                try:
                    await asyncio.wait_for(self.arrived.wait(), left)
                except asyncio.TimeoutError:
                    pass

    @property
    def messages(self):
        return self.transcript.messages

    async def request(self, kind, **fields):
        """Sends a request and returns the reply that echoes its id."""
        number, start = f"{self.name}-{next(self.numbers)}", len(self.messages)
        await self.socket.send(json.dumps({"type": kind, "id": number, **fields}))
        return await self.until(lambda message: message.get("id") == number, f"the reply to {kind}", start)

    async def subscribe(self, symbol, timeframe, indicators=(), **fields):
        start = len(self.messages)
        reply = await self.request("subscribe", symbol=symbol, timeframe=timeframe, indicators=indicators, **fields)
        assert reply["type"] == "subscribed", reply
        key = reply["symbol"], reply["timeframe"]
        return await self.until(lambda one: one["type"] == "snapshot" and (one["symbol"], one["timeframe"]) == key,
                                "the snapshot", start)

    async def closed_bars(self, symbol, count, timeframe="1s"):
        """Waits for that many closed bars of a stream from now on."""
        start = len(self.messages)
        for _ in range(count):
            bar = await self.until(
                lambda one: one["type"] == "market_update" and one["bar"] == "closed"
                and (one["symbol"], one["timeframe"]) == (symbol, timeframe), f"a closed bar of {symbol}", start)
            start = self.messages.index(bar, start) + 1

    async def close(self, code=1000):
        await self.socket.close(code)
        await self.reader
        if self.failure:
            raise self.failure

    def kill(self):
        """Cuts the connection without a close frame."""
        self.socket.transport.abort()
