"""A tab that goes on receiving in a thread of its own while a test does something else."""

import asyncio
import threading

from daemon import PATIENCE_S
from tab import Tab


class BackgroundTab:
    def __init__(self, daemon, name, user, symbol, indicators):
        self.symbol = symbol
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.tab = self._run(self._open(daemon, name, user, indicators))

    async def _open(self, daemon, name, user, indicators):
        tab = Tab(daemon, name, user)
        await tab.__aenter__()
        await tab.subscribe(self.symbol, "1s", indicators)
        return tab

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=2 * PATIENCE_S)

    def check_undisturbed(self):
        """Data still flows, and so far there was no gap, no repetition and nothing foreign."""
        start = len(self.tab.messages)
        self._run(self.tab.until(lambda one: one["type"] == "market_update", "an update", start))
        self.tab.transcript.check_no_gap(self.symbol)

    def check_complete(self):
        """The same, after another closed bar: whatever was held up until now would show as a gap."""
        self._run(self.tab.closed_bars(self.symbol, 1))
        assert self.tab.transcript.check_no_gap(self.symbol) > 1

    def close(self):
        try:
            self._run(self.tab.close())
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(timeout=PATIENCE_S)
            self.loop.close()
