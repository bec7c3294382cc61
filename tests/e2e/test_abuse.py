"""Clients that mean harm: each meets the limit that subd-protocol(7) names for it, and the tab beside it loses nothing."""

import ctypes
import json
import socket
import struct

import pytest

from background_tab import BackgroundTab
from daemon import running, wait_until
from raw_socket import CONTINUATION, PING, PONG, TEXT, RawSocket, frame_bytes

HTTP_CONNECTIONS = 64
HALF_OPEN = 400
ABUSERS = 8  # of a kind at a time
MESSAGE_BURST = 300
MOST_GROWTH_BYTES = 24 << 20
SHADOW_BYTES = 1 << 40  # a sanitizer maps more than this, and keeps what was freed
SYMBOLS = ("NIFTY50", "BANKNIFTY", "RELIANCE", "TCS", "INFY", "HDFCBANK", "SBIN")
SO_ATTACH_FILTER = 26
CONFIG = f"""
[server]
io_threads = 1
max_http_connections = {HTTP_CONNECTIONS}
handshake_timeout = "2s"
heartbeat_interval = "500ms"
heartbeat_timeout = "3s"
[session]
message_rate = 100
message_burst = {MESSAGE_BURST}
subscribe_rate = 10
subscribe_burst = 20
stall_time = "2s"
resume_window = "1s"
send_buffer_bytes = 8192
"""


@pytest.fixture(scope="module")
def target():
    with running("--feed", "sim:seed=7,rate=50", config=CONFIG) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def good_tab(target):
    tab = BackgroundTab(target, "good", "good@example.com", "NIFTY50", ["RSI_14_100", "MACD_12_26_9"])
    yield tab
    try:
        tab.check_complete()
    finally:
        tab.close()


def memory(daemon):
    """Resident and mapped bytes."""
    text = open(f"/proc/{daemon.process.pid}/status", encoding="ascii").read()
    return tuple(int(text.split(f"{name}:")[1].split()[0]) << 10 for name in ("VmRSS", "VmSize"))


@pytest.fixture(scope="module")
def quiet_bytes(target, good_tab):
    """What is resident before the first abuser came."""
    good_tab.check_undisturbed()
    return memory(target)[0]


@pytest.fixture(autouse=True)
def undisturbed(target, good_tab, quiet_bytes):
    yield
    good_tab.check_undisturbed()
    wait_until(lambda: len(target.sessions()) == 1, "everybody but the good tab to be gone")
    wait_until(lambda: metric(target, "subd_parked_sessions") == 0, "the last session to be given up")
    assert memory(target)[1] > SHADOW_BYTES or memory(target)[0] < quiet_bytes + MOST_GROWTH_BYTES


def metric(daemon, name, **labels):
    """The sum of a metric's samples that have those labels."""
    status, text = daemon.ask("GET", "/v1/metrics")
    assert status == 200
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines()
               if line.startswith((name + "{", name + " ")) and all(one in line for one in wanted))


def ended(daemon, connections):
    """The codes of those connections, once all of them have ended."""
    def codes():
        found = {one["id"]: one["code"] for one in daemon.closed_sessions()}
        return [found[one] for one in connections] if set(connections) <= found.keys() else None
    return wait_until(codes, "the abusers to be closed")


class Crowd:
    """Abusers of a kind, connected and introduced."""

    def __init__(self, daemon, subscribing=False, **options):
        token = daemon.token("mallory@example.com")
        self.daemon = daemon
        self.tabs = [RawSocket(daemon, token=token, **options) for _ in range(ABUSERS)]
        self.ids = [tab.read_json("connected")["ws_conn_id"] for tab in self.tabs]
        if subscribing:
            for tab in self.tabs:
                for symbol in SYMBOLS:
                    tab.send_json({"type": "subscribe", "symbol": symbol, "timeframe": "1s", "indicators": ["RSI"]})
                for _ in SYMBOLS:
                    tab.read_json("snapshot")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for tab in self.tabs:
            tab.socket.close()

    def each_until_closed(self, act):
        """Lets each of them act again and again until subd has closed all; their codes."""
        def rounds():
            for tab in self.tabs:
                try:
                    act(tab)
                except OSError:
                    pass  # cut already
            return set(self.ids) <= {one["id"] for one in self.daemon.closed_sessions()}
        wait_until(rounds, "the abusers to be closed")
        return ended(self.daemon, self.ids)


def flood(tab, first, rest):
    """Sends as fast as it goes, until it goes no more or has gone on for long enough."""
    try:
        tab.send(first)
        for _ in range(200):
            tab.send(rest)
    except OSError:
        pass  # cut meanwhile


@pytest.mark.parametrize("reads", [0, 1], ids=["stalled", "a byte at a time"])
def test_who_takes_nothing_of_what_waits_is_cut_with_4005(target, reads):
    stalled = metric(target, "subd_stalled_clients_total")
    with Crowd(target, subscribing=True, receive_buffer=4096) as crowd:
        def speak(tab):
            tab.send_frame(PONG)  # alive, and in no hurry
            if reads:
                tab.socket.recv(reads)
        assert crowd.each_until_closed(speak) == [4005] * ABUSERS
    assert metric(target, "subd_stalled_clients_total") == stalled + ABUSERS
    assert metric(target, "subd_closed_total", reason="slow consumer") >= ABUSERS


