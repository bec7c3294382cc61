"""Sessions and tabs through TLS while something happens to them: cuts, a renewed certificate, a flood of handshakes. The
client is python3-websockets."""

import asyncio
import contextlib
import random
import signal
import socket
import ssl

import pytest

from certificate import Certificate
from daemon import PATIENCE_S, wait_until
from resuming_tab import ResumingTab

STREAMS = [("NIFTY50", "1s"), ("RELIANCE", "1s")]
SEED = 20261122
CUTS = 8
LONGEST_ABSENCE_S = 1.5


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path / "first")


@pytest.fixture
def secure(start_subd, certificate):
    """A subd with both listeners and two io threads, whose closed bars come every second."""
    return start_subd("--feed", "sim:seed=5,rate=20", "--io-threads", "2",
                      config=certificate.config('handshakes_per_address = 20\nhandshakes = 30\n'
                                                'handshake_timeout = "2s"\n'))


def through_tls(tab, certificate):
    """From its next connection on."""
    host, port = tab.daemon.tls_address
    tab.url = f"wss://{host}:{port}/ws/indicators"
    tab.trust = ssl.create_default_context(cafile=certificate.certificate)
    return tab


def in_the_open(tab):
    tab.url, tab.trust = tab.daemon.ws_url, None
    return tab


async def read_as_far_as(tab, watcher):
    """Until it has what the watcher has now; both have the same closed bars, each once and in order."""
    newest = {stream: watcher.closed[stream][-1] for stream in STREAMS}
    await asyncio.wait_for(tab.read_until(
        lambda: all(tab.closed[one] and tab.closed[one][-1] >= newest[one] for one in STREAMS)), PATIENCE_S)
    for stream in STREAMS:
        mine = [time for time in tab.closed[stream] if time <= newest[stream]]
        assert mine == [time for time in watcher.closed[stream] if mine[0] <= time <= newest[stream]]
    assert tab.from_snapshots == 0, "all of it was remembered"


def renew(daemon, certificate, folder):
    """Puts another certificate in place and sends SIGHUP; the new one."""
    fresh = Certificate(folder / "fresh", "fresh.test")
    fresh.put_in_place_of(certificate)
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: daemon.status()["tls"]["subject"] == "CN=fresh.test", "the renewed certificate")
    return fresh


def test_a_tab_that_is_cut_comes_back_to_its_session_under_a_renewed_certificate(secure, certificate, tmp_path):
    async def scenario():
        watcher = await through_tls(ResumingTab(secure, "watcher@example.com", STREAMS), certificate).open()
        tab = await through_tls(ResumingTab(secure, "alice@example.com", STREAMS), certificate).open()
        await tab.read_until(lambda: all(tab.closed.values()))
        await tab.cut()
        seen = {stream: len(watcher.closed[stream]) for stream in STREAMS}
        fresh = renew(secure, certificate, tmp_path)
        # Bars close while it is away, and who has shaken hands with the old certificate goes on.
        await watcher.read_until(lambda: all(len(watcher.closed[one]) >= seen[one] + 2 for one in STREAMS))
        with pytest.raises(ssl.SSLCertVerificationError):
            await tab.connect()  # it believes the old one alone
        await through_tls(tab, fresh).resume()
        await read_as_far_as(tab, watcher)
        assert tab.resume_token not in secure.log()
        await tab.socket.close()
        await watcher.socket.close()
    asyncio.run(scenario())
    assert secure.metric('subd_resumes_total{outcome="resumed"}') == 1


def test_a_session_goes_from_one_listener_to_the_other_and_back(secure, certificate):
    async def live(tab, chance):
        for _ in range(CUTS):
            await tab.read_for(chance.uniform(0, 1))
            await tab.cut()
            await asyncio.sleep(chance.uniform(0, LONGEST_ABSENCE_S))
            await (in_the_open(tab) if tab.trust else through_tls(tab, certificate)).resume()

    async def scenario():
        chance = random.Random(SEED)
        watcher = await ResumingTab(secure, "watcher@example.com", STREAMS).open()
        tabs = [ResumingTab(secure, f"user{number}@example.com", STREAMS) for number in range(6)]
        for tab in tabs[::2]:
            through_tls(tab, certificate)
        for tab in tabs:
            await tab.open()
        watching = asyncio.create_task(watcher.read_for(10 * PATIENCE_S))
        await asyncio.gather(*(live(tab, random.Random(chance.random())) for tab in tabs))
        for tab in tabs:
            await read_as_far_as(tab, watcher)
        watching.cancel()
        assert {one["io_thread"] for one in secure.sessions()} == {0, 1}
        for tab in tabs:
            await tab.socket.close()
    asyncio.run(scenario())
    assert secure.metric('subd_resumes_total{outcome="resumed"}') == 6 * CUTS


def stall(address, source, begun):
    """A client that stops within its handshake, or before it."""
    one = socket.create_connection(address, timeout=PATIENCE_S, source_address=(source, 0))
    one.sendall(begun)
    return one


def wait_for_end(connection):
    """However the server ends it."""
    with connection, contextlib.suppress(ConnectionResetError):
        assert connection.recv(1) == b""


def client_hello(count):
    """The first bytes of a handshake."""
    outgoing = ssl.MemoryBIO()
    shaking = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        shaking.do_handshake()
    hello = outgoing.read()
    assert count < len(hello)
    return hello[:count]


def test_tabs_go_on_while_handshakes_stall_and_those_are_cut_in_time(secure, certificate):
    """30 may be unfinished in all: 40 that send half of their first message, from two addresses."""
    hello = client_hello(100)

    async def scenario():
        tab = await through_tls(ResumingTab(secure, "alice@example.com", STREAMS), certificate).open()
        address = secure.tls_address
        stalled = [stall(address, source, hello) for source in ("127.0.0.2", "127.0.0.3") for _ in range(20)]
        refused = 'subd_refused_total{reason="tls_handshake_limit",endpoint="",status="0"}'
        wait_until(lambda: secure.metric(refused) == 10, "the limit in total")
        assert secure.metric("subd_tls_handshakes_unfinished") <= 30
        before = {stream: len(tab.closed[stream]) for stream in STREAMS}
        await asyncio.wait_for(tab.read_until(
            lambda: all(len(tab.closed[one]) >= before[one] + 2 for one in STREAMS)), PATIENCE_S)
        for one in stalled:
            wait_for_end(one)
        assert secure.metric('subd_tls_handshakes_total{outcome="timed_out"}') == 30
        assert secure.metric("subd_tls_handshakes_unfinished") == 0
        late = await through_tls(ResumingTab(secure, "bob@example.com", STREAMS), certificate).open()
        await late.socket.close()
        await tab.socket.close()
    asyncio.run(scenario())
