"""What one tab received, and the promises that must hold for it. No sockets: fed by any client."""

import json
from datetime import datetime, timedelta


def bar_time(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Transcript:
    """Checks each message as it comes: only what the server itself confirmed may arrive, in order, in full."""

    def __init__(self, name):
        self.name = name
        self.messages = []
        self.connection_id = None
        self.views = {}  # (symbol, timeframe) -> indicator ids in force, by the server's last reply
        self.newest = {}  # (symbol, timeframe) -> (epoch, seq)
        self.closed = {}  # (symbol, timeframe) -> starts of the closed bars since the stream was last taken

    def add(self, text):
        message = json.loads(text)
        self.messages.append(message)
        check = {"connected": self._connected, "subscribed": self._subscribed, "unsubscribed": self._unsubscribed,
                 "snapshot": self._snapshot, "market_update": self._market_update}.get(message["type"])
        if check:
            check(message)
        return message

    def _connected(self, message):
        assert self.connection_id is None, f"{self.name}: connected twice"
        self.connection_id = message["ws_conn_id"]

    def _subscribed(self, message):
        assert message["ws_conn_id"] == self.connection_id, f"{self.name}: reply for another connection: {message}"
        self._set_views(message["streams"])
        key = message["symbol"], message["timeframe"]
        assert self.views[key] == set(message["indicators"]), f"{self.name}: reply contradicts itself: {message}"

    def _unsubscribed(self, message):
        self._set_views(message["streams"])

    def _set_views(self, streams):
        self.views = {(one["symbol"], one["timeframe"]): set(one["indicators"]) for one in streams}
        self.closed = {key: self.closed.get(key, []) for key in self.views}

    def _snapshot(self, message):
        self._check_view(message, message["indicators"])
        for bar in message["bars"]:
            self._check_view(message, bar["indicators"])

    def _market_update(self, message):
        self._check_view(message, message["indicators"])
        key = message["symbol"], message["timeframe"]
        epoch, seq = self.newest.get(key, (None, -1))
        assert epoch != message["epoch"] or seq < message["seq"], f"{self.name}: seq {message['seq']} after {seq}"
        self.newest[key] = message["epoch"], message["seq"]
        if message["bar"] == "closed":
            self.closed[key].append(bar_time(message["ohlcv"]["time"]))
        else:
            assert message["bar"] == "forming"

    def _check_view(self, message, indicators):
        key = message["symbol"], message["timeframe"]
        assert key in self.views, f"{self.name}: {message['type']} of {key}, which it did not take"
        assert set(indicators) == self.views[key], f"{self.name}: {key} has {set(indicators)}, wanted {self.views[key]}"

    def updates(self, symbol=None, timeframe=None, bar=None):
        return [one for one in self.messages if one["type"] == "market_update" and symbol in (None, one["symbol"])
                and timeframe in (None, one["timeframe"]) and bar in (None, one["bar"])]

    def check_no_gap(self, symbol, timeframe="1s", step=timedelta(seconds=1)):
        """The closed bars of a market that never closes follow each other without a hole or a repetition."""
        starts = self.closed[symbol, timeframe]
        for before, after in zip(starts, starts[1:]):
            assert after - before == step, f"{self.name}: closed bar {after} follows {before}"
        return len(starts)


def check_same_values(transcripts):
    """Equal (stream, epoch, seq) carried equal values to everybody. Returns how many updates were compared."""
    seen = {}
    compared = 0
    for transcript in transcripts:
        for update in transcript.updates():
            key = update["symbol"], update["timeframe"], update["epoch"], update["seq"]
            base = {field: update[field] for field in ("bar", "timestamp", "ohlcv", "greeks", "oi")}
            known_base, values, first = seen.setdefault(key, (base, {}, transcript.name))
            assert known_base == base, f"{first} and {transcript.name} got different data for {key}"
            compared += first != transcript.name
            for indicator, value in update["indicators"].items():
                known = values.setdefault(indicator, value)
                assert known == value, f"{first} and {transcript.name} differ in {indicator} of {key}"
    return compared
