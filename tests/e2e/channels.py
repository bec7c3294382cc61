"""A client of a broadcast channel on python3-websockets, which shares no code with subd."""

import asyncio
import json

import websockets

from daemon import PATIENCE_S


class Channel:
    """One connection. `state` is the newest object of the channel, `objects` counts them, `about` has what is about the
    connection itself."""

    def __init__(self, daemon, name, query="", headers=None, **options):
        self.url = f"ws://{daemon.address}/ws/{name}{query}"
        self.options = {"compression": None, "max_size": None, "max_queue": None, "ping_interval": None,
                        "extra_headers": headers or {}, **options}
        self.state, self.objects, self.about = None, 0, []
        self.arrived = asyncio.Condition()

    async def __aenter__(self):
        self.socket = await websockets.connect(self.url, **self.options)
        self.reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_):
        await self.socket.close()
        await self.reader

    async def _read(self):
        try:
            async for text in self.socket:
                message = json.loads(text)
                # As subd-protocol(7) tells them apart.
                if isinstance(message.get("type"), str):
                    self.about.append(message)
                else:
                    self.state, self.objects = message, self.objects + 1
                async with self.arrived:
                    self.arrived.notify_all()
        except websockets.ConnectionClosed:
            pass
        async with self.arrived:
            self.arrived.notify_all()

    async def until(self, condition, what):
        """Waits until condition(self) holds; its value."""
        async with self.arrived:
            deadline = asyncio.get_running_loop().time() + PATIENCE_S
            while not (value := condition(self)):
                assert not self.reader.done(), f"closed {self.socket.close_code} while waiting for {what}"
                left = deadline - asyncio.get_running_loop().time()
                assert left > 0, f"waited {PATIENCE_S} s in vain for {what}; state {self.state}, about {self.about}"
                try:
                    await asyncio.wait_for(self.arrived.wait(), left)
                except asyncio.TimeoutError:
                    pass
            return value

    async def first(self):
        """The object that comes on connecting."""
        await self.until(lambda one: one.objects, "the snapshot")
        return self.state

    async def send(self, text):
        await self.socket.send(text)
