"""A scripted Kite: ticker and history on one port, written from the protocol's description, with faults on demand.

It runs in a thread of its own. What a test sets takes effect at once; what it asks for are copies.
"""

import asyncio
import collections
import http
import itertools
import json
import struct
import threading
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import websockets

IST = timezone(timedelta(hours=5, minutes=30))
INDICES = 9
DIVISORS = {3: 10_000_000, 6: 10_000}
HEARTBEAT_S = 0.5
LENGTHS = {"ltp": 8, "quote": 44, "full": 184}


def packet(token, price, mode, volume=0, at=None):
    """One packet as the broker sends it in this mode."""
    raw = round(price * DIVISORS.get(token & 0xFF, 100))
    head = struct.pack(">II", token, raw)
    seconds = int(time.time() if at is None else at)
    if mode == "ltp":
        return head
    if token & 0xFF == INDICES:
        quote = head + struct.pack(">IIIIi", raw + 100, raw - 100, raw - 50, raw - 10, 10)
        return quote + (struct.pack(">I", seconds) if mode == "full" else b"")
    quote = head + struct.pack(">IIIIIIIII", 1, raw, volume, 10, 20, raw - 50, raw + 100, raw - 100, raw - 10)
    if mode == "quote":
        return quote
    depth = b"".join(struct.pack(">IIHH", 1 + i, max(0, raw - i), 1, 0) for i in range(10))
    return quote + struct.pack(">IIIII", seconds, 500, 600, 400, seconds) + depth


def in_mode(full, mode):
    """What of a full packet is sent in this mode: each holds the lower ones at its beginning."""
    return full[:28 if mode == "quote" and full[3] == INDICES else LENGTHS[mode]]


def frame(packets):
    return struct.pack(">H", len(packets)) + b"".join(struct.pack(">H", len(one)) + one for one in packets)


class Link:
    """One connection of a client to the ticker."""

    def __init__(self, number, socket):
        self.number = number
        self.socket = socket
        self.modes = {}  # token -> mode
        self.requests = []


