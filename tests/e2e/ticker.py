"""A client of /ws/ticks on python3-websockets, which shares no code with subd."""

import asyncio
import itertools
import json

import websockets

from daemon import PATIENCE_S


class Ticker:
    """One connection that records what it gets and demands that every tick is one it asked for.

    A tick must be of an instrument and in the mode that the last reply listed, with a rising seq. A reply that takes
    something away holds from its arrival on.
    """

    def __init__(self, daemon, name, user="alice@example.com", **options):
        self.daemon, self.name = daemon, name
        self.options = {"compression": None, "max_size": None, "max_queue": None, "ping_interval": None, **options}
        self.token = daemon.token(user)
        self.messages, self.modes, self.seqs = [], {}, {}
        self.numbers = itertools.count(1)
        self.arrived = asyncio.Condition()
        self.failure = None

    async def __aenter__(self):
        self.socket = await websockets.connect(f"ws://{self.daemon.address}/ws/ticks",
                                               extra_headers={"Authorization": f"Bearer {self.token}"}, **self.options)
        self.reader = asyncio.create_task(self._read())
        await self.until(lambda message: message["type"] == "connected", "connected")
        return self

    async def __aexit__(self, *_):
        await self.socket.close()
        await self.reader
        if self.failure:
            raise self.failure

    def kill(self):
        """As a pulled plug, but for the kernel's reset."""
        self.socket.transport.abort()

    async def _read(self):
        try:
            async for text in self.socket:
                self._take(json.loads(text))
                async with self.arrived:
                    self.arrived.notify_all()
        except websockets.ConnectionClosed:
            pass
        except AssertionError as violation:
            self.failure = violation
        async with self.arrived:
            self.arrived.notify_all()

    def _take(self, message):
        if "instruments" in message:
            self.modes = {one["token"]: one["mode"] for one in message["instruments"]}
        if message["type"] == "tick":
            token = message["token"]
            assert self.modes.get(token) == message["mode"], f"{self.name}: not asked for: {message}"
            assert message["seq"] > self.seqs.get(token, 0) or message["seq"] == self.seqs.get(token), message
            self.seqs[token] = message["seq"]
        self.messages.append(message)

    async def until(self, wanted, what, start=0):
        """The first message from position `start` on for which wanted(message) holds."""
        async with self.arrived:
            deadline = asyncio.get_running_loop().time() + PATIENCE_S
            while True:
                if self.failure:
                    raise self.failure
                for message in self.messages[start:]:
                    if wanted(message):
                        return message
                assert not self.reader.done(), f"{self.name}: closed {self.socket.close_code} while waiting for {what}"
                left = deadline - asyncio.get_running_loop().time()
                assert left > 0, f"{self.name}: waited {PATIENCE_S} s in vain for {what}"
                try:
                    await asyncio.wait_for(self.arrived.wait(), left)
                except asyncio.TimeoutError:
                    pass

    async def request(self, kind, **fields):
        """Sends a request and returns the reply that echoes its id."""
        number, start = f"{self.name}-{next(self.numbers)}", len(self.messages)
        await self.socket.send(json.dumps({"type": kind, "id": number, **fields}))
        return await self.until(lambda message: message.get("id") == number, f"the reply to {kind}", start)

    async def ticks(self, count, token=None):
        """The next `count` ticks from now on, of one instrument or of any."""
        start = len(self.messages)

        def enough(_):
            return len(self._ticks(start, token)) >= count

        await self.until(enough, f"{count} ticks of {token or 'anything'}", start)
        return self._ticks(start, token)

    def _ticks(self, start, token):
        return [one for one in self.messages[start:] if one["type"] == "tick" and token in (None, one["token"])]
