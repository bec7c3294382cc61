"""A tab that lost its connection finds its session as it left it: every closed bar once and in order, over random cuts
and both io threads; a stolen or stale token gets nothing of it."""

import asyncio
import json
import random
import re

import pytest
import websockets

from daemon import PATIENCE_S, running, wait_until
from resuming_tab import OPTIONS, ResumingTab

SEED = 20261121
TABS = 20
CUTS_PER_TAB = 10
LONGEST_ABSENCE_S = 2.5
STREAMS = [("NIFTY50", "1s"), ("RELIANCE", "1s")]
CONFIG = """
[session]
resume_window = "20s"
"""


@pytest.fixture(scope="module")
def subd():
    with running("--feed", "sim:seed=5,rate=20", "--io-threads", "2", "--log-level", "debug", config=CONFIG) as daemon:
        yield daemon


def resumes(daemon):
    """The outcomes that /metrics counts."""
    text = daemon.subctl("metrics").stdout
    return {outcome: int(count) for outcome, count
            in re.findall(r'^subd_resumes_total\{outcome="(\w+)"\} (\d+)$', text, re.MULTILINE)}


async def live(tab, chance):
    """Reads, and is cut and comes back again and again."""
    for _ in range(CUTS_PER_TAB):
        await tab.read_for(chance.uniform(0, 1.5))
        await tab.cut()
        await asyncio.sleep(chance.uniform(0, LONGEST_ABSENCE_S))
        if chance.random() < 0.3:  # cut again in the middle of what it is told
            await tab.resume(stop_after=chance.randrange(4))
            await tab.cut()
        await tab.resume()


def test_no_closed_bar_is_lost_or_doubled_over_random_cuts(subd):
    async def run():
        chance = random.Random(SEED)
        watcher = await ResumingTab(subd, "watcher@example.com", STREAMS).open()
        tabs = [await ResumingTab(subd, f"user{number % 3}@example.com", STREAMS).open() for number in range(TABS)]
        watching = asyncio.create_task(watcher.read_for(10 * PATIENCE_S))
        await asyncio.gather(*(live(tab, random.Random(chance.random())) for tab in tabs))
        # Everybody reads on until it has what the watcher has now.
        newest = {stream: watcher.closed[stream][-1] for stream in STREAMS}
        for tab in tabs:
            await asyncio.wait_for(tab.read_until(
                lambda tab=tab: all(tab.closed[stream] and tab.closed[stream][-1] >= newest[stream]
                                    for stream in STREAMS)), PATIENCE_S)
        watching.cancel()
        assert {one["io_thread"] for one in subd.sessions()} == {0, 1}
        for tab in tabs:
            for stream in STREAMS:
                mine = [time for time in tab.closed[stream] if time <= newest[stream]]
                theirs = [time for time in watcher.closed[stream] if mine[0] <= time <= newest[stream]]
                assert mine == theirs, f"{stream} of {tab.id}"
            await tab.socket.close()
        assert sum(tab.resumes for tab in tabs) >= TABS * CUTS_PER_TAB
        counted = resumes(subd)
        assert counted["resumed"] + counted.get("taken_over", 0) == sum(tab.resumes for tab in tabs)
        assert sum(tab.from_snapshots for tab in tabs) == 0, "all of it was remembered"
        assert all(tab.resume_token not in subd.log() for tab in tabs)
    asyncio.run(run())


def test_what_is_not_remembered_comes_with_a_snapshot(start_subd):
    daemon = start_subd("--feed", "sim:seed=5,rate=20", "--io-threads", "2", config="[session]\nresume_bars = 1\n")

    async def run():
        watcher = await ResumingTab(daemon, "watcher@example.com", STREAMS).open()
        tab = await ResumingTab(daemon, "alice@example.com", STREAMS).open()
        await tab.read_until(lambda: all(tab.closed.values()))
        await tab.cut()
        start = {stream: len(watcher.closed[stream]) for stream in STREAMS}
        await watcher.read_until(lambda: all(len(watcher.closed[one]) >= start[one] + 4 for one in STREAMS))
        await tab.resume()
        await tab.read_until(lambda: all(tab.closed[one][-1] >= watcher.closed[one][-1] for one in STREAMS))
        assert tab.from_snapshots >= 4
        for stream in STREAMS:
            mine = [time for time in tab.closed[stream] if time <= watcher.closed[stream][-1]]
            assert mine == [time for time in watcher.closed[stream] if time >= mine[0]]
    asyncio.run(run())


