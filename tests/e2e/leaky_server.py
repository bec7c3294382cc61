"""A small server of /ws/indicators that can be told to be wrong.

Without --fault it keeps the protocol: it is the second implementation that wsprobe is tested against. With --fault it
breaks exactly one promise, so that a test can demand that wsprobe names it. It prints its port on standard output.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import http
import itertools
import json
import random
import secrets
import sys
import time
from datetime import datetime, timezone

import websockets

FAULTS = {
    "none": "keeps every promise",
    "broadcast": "every update goes to every connection, with all indicators",
    "leak_user": "the tabs of one user share their indicators",
    "lose_tab": "after a tab went away, another one gets no more updates",
    "compute_per_subscriber": "an indicator is computed once per subscriber",
    "reorder": "now and then two updates of a stream change places",
    "wrong_values": "every second connection gets other values for the same seq",
    "drop_closed": "every third closed bar is not delivered",
    "duplicate_closed": "closed bars are delivered twice",
    "shared_conn_id": "the tabs of one user have one connection id",
    "accept_expired": "neither signature nor expiry of a token is checked",
    "unsubscribe_all": "unsubscribe in one tab takes the stream from all",
    "ignore_unsubscribe": "unsubscribe is answered and has no effect",
    "no_heartbeat": "heartbeats are not answered",
    "missing_indicator": "the last of several indicators is left out of updates",
    "no_snapshot": "subscribed is not followed by a snapshot",
    "resume_loses": "a tab that comes back is not sent the first bar that it missed",
    "resume_doubles": "a tab that comes back is sent a bar again that it has",
    "resume_forgets": "a tab that comes back gets a new session",
    "accept_stolen_token": "a resume token is good for every user",
    "keep_both": "a tab whose session was resumed elsewhere is not closed",
}

TIMEFRAMES = {"1s": 1, "5s": 5, "15s": 15, "30s": 30, "1min": 60, "3min": 180, "5min": 300, "10min": 600,
              "15min": 900, "30min": 1800, "60min": 3600}
SYMBOLS = {"NIFTY50": 24000.0, "BANKNIFTY": 51000.0, "RELIANCE": 1450.0, "TCS": 3900.0}
HELD_BARS = 300
RECENT_BARS = 500


# --- indicators: from the closes, oldest first, the last one of the forming bar --------------------------------------

def sma(closes, length):
    return sum(closes[-length:]) / length if len(closes) >= length else None


def ema_series(values, length):
    if len(values) < length:
        return []
    series = [sum(values[:length]) / length]
    for value in values[length:]:
        series.append(series[-1] + 2.0 / (length + 1) * (value - series[-1]))
    return series


def ema(closes, length):
    series = ema_series(closes, length)
    return series[-1] if series else None


def rsi(closes, length, scalar):
    if len(closes) <= length:
        return None
    changes = [after - before for before, after in zip(closes, closes[1:])]
    up = sum(max(change, 0.0) for change in changes[:length]) / length
    down = sum(max(-change, 0.0) for change in changes[:length]) / length
    for change in changes[length:]:
        up = (up * (length - 1) + max(change, 0.0)) / length
        down = (down * (length - 1) + max(-change, 0.0)) / length
    return scalar * up / (up + down) if up + down else 0.0


def macd(closes, fast, slow, signal):
    if len(closes) < slow + signal - 1:
        return None
    slow_line = ema_series(closes, slow)
    fast_line = ema_series(closes, fast)[-len(slow_line):]
    line = [quick - lazy for quick, lazy in zip(fast_line, slow_line)]
    average = ema_series(line, signal)[-1]
    return {"MACD": line[-1], "MACDh": line[-1] - average, "MACDs": average}


def bbands(closes, length, deviations):
    if len(closes) < length:
        return None
    window = closes[-length:]
    middle = sum(window) / length
    spread = deviations * (sum((close - middle) ** 2 for close in window) / length) ** 0.5
    low, high = middle - spread, middle + spread
    return {"BBL": low, "BBM": middle, "BBU": high, "BBB": 100 * (high - low) / middle,
            "BBP": (closes[-1] - low) / (high - low) if high > low else None}


CATALOGUE = {"SMA": (sma, [20]), "EMA": (ema, [20]), "RSI": (rsi, [14, 100]), "MACD": (macd, [12, 26, 9]),
             "BBANDS": (bbands, [20, 2])}
PARAMETERS = {"SMA": ["length"], "EMA": ["length"], "RSI": ["length", "scalar"], "MACD": ["fast", "slow", "signal"],
              "BBANDS": ["length", "std"]}


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def canonical(asked):
    """The full id of an indicator that was asked for by id or by {name, params}."""
    if isinstance(asked, str):
        name, *texts = asked.split("_")
        given = texts
    elif isinstance(asked, dict) and isinstance(asked.get("name"), str):
        name, params = asked["name"], asked.get("params") or {}
        if name not in PARAMETERS:
            raise Refused("unknown_indicator", f"no indicator {name}; there are {' '.join(CATALOGUE)}")
        unknown = set(params) - set(PARAMETERS[name])
        if unknown:
            raise Refused("bad_params", f"{name} has no parameter {sorted(unknown)[0]}")
        given = [params.get(key, default) for key, default in zip(PARAMETERS[name], CATALOGUE[name][1])]
    else:
        raise Refused("bad_request", "an indicator is an id or an object with a name")
    if name not in CATALOGUE:
        raise Refused("unknown_indicator", f"no indicator {name}; there are {' '.join(CATALOGUE)}")
    defaults = CATALOGUE[name][1]
    if len(given) > len(defaults):
        raise Refused("bad_params", f"{name} takes {len(defaults)} parameters, {len(given)} were given")
    try:
        numbers = [int(float(text)) for text in given] + defaults[len(given):]
    except (TypeError, ValueError):
        raise Refused("bad_params", f"the parameters of {name} are numbers") from None
    if min(numbers) < 1:
        raise Refused("bad_params", f"the parameters of {name} are at least 1")
    return "_".join([name, *map(str, numbers)])


def evaluate(indicator, closes):
    name, *texts = indicator.split("_")
    return CATALOGUE[name][0](closes, *map(int, texts))


# --- market ----------------------------------------------------------------------------------------------------------

def iso(seconds):
    stamp = datetime.fromtimestamp(round(seconds * 1000) / 1000, timezone.utc)
    return stamp.strftime("%Y-%m-%dT%H:%M:%S.") + f"{stamp.microsecond // 1000:03d}Z"


class Stream:
    """The bars of one symbol and timeframe, its numbering, and one computation per wanted indicator."""

    def __init__(self, symbol, timeframe, price):
        self.symbol, self.timeframe, self.length = symbol, timeframe, TIMEFRAMES[timeframe]
        self.epoch, self.seq, self.updates = secrets.token_hex(2), 0, 0
        self.evaluations = {}
        chance = random.Random(f"{symbol} {timeframe}")
        start = int(time.time()) // self.length * self.length
        self.closed = []
        for index in range(HELD_BARS):
            opened, price = price, round(price * (1 + chance.gauss(0, 0.0004)), 2)
            self.closed.append({"time": start - (HELD_BARS - index) * self.length, "open": opened,
                                "high": max(opened, price), "low": min(opened, price), "close": price,
                                "volume": chance.randrange(100, 9000)})
        self.forming = None

    def tick(self, now, price, size):
        """The states that this tick publishes: the bar it closes, then the bar it forms."""
        start = int(now) // self.length * self.length
        states = []
        if self.forming and self.forming["time"] < start:
            self.closed = [*self.closed[-HELD_BARS:], self.forming]
            states.append(("closed", dict(self.forming)))
            self.forming = None
        if self.forming is None:
            self.forming = {"time": start, "open": price, "high": price, "low": price, "close": price, "volume": 0}
        bar = self.forming
        bar.update(high=max(bar["high"], price), low=min(bar["low"], price), close=price, volume=bar["volume"] + size)
        states.append(("forming", dict(bar)))
        return states

    def closes(self, kind):
        closes = [bar["close"] for bar in self.closed]
        return closes if kind == "closed" or self.forming is None else [*closes, self.forming["close"]]


def shown(bar):
    return {**bar, "time": iso(bar["time"])}


# --- server ----------------------------------------------------------------------------------------------------------

class Connection:
    def __init__(self, socket, number, user, session):
        self.socket, self.number, self.user, self.session = socket, number, user, session
        self.id = "ws_" + secrets.token_hex(6)
        self.views = {}  # (symbol, timeframe) -> indicator ids
        self.outgoing = asyncio.Queue(10000)
        self.muted = False
        self.closed_bars = 0
        self.updates = 0
        self.held = {}  # fault reorder: stream -> update that waits for the next one
        self.resume_token = secrets.token_hex(17)
        self.away = False  # without a connection, or not yet told what its client has
        self.recent = []  # closed bars, as they were sent or would have been
        self.newest = {}  # stream -> update

    def has_left(self):
        """Its client closed it, and did not only go away."""
        return self.socket.close_rcvd is not None and self.socket.close_rcvd.code != 1001

    def carry_on(self, socket):
        """Over another connection, which says nothing before the client has told what it has."""
        self.socket, self.outgoing, self.away = socket, asyncio.Queue(10000), True

    def put(self, message):
        if message["type"] == "market_update":
            key = message["symbol"], message["timeframe"]
            self.newest[key] = message
            if message["bar"] == "closed":
                self.recent = [*self.recent[-RECENT_BARS:], message]
            if self.away:
                return
        try:
            self.outgoing.put_nowait(json.dumps(message, separators=(",", ":")))
        except asyncio.QueueFull:
            self.socket.transport.abort()

    def listing(self):
        return [{"symbol": symbol, "timeframe": timeframe, "indicators": ids}
                for (symbol, timeframe), ids in self.views.items()]


class Server:
    def __init__(self, secret, fault, rate):
        self.secret, self.fault, self.rate = secret, fault, rate
        self.prices = dict(SYMBOLS)
        self.streams = {}
        self.connections = []  # with those that may come back
        self.numbers = itertools.count()
        self.chance = random.Random(7)

    # The token of a request: its claims, or the reason for a 401.
    def claims(self, path, headers):
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if not token and "?token=" in path:
            token = path.split("?token=", 1)[1].split("&")[0]
        try:
            head, body, signature = token.split(".")
            unpack = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
            claims = json.loads(unpack(body))
            algorithm = json.loads(unpack(head)).get("alg")
            wanted = hmac.new(self.secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
            genuine = algorithm == "HS256" and hmac.compare_digest(wanted, unpack(signature))
            user = claims.get("sub") or claims.get("email")
            expires = float(claims["exp"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None, "no readable token"
        if not isinstance(user, str):
            return None, "no user in the token"
        if self.fault != "accept_expired":
            if not genuine:
                return None, "bad signature"
            if expires < time.time():
                return None, "expired"
        return {"user": user, "session": claims.get("session_id") or claims.get("sid")}, ""

    async def process_request(self, path, headers):
        route = path.split("?")[0]
        if route == "/metrics":
            return http.HTTPStatus.OK, [("Content-Type", "text/plain; version=0.0.4")], self.metrics().encode()
        if not route.endswith("/ws/indicators"):
            return http.HTTPStatus.NOT_FOUND, [], b"no such page\n"
        claims, reason = self.claims(path, headers)
        if claims is None:
            problem = {"type": "about:blank", "title": "Unauthorized", "status": 401, "code": "unauthorized",
                       "detail": reason}
            return (http.HTTPStatus.UNAUTHORIZED, [("Content-Type", "application/problem+json")],
                    json.dumps(problem).encode())
        return None

    def metrics(self):
        lines = ["# TYPE subd_topic_subscribers gauge", "# TYPE subd_topic_computations gauge",
                 "# TYPE subd_topic_evaluations_total counter", "# TYPE subd_stream_updates_total counter"]
        for (symbol, timeframe), stream in self.streams.items():
            labels = f'symbol="{symbol}",timeframe="{timeframe}"'
            lines.append(f"subd_stream_updates_total{{{labels}}} {stream.updates}")
            for indicator, evaluations in stream.evaluations.items():
                subscribers = self.subscribers(stream, indicator)
                computations = subscribers if self.fault == "compute_per_subscriber" else min(subscribers, 1)
                topic = f'{labels},indicator="{indicator}"'
                lines.append(f"subd_topic_subscribers{{{topic}}} {subscribers}")
                lines.append(f"subd_topic_computations{{{topic}}} {computations}")
                lines.append(f"subd_topic_evaluations_total{{{topic}}} {evaluations}")
        return "\n".join(lines) + "\n"

    def subscribers(self, stream, indicator):
        key = (stream.symbol, stream.timeframe)
        return sum(indicator in connection.views.get(key, ()) for connection in self.connections)

    async def serve(self, socket):
        claims, _ = self.claims(socket.path, socket.request_headers)
        connection = self.session_of(socket, claims["user"])
        resumed = connection is not None
        if resumed:
            before = connection.socket
            connection.carry_on(socket)
            if self.fault != "keep_both":
                await before.close(4007, "resumed elsewhere")
        else:
            connection = Connection(socket, next(self.numbers), claims["user"], claims["session"])
            self.connections.append(connection)
        if self.fault == "shared_conn_id":
            connection.id = "ws_" + hashlib.sha256(connection.user.encode()).hexdigest()[:12]
        connection.put({"type": "connected", "protocol": 1, "ws_conn_id": connection.id, "user_id": connection.user,
                        "session_id": connection.session, "heartbeat_interval_ms": 20000,
                        "limits": {"streams": 64, "indicators_per_stream": 32, "message_bytes": 65536},
                        "resume_token": connection.resume_token, "resume_window_ms": 3600000, "resumed": resumed})
        writer = asyncio.create_task(self.write(connection))
        try:
            async for text in socket:
                self.take(connection, text)
        except websockets.ConnectionClosed:
            pass
        finally:
            writer.cancel()
            if connection.socket is socket and connection.has_left():
                self.connections.remove(connection)
            elif connection.socket is socket:
                connection.away = True
            if self.fault == "lose_tab":
                for other in self.connections:
                    if not other.muted and set(other.views) & set(connection.views):
                        other.muted = True
                        break

    def session_of(self, socket, user):
        """The session that the request's resume token names, if it is that user's."""
        token = socket.path.partition("?resume=")[2]
        if self.fault == "resume_forgets":
            return None
        return next((one for one in self.connections if one.resume_token == token and not one.has_left()
                     and (one.user == user or self.fault == "accept_stolen_token")), None)

    def resume(self, connection, message, reply):
        connection.away = False
        received = {(one["symbol"], one["timeframe"]): one["seq"] for one in message.get("received", [])}
        connection.put({"type": "resumed", **reply, "ws_conn_id": connection.id, "streams": connection.listing()})
        recent, newest = connection.recent, dict(connection.newest)
        for key in connection.views:
            last = received.get(key, 0)
            bars = [one for one in recent if (one["symbol"], one["timeframe"]) == key]
            missed = [one for one in bars if one["seq"] > last]
            if self.fault == "resume_loses":
                missed = missed[1:]
            elif self.fault == "resume_doubles":
                missed = [one for one in bars if one["seq"] <= last][-1:] + missed
            for one in missed:
                connection.outgoing.put_nowait(json.dumps(one))
            if key in newest and newest[key]["bar"] == "forming" and newest[key]["seq"] > last:
                connection.outgoing.put_nowait(json.dumps(newest[key]))

    async def write(self, connection):
        socket, outgoing = connection.socket, connection.outgoing
        try:
            while True:
                await socket.send(await outgoing.get())
        except websockets.ConnectionClosed:
            pass

    def take(self, connection, text):
        reply = {}
        try:
            try:
                message = json.loads(text)
            except ValueError:
                raise Refused("bad_json", "the message is not JSON") from None
            if not isinstance(message, dict):
                raise Refused("bad_request", "a message is a JSON object")
            if "id" in message:
                reply["id"] = message["id"]
            kind = message.get("type")
            action = {"subscribe": self.subscribe, "unsubscribe": self.unsubscribe, "list": self.list,
                      "heartbeat": self.heartbeat, "resume": self.resume}.get(kind)
            if action is None:
                raise Refused("unknown_type", f"no message type {kind}")
            action(connection, message, reply)
        except Refused as refused:
            connection.put({"type": "error", **reply, "code": refused.code, "message": str(refused), "detail": {}})

    def stream_key(self, message):
        symbol, timeframe = message.get("symbol"), message.get("timeframe")
        if symbol not in SYMBOLS:
            raise Refused("unknown_symbol", f"no symbol {symbol}; there are {' '.join(SYMBOLS)}")
        if timeframe not in TIMEFRAMES:
            raise Refused("unknown_timeframe", f"no timeframe {timeframe}; there are {' '.join(TIMEFRAMES)}")
        return symbol, timeframe

    def asked_indicators(self, message):
        asked = message.get("indicators") or []
        return [canonical(one) for one in (asked.values() if isinstance(asked, dict) else asked)]

    def subscribe(self, connection, message, reply):
        key = self.stream_key(message)
        wanted = self.asked_indicators(message)
        history = message.get("history", 0)
        if not isinstance(history, int) or not 0 <= history <= HELD_BARS:
            raise Refused("bad_request", f"history is a whole number of 0 to {HELD_BARS}")
        stream = self.streams.get(key) or self.streams.setdefault(key, Stream(*key, self.prices[key[0]]))
        view = connection.views.setdefault(key, [])
        view.extend(indicator for indicator in dict.fromkeys(wanted) if indicator not in view)
        for indicator in view:
            stream.evaluations.setdefault(indicator, 0)
        connection.put({"type": "subscribed", **reply, "ws_conn_id": connection.id, "symbol": key[0],
                        "timeframe": key[1], "indicators": view, "streams": connection.listing()})
        if self.fault != "no_snapshot":
            connection.put(self.snapshot(stream, view, history))

    def snapshot(self, stream, view, history):
        newest = stream.forming or stream.closed[-1]
        bars = []
        for index in range(len(stream.closed) - history, len(stream.closed)):
            closes = [bar["close"] for bar in stream.closed[:index + 1]]
            bars.append({**shown(stream.closed[index]), "oi": None,
                         "indicators": {indicator: evaluate(indicator, closes) for indicator in view}})
        closes = stream.closes("forming")
        return {"type": "snapshot", "symbol": stream.symbol, "timeframe": stream.timeframe, "epoch": stream.epoch,
                "seq": stream.seq, "ohlcv": shown(newest), "greeks": None, "oi": None,
                "indicators": {indicator: evaluate(indicator, closes) for indicator in view}, "bars": bars}

    def unsubscribe(self, connection, message, reply):
        if "symbol" not in message:
            keys, removed = list(connection.views), None
        else:
            keys = [self.stream_key(message)]
            if keys[0] not in connection.views:
                raise Refused("not_subscribed", f"not subscribed to {keys[0][0]} {keys[0][1]}")
            removed = self.asked_indicators(message) if "indicators" in message else None
        if self.fault != "ignore_unsubscribe":
            for one in self.connections if self.fault == "unsubscribe_all" else [connection]:
                for key in keys:
                    self.remove(one, key, removed)
            listing = connection.listing()
        else:
            listing = [] if removed is None else [
                {**entry, "indicators": [one for one in entry["indicators"] if one not in removed]}
                for entry in connection.listing()]
            if "symbol" in message and removed is None:
                listing = [entry for entry in connection.listing() if (entry["symbol"], entry["timeframe"]) != keys[0]]
        answer = {"type": "unsubscribed", **reply, "indicators": [], "streams": listing}
        if "symbol" in message:
            answer.update(symbol=keys[0][0], timeframe=keys[0][1])
            answer["indicators"] = next((entry["indicators"] for entry in listing
                                         if (entry["symbol"], entry["timeframe"]) == keys[0]), [])
        connection.put(answer)

    def remove(self, connection, key, removed):
        if key not in connection.views:
            return
        if removed is None:
            del connection.views[key]
        else:
            connection.views[key] = [one for one in connection.views[key] if one not in removed]

    def list(self, connection, _message, reply):
        connection.put({"type": "subscriptions", **reply, "streams": connection.listing()})

    def heartbeat(self, connection, _message, reply):
        if self.fault != "no_heartbeat":
            connection.put({"type": "heartbeat_ack", **reply, "timestamp": iso(time.time())})

    async def trade(self):
        """Moves every price `rate` times a second and publishes what follows from it."""
        while True:
            await asyncio.sleep(1.0 / self.rate)
            now = time.time()
            for symbol in self.prices:
                self.prices[symbol] = round(self.prices[symbol] * (1 + self.chance.gauss(0, 0.0002)), 2)
            for stream in list(self.streams.values()):
                for kind, bar in stream.tick(now, self.prices[stream.symbol], self.chance.randrange(1, 90)):
                    self.publish(stream, kind, bar, now)

    def publish(self, stream, kind, bar, now):
        stream.seq += 1
        stream.updates += 1
        key = (stream.symbol, stream.timeframe)
        closes = stream.closes(kind)
        values = {}
        for indicator in stream.evaluations:
            subscribers = self.subscribers(stream, indicator)
            for _ in range(subscribers if self.fault == "compute_per_subscriber" else min(subscribers, 1)):
                stream.evaluations[indicator] += 1
                values[indicator] = evaluate(indicator, closes)
        base = {"type": "market_update", "symbol": stream.symbol, "timeframe": stream.timeframe, "epoch": stream.epoch,
                "seq": stream.seq, "bar": kind, "timestamp": iso(now), "ohlcv": shown(bar), "greeks": None, "oi": None}
        for connection in self.connections:
            view = self.view(connection, key, values)
            if view is not None:
                self.deliver(connection, key, {**base, "indicators": {one: values[one] for one in view}})

    def view(self, connection, key, values):
        """The indicators that the connection gets of this stream; None: nothing at all."""
        if connection.muted:
            return None
        if self.fault == "broadcast":
            return list(values)
        view = connection.views.get(key)
        if view is None:
            return None
        if self.fault == "leak_user":
            tabs = (other for other in self.connections if other.user == connection.user)
            view = list(dict.fromkeys(one for tab in tabs for one in tab.views.get(key, ())))
        if self.fault == "missing_indicator" and len(view) > 1:
            view = view[:-1]
        return [one for one in view if one in values]

    def deliver(self, connection, key, message):
        connection.updates += 1
        closed = message["bar"] == "closed"
        connection.closed_bars += closed
        if self.fault == "wrong_values" and connection.number % 2:
            bar = message["ohlcv"]
            message["ohlcv"] = {**bar, "close": bar["close"] + 0.05}
        if self.fault == "drop_closed" and closed and connection.closed_bars % 3 == 2:
            return
        if self.fault == "reorder":
            waiting = connection.held.pop(key, None)
            if waiting is None and connection.updates % 5 == 0:
                connection.held[key] = message
                return
            connection.put(message)
            if waiting is not None:
                connection.put(waiting)
            return
        connection.put(message)
        if self.fault == "duplicate_closed" and closed:
            connection.put(message)


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0],
                                     epilog="faults: " + "; ".join(f"{name}: {what}" for name, what in FAULTS.items()))
    parser.add_argument("--fault", default="none", choices=sorted(FAULTS))
    parser.add_argument("--secret-file", required=True, help="file with the HS256 secret; a final newline is not part of it")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=4.0, help="price moves per second and symbol")
    options = parser.parse_args()
    with open(options.secret_file, "rb") as file:
        secret = file.read().rstrip(b"\r\n")
    server = Server(secret, options.fault, options.rate)
    async with websockets.serve(server.serve, "127.0.0.1", options.port, process_request=server.process_request,
                                max_size=65536, compression=None) as listener:
        print(listener.sockets[0].getsockname()[1], flush=True)
        await server.trade()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