FLOODS = {  # what comes first, and then again and again
    "pings": (b"", frame_bytes(PING, b"x") * 100),
    "pongs": (b"", frame_bytes(PONG) * 100),
    "heartbeats": (b"", frame_bytes(TEXT, b'{"type":"heartbeat"}') * 100),
    "64 KiB frames": (b"", frame_bytes(TEXT, b'{"type":"heartbeat","of":"' + b"x" * 65_000 + b'"}')),
    "a message without an end": (frame_bytes(TEXT, b"", fin=False), frame_bytes(CONTINUATION, b"", fin=False) * 9000),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_who_sends_more_than_it_may_is_closed_with_4008(target, kind):
    first, rest = FLOODS[kind]
    floods = metric(target, "subd_flooding_clients_total")
    with Crowd(target) as crowd:
        for tab in crowd.tabs:
            flood(tab, first, rest)
        assert ended(target, crowd.ids) == [4008] * ABUSERS
    assert metric(target, "subd_flooding_clients_total") == floods + ABUSERS


def test_who_stops_in_time_may_stay(target):
    with RawSocket(target, token=target.token("busy@example.com")) as tab:
        tab.read_json("connected")
        tab.send(frame_bytes(PING, b"x") * (MESSAGE_BURST // 2))
        tab.send_json({"type": "list", "id": "still here"})
        assert tab.read_json("subscriptions")["id"] == "still here"


def test_a_flood_of_subscriptions_is_refused_and_then_closed_with_4009(target):
    request = {"type": "subscribe", "symbol": "TCS", "timeframe": "1s", "indicators": ["MACD"], "history": 1000}
    requests = b"".join(frame_bytes(TEXT, json.dumps({**request, "type": kind}).encode())
                        for kind in ("subscribe", "unsubscribe") * 40)
    with Crowd(target) as crowd:
        for tab in crowd.tabs:
            tab.send(requests)
        for tab in crowd.tabs:
            refusal = tab.read_json("error")
            while refusal["code"] != "rate_limited":
                refusal = tab.read_json("error")
            assert refusal["detail"]["retry_after_ms"] > 0
            frame = tab.read_close()
            assert (frame.close_code, frame.close_text) == (4009, "too many errors")


def idle_connections(daemon, count):
    return [socket.create_connection((daemon.host, daemon.port)) for _ in range(count)]


def test_half_open_connections_give_way_to_those_that_say_something(target):
    token = target.token("late@example.com")
    evicted = metric(target, "subd_refused_total", reason="http_connection_limit")
    timed_out = metric(target, "subd_refused_total", reason="handshake_timeout")
    idle = idle_connections(target, HALF_OPEN)
    try:
        with RawSocket(target, token=token) as tab:
            tab.read_json("connected")
        # The newest are left, and their time is over soon.
        wait_until(lambda: metric(target, "subd_http_connections") == 0, "the last of them to be cut")
        assert metric(target, "subd_refused_total", reason="http_connection_limit") - evicted > HALF_OPEN - 2 * HTTP_CONNECTIONS
        assert metric(target, "subd_refused_total", reason="handshake_timeout") > timed_out
        for connection in idle:
            connection.settimeout(10)
            assert connection.recv(1) == b""
    finally:
        for connection in idle:
            connection.close()


def test_a_request_that_never_ends_is_cut(target):
    timed_out = metric(target, "subd_refused_total", reason="handshake_timeout", status=0)
    slow = idle_connections(target, ABUSERS)
    try:
        for connection in slow:
            connection.sendall(b"GET /ws/indicators HTTP/1.1\r\nHost: a\r\nX: ")

        def all_cut():
            for connection in slow:
                try:
                    connection.sendall(b"x")
                except OSError:
                    pass
            return metric(target, "subd_refused_total", reason="handshake_timeout", status=0) == timed_out + ABUSERS

        wait_until(all_cut, "the slow handshakes to be cut")
    finally:
        for connection in slow:
            connection.close()


def vanish(tab):
    """From now on whatever comes for this socket is dropped and not acknowledged, as if its machine were gone: a socket
    filter (bpf(4)) of the one instruction `return 0`."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(instruction))
    tab.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def test_who_vanishes_is_given_up_with_4004_and_its_session_after_the_window(target):
    parked = metric(target, "subd_parked_ended_total")
    with Crowd(target, subscribing=True) as crowd:
        for tab in crowd.tabs:
            vanish(tab)
        assert ended(target, crowd.ids) == [4004] * ABUSERS
        wait_until(lambda: metric(target, "subd_parked_ended_total") == parked + ABUSERS, "their sessions to end")
    assert metric(target, "subd_closed_total", reason="heartbeat timeout") >= ABUSERS
