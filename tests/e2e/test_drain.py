"""The end in order: who is connected is told when to come back, one after the other, and gets what was theirs first."""

import json
import signal
import subprocess
import threading
import time

import pytest

from daemon import BINARIES, PATIENCE_S, environment, wait_until
from raw_socket import CLOSE, TEXT, RawSocket, Refused

TABS = 12


class Listener(threading.Thread):
    """A tab that reads to the end, on a thread of its own, and notes when it heard goodbye."""

    def __init__(self, daemon, user):
        super().__init__()
        self.tab = RawSocket(daemon, token=daemon.token(user))
        self.tab.read_json("connected")
        self.messages, self.goodbye, self.heard_at, self.close_code = [], None, None, None
        self.start()

    def run(self):
        while (frame := self.tab.read_frame()).opcode != CLOSE:
            if frame.opcode == TEXT:
                self.messages.append(json.loads(frame.payload))
                if self.messages[-1]["type"] == "goodbye":
                    self.goodbye, self.heard_at = self.messages[-1], time.monotonic()
        self.close_code = frame.close_code
        self.tab.socket.close()


def connected(daemon):
    tabs = [Listener(daemon, f"user{n}@example.com") for n in range(TABS)]
    wait_until(lambda: len(daemon.sessions()) == TABS, "the tabs")
    return tabs


def check_ends(tabs):
    for tab in tabs:
        tab.join(PATIENCE_S)
        assert (tab.close_code, tab.messages[-1]) == (1001, tab.goodbye)
        assert 1000 <= tab.goodbye["retry_after_ms"] <= 5000
    assert len({tab.goodbye["retry_after_ms"] for tab in tabs}) > 1


def test_an_operators_drain_is_spread_over_its_time(start_subd, curl):
    daemon = start_subd("--io-threads", "1")
    tabs = connected(daemon)
    begun = time.monotonic()
    command = subprocess.Popen([BINARIES / "subctl", "--control", str(daemon.control), "drain", "--over", "3s"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=environment(daemon.home))
    wait_until(lambda: daemon.status()["draining"], "the drain")
    # Meanwhile the daemon is there, and says that it is not.
    ready = subprocess.run([curl, "-s", "-w", " %{http_code}", daemon.http_url + "/readyz"], capture_output=True,
                           text=True, timeout=PATIENCE_S, check=False).stdout
    assert "draining" in ready and ready.endswith(" 503")
    with pytest.raises(Refused) as refused:
        RawSocket(daemon, token=daemon.token("user0@example.com"))
    assert refused.value.status == 503 and "Retry-After" in refused.value.head
    assert daemon.subctl("drain", "--no-wait").returncode == 65, "a second drain is no second one"

    check_ends(tabs)
    assert daemon.wait() == 0
    out, err = command.communicate(timeout=PATIENCE_S)
    assert command.returncode == 0, err
    assert out.startswith(f"{TABS} sessions are told to go within 3s")
    assert err.endswith("subd has ended\n") and f"{TABS} sessions left" in err
    # One in each twelfth of the time: on a busy machine later than its turn, never before it.
    heard = sorted(tab.heard_at - begun for tab in tabs)
    for turn, at in enumerate(heard):
        assert at >= turn * 3 / TABS, heard
    assert heard[-1] - heard[0] > 3 / 2


def test_a_signal_takes_no_longer_than_it_has_to(start_subd):
    daemon = start_subd()
    tabs = connected(daemon)
    begun = time.monotonic()
    daemon.signal(signal.SIGTERM)
    check_ends(tabs)
    assert daemon.wait() == 0
    assert time.monotonic() - begun < 5, "half of the drain limit, which is for thousands"


def test_a_signal_makes_an_operators_drain_faster(start_subd):
    daemon = start_subd()
    tabs = connected(daemon)
    assert daemon.subctl("drain", "--over", "1h", "--no-wait").returncode == 0
    wait_until(lambda: daemon.status()["draining"], "the drain")
    daemon.signal(signal.SIGTERM)
    check_ends(tabs)
    assert daemon.wait() == 0


def test_a_second_signal_cuts(start_subd):
    daemon = start_subd(config='[server]\ndrain_limit = "10min"\n')
    tab = RawSocket(daemon, token=daemon.token("alice"))  # which will not answer the close
    tab.read_json("connected")
    daemon.signal(signal.SIGTERM)
    wait_until(lambda: "saying goodbye" in daemon.log(), "the first signal")
    daemon.signal(signal.SIGTERM)
    assert daemon.wait() == 0
    tab.socket.close()


def test_queued_closed_bars_come_before_the_goodbye(start_subd):
    daemon = start_subd("--feed", "sim:seed=3,rate=50")
    tab = RawSocket(daemon, token=daemon.token("alice"), receive_buffer=4096)
    tab.read_json("connected")
    for symbol in ("NIFTY50", "RELIANCE", "INFY"):
        tab.send_json({"type": "subscribe", "symbol": symbol, "timeframe": "1s", "indicators": ["RSI"],
                       "history": 2000})
    # Nobody reads: snapshots fill the socket, and bars wait behind them.
    wait_until(lambda: any(one["queue_messages"] >= 12 for one in daemon.sessions()), "bars that wait")
    waiting = daemon.sessions()[0]["queue_messages"]
    daemon.signal(signal.SIGTERM)
    messages = []
    while (frame := tab.read_frame()).opcode != CLOSE:
        if frame.opcode == TEXT:
            messages.append(json.loads(frame.payload))
    assert frame.close_code == 1001
    tab.socket.close()
    assert daemon.wait() == 0
    assert messages[-1]["type"] == "goodbye" and len(messages) > waiting
    for symbol in ("NIFTY50", "RELIANCE", "INFY"):
        closed = [one["ohlcv"]["time"] for one in messages
                  if one["type"] == "market_update" and one["symbol"] == symbol and one["bar"] == "closed"]
        assert len(closed) > 2 and closed == sorted(set(closed))
        seconds = [int(at[17:19]) for at in closed]
        assert all((b - a) % 60 == 1 for a, b in zip(seconds, seconds[1:])), closed


@pytest.mark.parametrize("time_text", ["2h", "soon", "-1s"])
def test_a_time_that_is_none_is_refused(start_subd, time_text):
    daemon = start_subd()
    refused = daemon.subctl("drain", f"--over={time_text}")
    assert refused.returncode == 64 and "30s" in refused.stderr
    assert daemon.is_running() and not daemon.status()["draining"]
