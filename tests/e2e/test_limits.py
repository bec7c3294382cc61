"""How many connections there may be, and who is told of them."""

import asyncio
import json
import random
import socket
import struct
import urllib.error
import urllib.request

import pytest
import websockets

import api_document
from daemon import Daemon, run, wait_until
from raw_socket import RawSocket, Refused
from tokens import claims_of, signed

CHURN = 2_000
DOCUMENT = api_document.load("openapi")
SECRET = "a secret for tests, longer than thirty-two bytes"


def get(daemon, path, token=None, headers=None):
    """Status and JSON of a GET, which has to be as docs/openapi.json has it."""
    request = urllib.request.Request(daemon.http_url + path, headers=dict(headers or {}))
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = json.loads(answer.read())
    kind = "application/json" if answer.status == 200 else "application/problem+json"
    checker = api_document.http_answer(DOCUMENT, "GET", path.partition("?")[0], answer.status, kind)
    assert not api_document.complaints(checker, body), body
    return answer.status, body


def refused(daemon, **options):
    """The refusal of an upgrade."""
    with pytest.raises(Refused) as caught:
        RawSocket(daemon, **options)
    return caught.value


def connected(daemon):
    return daemon.status()["sessions"]


def samples(daemon, name):
    """The samples of a metric: labels to value."""
    status, text = daemon.ask("GET", "/v1/metrics")
    assert status == 200
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in text.splitlines() if line.startswith(name)}


def test_the_connection_over_the_limit_of_its_address_gets_429_until_one_leaves(start_subd):
    daemon = start_subd("--io-threads", "2", config="[limits]\nconnections_per_address = 3\n")
    token = daemon.token("alice")
    tabs = [RawSocket(daemon, token=token) for _ in range(3)]
    refusal = refused(daemon, token=token)
    assert refusal.status == 429
    assert refusal.problem()["code"] == "limit_exceeded"
    assert "at most 3 connections from one address" in refusal.problem()["detail"]
    assert "retry-after: 5" in refusal.head.lower()
    tabs.pop().socket.close()
    wait_until(lambda: connected(daemon) == 2, "the closed tab to be gone")
    tabs.append(RawSocket(daemon, token=token))
    assert any('reason="address_limit"' in labels for labels in samples(daemon, "subd_refused_total"))
    for tab in tabs:
        tab.socket.close()


def test_a_user_has_its_share_whatever_way_the_token_comes(start_subd):
    daemon = start_subd(config="[limits]\nconnections_per_user = 1\n")
    alice = daemon.token("alice")
    with RawSocket(daemon, token=alice) as first:
        first.read_json("connected")
        assert refused(daemon, token=alice).status == 429
        assert refused(daemon, token=alice, path="/ws/ticks").status == 429
        with RawSocket(daemon, token=daemon.token("bob")) as other:
            other.read_json("connected")
        with RawSocket(daemon) as late:
            late.send_json({"type": "auth", "token": alice})
            assert late.read_json("error")["code"] == "limit_exceeded"
            assert late.read_close().close_code == 4008
        first.send_json({"type": "list", "id": 1})
        assert first.read_json("subscriptions")["id"] == 1


def test_behind_a_trusted_proxy_each_client_has_its_own_share(start_subd):
    daemon = start_subd(config='[limits]\nconnections_per_address = 1\n[server]\ntrusted_proxies = ["127.0.0.0/8"]\n')
    token = daemon.token("alice")

    def connect(forwarded_for):
        return RawSocket(daemon, token=token, headers=[f"X-Forwarded-For: {forwarded_for}"])

    with connect("203.0.113.7"), connect("198.51.100.1, 203.0.113.8"), connect("2001:db8:1::1"):
        assert refused(daemon, token=token, headers=["X-Forwarded-For: 203.0.113.7"]).status == 429
        assert refused(daemon, token=token, headers=["X-Forwarded-For: 192.0.2.1, 203.0.113.8, 127.0.0.1"]).status == 429
        assert refused(daemon, token=token, headers=["X-Forwarded-For: 2001:db8:1::2"]).status == 429
        addresses = {one["address"] for one in daemon.sessions()}
        assert addresses == {"203.0.113.7", "203.0.113.8", "2001:db8:1::1"}