class KiteServer:
    def __init__(self, tls=None):
        self.tls = tls  # an ssl.SSLContext
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.lock = threading.Lock()
        self.links = []  # that are open
        self.numbers = itertools.count()
        self.twice = []  # tokens that were subscribed while they were subscribed already
        self.orphans = []  # tokens that got a mode without being subscribed
        self.prices = collections.defaultdict(lambda: 100.0)
        self.volumes = collections.defaultdict(int)
        self.contents = {}  # token -> full packet, which goes before price and volume
        self.handshakes = []  # (monotonic time, query)
        self.history_requests = []  # (monotonic time, path, query, authorization)
        # Faults.
        self.access_token = "token-of-today"
        self.refusal = None  # HTTP status for every handshake; 0 is none, too
        self.mute = False  # no heartbeats, no ticks
        self.flaps = 0  # so many connections are closed as soon as they are open
        self.answer_delay = 0.0  # between a subscription and its first tick
        self.history_delay = 0.0
        self.history_status = 200
        self.candles = lambda token, interval, start, end: []
        self.renew = lambda token: None  # gives the client the token that holds now

    def __enter__(self):
        self.thread.start()
        self.server = self._run(self._serve())
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self._run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _serve(self):
        return await websockets.serve(self._client, "127.0.0.1", 0, process_request=self._http, compression=None,
                                      ping_interval=None, max_size=None, close_timeout=1, ssl=self.tls)

    async def _stop(self):
        self.server.close()
        await self.server.wait_closed()

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)

    @property
    def feed(self):
        s = "s" if self.tls else ""
        return f"kite:url=ws{s}://127.0.0.1:{self.port}/,http=http{s}://127.0.0.1:{self.port}"

    # --- what clients see

    async def _http(self, target, headers):
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/instruments/historical/"):
            return await self._history(parts.path, query, headers)
        verb, *words = parts.path.strip("/").split("/")
        if verb in ("fault", "set", "tick"):
            # In a thread, as a test would: what is asked waits for this loop.
            await self.loop.run_in_executor(None, getattr(self, f"_asked_{verb}"), *words)
            return http.HTTPStatus.OK, [], b"done\n"
        self.handshakes.append((time.monotonic(), query))
        if self.refusal:
            return http.HTTPStatus(self.refusal), [], b"refused\n"
        if query.get("access_token") != self.access_token or not query.get("api_key"):
            return http.HTTPStatus.FORBIDDEN, [], b"Invalid `api_key` or `access_token`.\n"
        return None

    # What a scenario asks over HTTP: /fault/NAME, /set/SETTING/VALUE, /tick/TOKEN/PRICE.

    def _asked_fault(self, name):
        {"cut": self.cut, "cut_inside_a_frame": self.cut_inside_a_frame, "break_protocol": self.break_protocol,
         "lie_about_lengths": self.lie_about_lengths, "renew_the_token": lambda: self.renew(self.access_token)}[name]()

    def _asked_set(self, name, value):
        read = {"mute": lambda text: text == "true", "refusal": int, "flaps": int, "answer_delay": float,
                "access_token": str}[name]
        setattr(self, name, read(value))

    def _asked_tick(self, token, price):
        self.tick({int(token): float(price)})

    async def _history(self, path, query, headers):
        self.history_requests.append((time.monotonic(), path, query, headers.get("Authorization")))
        await asyncio.sleep(self.history_delay)
        token, interval = path.split("/")[-2:]
        if self.history_status != 200:
            body = {"status": "error", "message": "no history today", "error_type": "GeneralException"}
            return http.HTTPStatus(self.history_status), [], json.dumps(body).encode()
        start, end = (datetime.strptime(query[name], "%Y-%m-%d %H:%M:%S") for name in ("from", "to"))
        body = {"status": "success", "data": {"candles": self.candles(int(token), interval, start, end)}}
        return http.HTTPStatus.OK, [("Content-Type", "application/json")], json.dumps(body).encode()

    async def _client(self, socket):
        if self.flaps > 0:
            self.flaps -= 1
            return
        link = Link(next(self.numbers), socket)
        with self.lock:
            self.links.append(link)
        heartbeats = asyncio.create_task(self._heartbeats(link))
        try:
            async for text in socket:
                self._request(link, json.loads(text))
        except websockets.ConnectionClosed:
            pass
        finally:
            heartbeats.cancel()
            with self.lock:
                self.links.remove(link)

    async def _heartbeats(self, link):
        while True:
            if not self.mute:
                await link.socket.send(b"\x00")
            await asyncio.sleep(HEARTBEAT_S)

    def _request(self, link, request):
        link.requests.append(request)
        action, value = request["a"], request["v"]
        with self.lock:
            if action == "subscribe":
                held = {token for other in self.links for token in other.modes}
                self.twice += [token for token in value if token in held]
                link.modes.update({token: "quote" for token in value})
            elif action == "unsubscribe":
                for token in value:
                    link.modes.pop(token, None)
            elif action == "mode":
                mode, tokens = value
                self.orphans += [token for token in tokens if token not in link.modes]
                link.modes.update({token: mode for token in tokens})
        if action == "mode":
            self.loop.call_later(self.answer_delay, self._answer, link, value[1])

    def _answer(self, link, tokens):
        asyncio.ensure_future(self._send_ticks(link, [token for token in tokens if token in link.modes]))

    async def _send_ticks(self, link, tokens):
        if self.mute or not tokens:
            return
        body = frame([self._packet(token, link.modes[token]) for token in tokens])
        try:
            await link.socket.send(body)
        except websockets.ConnectionClosed:
            pass

    def _packet(self, token, mode):
        if token in self.contents:
            return in_mode(self.contents[token], mode)
        return packet(token, self.prices[token], mode, self.volumes[token])

    # --- what a test asks and does

    def modes(self):
        """Every token that is subscribed, over all links, with its mode."""
        with self.lock:
            return {token: mode for link in self.links for token, mode in link.modes.items()}

    def sizes(self):
        """How many tokens each open link has."""
        with self.lock:
            return sorted(len(link.modes) for link in self.links)

    def tick(self, prices):
        """New prices, sent to whoever has them subscribed, a frame for each link."""
        self._run(self._tick(prices))

    async def _tick(self, prices):
        for token, price in prices.items():
            self.prices[token] = price
            self.volumes[token] += 10
        with self.lock:
            links = list(self.links)
        for link in links:
            await self._send_ticks(link, [token for token in prices if token in link.modes])

    def tick_packets(self, contents):
        """These full packets by token, each cut to its mode, to whoever has them subscribed."""
        async def send():
            self.contents.update(contents)
            for link in list(self.links):
                await self._send_ticks(link, [token for token in contents if token in link.modes])
        self._run(send())

    def requests(self):
        """Of every open link: the requests that it has sent."""
        with self.lock:
            return [list(link.requests) for link in self.links]

    def send_raw(self, message):
        """This message, text or bytes, to every link."""
        async def send():
            for link in list(self.links):
                await link.socket.send(message)
        self._run(send())

    def cut(self, count=1):
        """The first links are gone, without a goodbye."""
        async def abort():
            for link in list(self.links)[:count]:
                link.socket.transport.abort()
        self._run(abort())

    def cut_inside_a_frame(self):
        """Every link announces a message, sends half of it, and is gone."""
        async def half():
            for link in list(self.links):
                body = frame([packet(token, 1.0, mode) for token, mode in link.modes.items()])
                head = struct.pack(">BBH", 0x82, 126, max(len(body), 126))
                link.socket.transport.write(head + body[:len(body) // 2])
                link.socket.transport.close()
        self._run(half())

    def lie_about_lengths(self):
        """Frames that say more, less or other than what they hold."""
        good = packet(0x70001, 77.5, "full")
        for body in (b"\xff\xff", struct.pack(">HH", 1, 0xFFFF) + good, struct.pack(">H", 5) + frame([good])[2:],
                     frame([good]) + b"left over", frame([good])[:40]):
            self.send_raw(body)

    def break_protocol(self):
        """Every link sends what is no WebSocket frame."""
        async def garbage():
            for link in list(self.links):
                link.socket.transport.write(b"\xff" * 200)
        self._run(garbage())
