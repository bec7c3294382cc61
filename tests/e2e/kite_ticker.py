"""A KiteTicker of the unchanged npm package kiteconnect, in a process of its own, and the bytes that it is sent."""

import json
import queue
import shutil
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

from daemon import PATIENCE_S

HERE = Path(__file__).parent

needs_kiteconnect = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules" / "kiteconnect").is_dir(),
    reason="node or the npm packages of tests/e2e are not installed; scripts/setup does it")


def packets(message):
    """Tokens with their packets of a binary message, which must be whole. A token may be there once for each mode."""
    found, count, at = [], struct.unpack_from(">H", message)[0], 2
    for _ in range(count):
        length, = struct.unpack_from(">H", message, at)
        packet = message[at + 2:at + 2 + length]
        assert len(packet) == length
        found.append((struct.unpack_from(">I", packet)[0], packet))
        at += 2 + length
    assert at == len(message)
    return found


class KiteTicker:
    """One Node process with a KiteTicker. Every tick must be of a token and in a mode that was asked for before."""

    def __init__(self, daemon, user):
        self.user, self.failure = user, None
        self.allowed = {}
        self.events = queue.Queue()
        self.process = subprocess.Popen(
            ["node", HERE / "kite_client.js", f"ws://{daemon.address}/kite/", daemon.token(user)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))
        self.events.put({"event": "end"})

    def command(self, action, **fields):
        for token in fields.get("tokens", ()):
            modes = self.allowed.setdefault(token, set())
            if action == "mode":
                modes.add(fields["mode"])
            elif action == "subscribe" and not modes:
                modes.add("quote")
        self.process.stdin.write(json.dumps({"do": action, **fields}) + "\n")
        self.process.stdin.flush()

    def wait(self, event):
        """The next event of that kind; ticks that come on the way are checked."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                one = self.events.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self.user}: waited {PATIENCE_S} s in vain for {event}") from None
            if one["event"] == "ticks":
                for tick in one["ticks"]:
                    token, mode = tick["instrument_token"], tick["mode"]
                    if mode not in self.allowed.get(token, ()):
                        self.failure = f"{self.user}: not asked for: {tick}"
                        raise AssertionError(self.failure)
            if one["event"] == event:
                return one
            assert one["event"] != "end", f"{self.user}: the client ended while waiting for {event}"

    def ticks(self, count, token=None, mode=None):
        """The next `count` ticks, of one token and mode or of any."""
        found = []
        while len(found) < count:
            found += [tick for tick in self.wait("ticks")["ticks"]
                      if token in (None, tick["instrument_token"]) and mode in (None, tick["mode"])]
        return found

    def kill(self):
        self.process.kill()
        self.process.wait()


def end_all(clients):
    """No process is left; fails when one of them was sent what it had not asked for."""
    for client in clients:
        client.kill()
    failures = [client.failure for client in clients if client.failure]
    assert not failures, failures