def test_the_header_of_a_peer_that_nobody_trusts_is_ignored(start_subd):
    daemon = start_subd(config="[limits]\nconnections_per_address = 1\n")
    token = daemon.token("alice")
    with RawSocket(daemon, token=token, headers=["X-Forwarded-For: 203.0.113.7"]):
        assert refused(daemon, token=token, headers=["X-Forwarded-For: 203.0.113.8"]).status == 429
        assert daemon.sessions()[0]["address"].startswith("127.0.0.1:")


@pytest.mark.parametrize("value", ['["10.0.0.1/8"]', '["10.0.0.0/33"]', '["proxy.example"]', '"10.0.0.0/8"', "[1]"])
def test_a_network_that_is_none_is_refused_with_what_is_allowed(tmp_path, value):
    config = tmp_path / "subd.toml"
    config.write_text(f"[server]\ntrusted_proxies = {value}\n")
    checked = run("subd", "--config", config, "--check-config", home=tmp_path)
    assert checked.returncode == 78
    assert "server.trusted_proxies" in checked.stderr
    assert '"10.0.0.0/8" or "::1"' in checked.stderr


def leave(daemon, rng, token):
    """One visit that ends in one of the ways that there are."""
    visitor = RawSocket(daemon, upgrade=False)
    path = rng.choice(["/ws/indicators", "/ws/ticks", "/nothing"])
    request = (f"GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
               f"Authorization: Bearer {token}\r\n\r\n").encode()
    way = rng.randrange(6)
    try:
        if way == 1:
            visitor.send(request[:rng.randrange(len(request))])
        elif way == 2:
            visitor.send(b"\x16\x03\x01 no HTTP\r\n\r\n")
        elif way >= 3:
            visitor.send(request)
            if rng.random() < 0.5:
                visitor.read_response()
        if way in (1, 4):  # reset
            visitor.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif way == 5:
            visitor.send_frame(0x8, b"\x03\xe8")
    except OSError:
        pass  # refused and closed meanwhile
    visitor.socket.close()


def test_the_count_comes_back_down_whatever_way_connections_end(start_subd):
    daemon = start_subd("--io-threads", "2", config="[limits]\nconnections_per_address = 20\nconnections_per_user = 10\n"
                                                   "[server]\nhandshake_timeout = \"500ms\"\n")
    token = daemon.token("alice")
    rng = random.Random(20251121)
    for _ in range(CHURN):
        leave(daemon, rng, token)
    wait_until(lambda: connected(daemon) == 0, "every WebSocket to be gone")
    # All that an address and a user may have is there again.
    def fill():
        tabs = []
        try:
            tabs = [RawSocket(daemon, token=token) for _ in range(10)]
            return True
        except Refused:
            return False
        finally:
            for tab in tabs:
                tab.socket.close()
            wait_until(lambda: connected(daemon) == 0, "every tab to be gone")
    wait_until(fill, "ten places of one user and address")


