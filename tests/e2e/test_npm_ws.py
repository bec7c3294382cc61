"""The npm `ws` client, as browsers' back ends and Node programs use it, driven through ws_client.js."""

import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from daemon import PATIENCE_S, wait_until
from transcript import Transcript, check_same_values

HERE = Path(__file__).parent
RSI, MACD, EMA = "RSI_14_100", "MACD_12_26_9", "EMA_20"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed; scripts/setup does it"),
    pytest.mark.skipif(not (HERE / "node_modules" / "ws").is_dir(),
                       reason="the npm packages of tests/e2e are not installed; scripts/setup does it"),
]


class Clients:
    """Tabs of one Node process."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.process = subprocess.Popen(["node", HERE / "ws_client.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, cwd=HERE)
        self.events = queue.Queue()
        self.transcripts = {}
        self.waiting = {}
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def command(self, tab, action, **fields):
        self.process.stdin.write(json.dumps({"tab": tab, "do": action, **fields}) + "\n")
        self.process.stdin.flush()

    def open(self, tab, user, **fields):
        """Opens a tab with an Authorization header; the `open` event and the `connected` message."""
        self.command(tab, "open", url=self.daemon.ws_url,
                     headers={"Authorization": f"Bearer {self.daemon.token(user)}"}, **fields)
        opened = self.wait(tab, "open")
        return opened, self.message(tab, lambda one: one["type"] == "connected")

    def wait(self, tab, event, wanted=lambda _: True):
        """The tab's next event of that kind for which wanted() holds; messages of all tabs are recorded on the way."""
        mine = self.waiting.setdefault(tab, [])
        while True:
            for index, one in enumerate(mine):
                if one["event"] == event and wanted(one):
                    del mine[:index + 1]
                    return one
            self._take(self.events.get(timeout=PATIENCE_S))

    def _take(self, event):
        if event["event"] == "message":
            assert not event["binary"]
            transcript = self.transcripts.setdefault(event["tab"], Transcript(event["tab"]))
            event["json"] = transcript.add(event["text"])
        self.waiting.setdefault(event["tab"], []).append(event)

    def message(self, tab, wanted):
        return self.wait(tab, "message", lambda event: wanted(event["json"]))["json"]

    def send(self, tab, message, **options):
        self.command(tab, "send", text=json.dumps(message, ensure_ascii=False), **options)

    def subscribe(self, tab, symbol, timeframe, indicators, **options):
        self.send(tab, {"type": "subscribe", "id": symbol, "symbol": symbol, "timeframe": timeframe,
                        "indicators": indicators}, **options)
        self.message(tab, lambda one: one["type"] == "subscribed" and one["id"] == symbol)
        self.message(tab, lambda one: one["type"] == "snapshot" and one["symbol"] == symbol)

    def closed_bars(self, tab, symbol, count):
        for _ in range(count):
            self.message(tab, lambda one: one["type"] == "market_update" and one["bar"] == "closed"
                         and one["symbol"] == symbol)

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=PATIENCE_S) == 0
        self.reader.join(timeout=PATIENCE_S)


@pytest.fixture
def clients(subd):
    clients = Clients(subd)
    yield clients
    clients.end()


def test_alices_two_tabs_and_bob_get_isolated_streams(clients):
    clients.open("alice-1", "alice@example.com")
    clients.open("alice-2", "alice@example.com")
    clients.open("bob", "bob@example.com")
    clients.subscribe("alice-1", "NIFTY50", "1s", [RSI, MACD])
    clients.subscribe("alice-2", "NIFTY50", "1s", [EMA])
    clients.subscribe("bob", "NIFTY50", "1s", [RSI])
    clients.subscribe("bob", "SBIN", "1s", [])
    for tab in ("alice-1", "alice-2", "bob"):
        clients.closed_bars(tab, "NIFTY50", 2)
    ids = {clients.transcripts[tab].connection_id for tab in ("alice-1", "alice-2", "bob")}
    assert len(ids) == 3
    assert check_same_values(clients.transcripts.values()) > 0

    clients.command("alice-1", "close", code=1000)
    assert clients.wait("alice-1", "close")["code"] == 1000
    clients.command("bob", "terminate")
    clients.wait("bob", "close")
    clients.closed_bars("alice-2", "NIFTY50", 2)
    assert clients.transcripts["alice-2"].check_no_gap("NIFTY50") >= 4


def test_an_offer_of_compression_ends_in_a_working_connection(clients):
    opened, _ = clients.open("tab", "alice@example.com", deflate=True)
    assert opened["extensions"] in ("", "permessage-deflate") or opened["extensions"].startswith("permessage-deflate;")
    clients.subscribe("tab", "NIFTY50", "1s", [RSI, MACD], pieces=1)
    clients.closed_bars("tab", "NIFTY50", 1)
    # A request longer than the client's threshold for compression.
    clients.send("tab", {"type": "list", "id": "long", "padding": "x" * 5000})
    clients.message("tab", lambda one: one.get("id") == "long")


def test_the_protocol_version_is_agreed_as_a_subprotocol_with_the_token(subd, clients):
    clients.command("tab", "open", url=subd.ws_url,
                    protocols=["subd.v1", f"bearer.{subd.token('alice@example.com')}"])
    assert clients.wait("tab", "open")["protocol"] == "subd.v1"
    greeting = clients.message("tab", lambda one: one["type"] == "connected")
    assert greeting["user_id"] == "alice@example.com"


def test_a_message_in_fragments_is_one_message(clients):
    clients.open("tab", "alice@example.com")
    clients.subscribe("tab", "RELIANCE", "1s", [RSI], pieces=7)
    for pieces in (2, 3, 40):
        name = f"₹ in {pieces} pieces"
        clients.send("tab", {"type": "heartbeat", "id": name}, pieces=pieces)
        clients.message("tab", lambda one: one.get("id") == name and one["type"] == "heartbeat_ack")


def test_pings_come_back_as_pongs_with_the_same_payload_in_order(clients):
    clients.open("tab", "alice@example.com")
    clients.subscribe("tab", "NIFTY50", "1s", [RSI])
    payloads = ["", "a", "x" * 125] + [str(number) for number in range(50)]
    for payload in payloads:
        clients.command("tab", "ping", data=payload)
    assert [clients.wait("tab", "pong")["data"] for _ in payloads] == payloads


def test_the_close_handshake_echoes_the_code(clients):
    for tab, code in (("normal", 1000), ("own", 3456), ("private", 4999)):
        clients.open(tab, "alice@example.com")
        clients.command(tab, "close", code=code, reason="done")
        assert clients.wait(tab, "close")["code"] == code


def test_an_operators_close_reaches_the_client_with_its_code(subd, clients):
    clients.open("tab", "alice@example.com")
    connection = clients.transcripts["tab"].connection_id
    closed = subd.subctl("sessions", "close", connection)
    assert closed.returncode == 0, closed.stderr
    assert clients.wait("tab", "close")["code"] == 4006
    wait_until(lambda: connection in {one["id"] for one in subd.closed_sessions()}, "the end to be remembered")


def test_a_bad_token_is_refused_before_the_upgrade(subd, clients):
    clients.command("tab", "open", url=subd.ws_url, headers={"Authorization": "Bearer not.a.token"})
    refused = clients.wait("tab", "refused")
    assert (refused["status"], refused["type"]) == (401, "application/problem+json")
