"""Publishers and clients of signals: curl on the one side, python3-websockets on the other."""

import asyncio
import json
import subprocess
import urllib.parse

import websockets

from daemon import PATIENCE_S

INGEST = "/api/v1/external-signals/sync/signal"


def new_key(daemon, user, role):
    added = daemon.subctl("apikey", "add", "--user", user, "--role", role)
    assert added.returncode == 0, added.stderr
    return added.stdout.strip()


def http(daemon, target, *headers, body=None, method=None):
    """Status, headers (names in lower case) and body of one request, by curl."""
    arguments = [one for header in headers for one in ("-H", header)]
    if body is not None:
        arguments += ["--data-binary", "@-"]
    if method:
        arguments += ["-X", method]
    done = subprocess.run(["curl", "-sS", "-i", "--max-time", str(PATIENCE_S), "-H", "Expect:", *arguments,
                           daemon.http_url + target], input=body, capture_output=True, text=True, check=True)
    head, _, content = done.stdout.partition("\n\n")
    status, *fields = head.splitlines()
    named = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    return int(status.split()[1]), named, content


def signal(number, premium=False, **more):
    return {"id": f"sig_{number}", "symbol": "NIFTY50", "side": "BUY", "premium": premium, **more}


def send(daemon, key, body):
    """Status and JSON of one ingest."""
    status, _, content = http(daemon, INGEST, f"X-API-Key: {key}", "Content-Type: application/json",
                              body=body if isinstance(body, str) else json.dumps(body))
    return status, json.loads(content)


class SignalTab:
    """One client of /ws/signals that keeps the ids of what it got, in order. Use inside `async with`."""

    def __init__(self, daemon, token, since=None):
        query = "" if since is None else "?since=" + urllib.parse.quote(since)
        self.url = f"ws://{daemon.address}/ws/signals{query}"
        self.token, self.messages, self.arrived = token, [], asyncio.Condition()

    async def __aenter__(self):
        self.socket = await websockets.connect(self.url, extra_headers={"Authorization": f"Bearer {self.token}"},
                                               compression=None, max_queue=None, ping_interval=None)
        self.reader = asyncio.create_task(self._read())
        self.connected = await self.until(lambda message: message["type"] == "connected")
        return self

    async def __aexit__(self, *_):
        await self.socket.close()
        await self.reader

    async def _read(self):
        try:
            async for text in self.socket:
                self.messages.append(json.loads(text))
                async with self.arrived:
                    self.arrived.notify_all()
        except websockets.ConnectionClosed:
            pass
        async with self.arrived:
            self.arrived.notify_all()

    @property
    def ids(self):
        return [message["id"] for message in self.messages if message["type"] == "signal"]

    async def until(self, wanted, start=0):
        """The first message from position `start` on for which wanted(message) holds."""
        position = start
        async with self.arrived:
            while True:
                while position < len(self.messages):
                    if wanted(self.messages[position]):
                        return self.messages[position]
                    position += 1
                assert not self.reader.done(), f"closed {self.socket.close_code}; got {self.messages[-5:]}"
                await asyncio.wait_for(self.arrived.wait(), PATIENCE_S)

    async def until_signal(self, name):
        return await self.until(lambda message: message["type"] == "signal" and message["id"] == name)

    async def close_code(self):
        await asyncio.wait_for(self.socket.wait_closed(), PATIENCE_S)
        return self.socket.close_code

    def kill(self):
        """Cuts the connection without a close frame."""
        self.socket.transport.abort()