def test_an_independent_client_is_refused_and_counted_by_endpoint(start_subd):
    daemon = start_subd(config="[limits]\nconnections_per_user = 2\n")
    token = daemon.token("alice")
    url = f"ws://{daemon.address}/ws/ticks"

    async def scenario():
        header = {"Authorization": f"Bearer {token}"}
        async with websockets.connect(url, extra_headers=header), websockets.connect(url, extra_headers=header):
            with pytest.raises(websockets.exceptions.InvalidStatusCode) as caught:
                await websockets.connect(url, extra_headers=header)
            return caught.value.status_code

    assert asyncio.run(scenario()) == 429
    refusals = samples(daemon, "subd_refused_total")
    assert refusals['subd_refused_total{reason="user_limit",endpoint="/ws/ticks",status="429"}'] == 1


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A subd with a known secret, two users and an administrator."""
    folder = tmp_path_factory.mktemp("secret")
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    daemon = Daemon(config=f'[auth]\nsecret_file = "{secret}"\n[server]\nio_threads = 2\n')
    try:
        yield daemon.start()
        daemon.stop()
    finally:
        daemon.discard()


def token_of(user, **claims):
    return signed(claims_of(user, **claims), SECRET)


def test_stats_have_users_by_tier_and_a_user_sees_its_own_only(watched):
    alice, bob = token_of("alice", tier="STARTER"), token_of("bob", tier="PROFESSIONAL")
    admin = token_of("root", role="admin")
    with RawSocket(watched, token=alice) as one, RawSocket(watched, token=alice) as two, \
            RawSocket(watched, token=bob, path="/ws/ticks") as three:
        for tab in (one, two, three):
            tab.read_json("connected")
        assert get(watched, "/ws/stats", admin) == (200, {
            "total_connections": 3, "active_users": 2, "users_by_tier": {"PROFESSIONAL": 1, "STARTER": 1}})
        assert get(watched, "/ws/stats", alice) == (200, {
            "total_connections": 2, "active_users": 1, "users_by_tier": {"STARTER": 1}})
        assert get(watched, "/ws/stats", token_of("carol"))[1]["total_connections"] == 0
        assert watched.subctl("users", "set-tier", "alice", "elite").returncode == 0
        assert get(watched, "/ws/stats", alice)[1]["users_by_tier"] == {"INSTITUTIONAL": 1}, "what is set wins"
    wait_until(lambda: get(watched, "/ws/stats", admin)[1]["total_connections"] == 0, "all connections to be gone")


def test_connections_show_what_one_takes_and_nothing_of_anybody_else(watched):
    alice, bob, admin = token_of("alice"), token_of("bob", sid="bobs-secret-tab"), token_of("root", role="admin")
    with RawSocket(watched, token=alice) as tab, RawSocket(watched, token=bob, path="/ws/ticks") as ticker:
        tab.send_json({"type": "subscribe", "symbol": "TCS", "timeframe": "1min", "indicators": ["RSI"]})
        tab.read_json("snapshot")
        ticker.send_json({"type": "subscribe", "symbols": ["INFY"], "mode": "ltp"})
        ticker.read_json("subscribed")
        status, seen = get(watched, "/ws/connections", alice)
        assert (status, seen["total"]) == (200, 1)
        mine = seen["connections"][0]
        assert (mine["endpoint"], mine["user_id"], mine["session_id"]) == ("/ws/indicators", "alice", None)
        assert mine["streams"] == [{"symbol": "TCS", "timeframe": "1min", "indicators": ["RSI_14_100"]}]
        assert mine["messages"] >= 3 and mine["bytes"] > 0
        assert set(mine["queue"]) == {"messages", "bytes"}
        text = json.dumps(seen)
        assert not any(word in text for word in ("bob", "INFY", "/ws/ticks"))
        _, everything = get(watched, "/ws/connections", admin)
        assert everything["total"] == 2
        assert {one["endpoint"] for one in everything["connections"]} == {"/ws/indicators", "/ws/ticks"}
        assert len(get(watched, "/ws/connections?limit=1", admin)[1]["connections"]) == 1
    wait_until(lambda: connected(watched) == 0, "all connections to be gone")


def test_monitoring_wants_a_token_and_a_sound_limit(watched):
    for path in ("/ws/stats", "/ws/connections"):
        assert get(watched, path)[0] == 401
        assert get(watched, path, "x.y.z")[1]["code"] == "unauthorized"
    for limit in ("0", "-1", "10001", "x", ""):
        status, problem = get(watched, f"/ws/connections?limit={limit}", token_of("alice"))
        assert (status, problem["code"]) == (400, "bad_request")
        assert "1 to 10000" in problem["detail"]
    refusals = samples(watched, "subd_refused_total")
    assert refusals['subd_refused_total{reason="bad_request",endpoint="/ws/connections",status="400"}'] == 5