def test_a_stolen_a_stale_and_an_unknown_token_open_new_sessions_that_look_alike(subd):
    async def run():
        before = resumes(subd)
        alice = await ResumingTab(subd, "alice@example.com", STREAMS).open()
        stale = await ResumingTab(subd, "mallory@example.com", STREAMS).open()
        await stale.socket.close()
        answers = []
        for token in (alice.resume_token, stale.resume_token, "0" * 34, "nonsense"):
            mallory = ResumingTab(subd, "mallory@example.com", STREAMS)
            mallory.resume_token = token
            connected = await mallory.connect()
            assert connected["resumed"] is False and connected["ws_conn_id"] not in (alice.id, stale.id)
            assert connected["resume_token"] != token
            await mallory.send(type="resume", id=1, received=[
                {"symbol": "NIFTY50", "timeframe": "1s", "epoch": alice.positions[STREAMS[0]][0], "seq": 0}])
            resumed = await mallory.receive()
            answers.append({**resumed, "ws_conn_id": None})
            await mallory.socket.close()
        assert answers == [{"type": "resumed", "id": 1, "ws_conn_id": None, "streams": []}] * 4
        await alice.read_until(lambda: all(alice.closed.values()))  # not disturbed
        after = resumes(subd)
        gained = {outcome: after[outcome] - before.get(outcome, 0) for outcome in after}
        assert (gained["other_user"], gained["stale"], gained["unknown"]) == (1, 1, 2)
        await alice.cut()
        await alice.resume()  # and hers is still good
        await alice.socket.close()
    asyncio.run(run())


def test_of_two_tabs_with_one_token_the_second_wins(subd):
    async def run():
        first = await ResumingTab(subd, "alice@example.com", STREAMS).open()
        second = ResumingTab(subd, "alice@example.com", STREAMS)
        second.id, second.resume_token = first.id, first.resume_token
        second.positions = dict(first.positions)
        await second.resume()
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                await first.receive()
        assert (first.socket.close_code, first.socket.close_reason) == (4007, "resumed elsewhere")
        await second.read_until(lambda: all(second.closed.values()))
        assert [one["id"] for one in subd.sessions("alice@example.com")] == [first.id]
        await second.socket.close()
    asyncio.run(run())


def test_subprotocols_carry_both_tokens(subd):
    async def run():
        tab = await ResumingTab(subd, "alice@example.com", STREAMS).open()
        await tab.cut()
        socket = await websockets.connect(
            subd.ws_url, subprotocols=["subd.v1", "bearer." + subd.token("alice@example.com"),
                                       "resume." + tab.resume_token], **OPTIONS)
        assert socket.subprotocol == "subd.v1"
        connected = json.loads(await socket.recv())
        assert (connected["resumed"], connected["ws_conn_id"]) == (True, tab.id)
        await socket.close()
    asyncio.run(run())


def test_an_operator_sees_and_closes_who_waits(subd):
    async def run():
        tab = await ResumingTab(subd, "alice@example.com", STREAMS).open()
        await tab.cut()
        return tab.id
    session = asyncio.run(run())

    def state():
        return next((one for one in subd.sessions("alice@example.com") if one["id"] == session), {"state": "gone"})

    wait_until(lambda: state()["state"] == "parked", "the session to be parked")
    assert 0 < state()["parked_left_ms"] <= 20_000
    assert len(state()["streams"]) == len(STREAMS)
    assert re.search(rf"{session}.*parked \d+ s", subd.subctl("sessions").stdout)
    closed = subd.subctl("sessions", "close", session)
    assert closed.returncode == 0, closed.stderr
    wait_until(lambda: state()["state"] == "gone", "the session to end")


def test_a_session_whose_window_is_over_gives_its_streams_up(start_subd):
    daemon = start_subd("--feed", "sim:seed=5,rate=20", config='[session]\nresume_window = "500ms"\n')

    async def run():
        tab = await ResumingTab(daemon, "alice@example.com", STREAMS).open()
        assert daemon.topics()
        await tab.cut()
        wait_until(lambda: not daemon.topics(), "the computations to end")
        connected = await tab.connect()
        assert connected["resumed"] is False
        await tab.socket.close()
    asyncio.run(run())
