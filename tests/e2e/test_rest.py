"""Sessions without a connection: the REST twin of /ws/indicators."""

import json
import random
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

import api_document
from daemon import Daemon, environment, wait_until
from raw_socket import RawSocket
from tokens import claims_of, signed

SECRET = "a secret for tests, longer than thirty-two bytes"
DOCUMENT = api_document.load("openapi")
NO_SUBSCRIPTION = {"type": "about:blank", "title": "Not Found", "status": 404, "code": "no_subscription",
                   "detail": "No active subscription for this session"}


class Rest:
    """A client of one user's session; what is None is not sent."""

    def __init__(self, daemon, token, session=None, cookie=None):
        self.daemon, self.headers = daemon, {}
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"
        if session is not None:
            self.headers["X-Session-ID"] = session
        if cookie is not None:
            self.headers["Cookie"] = cookie

    def send(self, method, path, body=None):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.daemon.http_url + path, data=data, headers=self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, self._described(method, path, answer)
        except urllib.error.HTTPError as error:
            if error.code == 429:
                assert int(error.headers["Retry-After"]) > 0
            return error.code, self._described(method, path, error)

    @staticmethod
    def _described(method, path, answer):
        """The body, which has to be as docs/openapi.json has it."""
        path = path.partition("?")[0]
        if path.startswith("/indicators/data/"):
            path = "/indicators/data/{symbol}"
        kind = "application/json" if answer.status == 200 else "application/problem+json"
        assert answer.headers["Content-Type"] == kind
        body = json.loads(answer.read())
        checker = api_document.http_answer(DOCUMENT, method, path, answer.status, kind)
        assert not api_document.complaints(checker, body), body
        return body

    def subscribe(self, symbol="TCS", timeframe="1s", indicators=(), **more):
        return self.send("POST", "/indicators/subscribe",
                         {"symbol": symbol, "timeframe": timeframe, "indicators": list(indicators), **more})

    def unsubscribe(self, **body):
        return self.send("POST", "/indicators/unsubscribe", body)

    def data(self, symbol="TCS", timeframe="1s", **more):
        query = urllib.parse.urlencode({"timeframe": timeframe, **more})
        return self.send("GET", f"/indicators/data/{urllib.parse.quote(symbol, safe='')}?{query}")


def write_secret(folder):
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    return f'[auth]\nsecret_file = "{secret}"\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    daemon = Daemon("--feed", "sim:seed=11,rate=4", "--io-threads", "2",
                    config=write_secret(tmp_path_factory.mktemp("secret")) + "[rest]\nsessions_per_user = 3\n")
    try:
        yield daemon.start()
        daemon.stop()
    finally:
        daemon.discard()


@pytest.fixture
def alice(served):
    """A session of alice, which ends with the test."""
    rest = Rest(served, token_of("alice"), "tab1")
    yield rest
    rest.unsubscribe()


def token_of(user, **claims):
    return signed(claims_of(user, **claims), SECRET)


def test_subscribe_read_and_unsubscribe(served, alice):
    assert alice.data() == (404, NO_SUBSCRIPTION)
    status, answer = alice.subscribe(indicators=["RSI_14", {"name": "MACD"}], id=7)
    assert status == 200
    assert answer == {"type": "subscribed", "id": 7, "session_id": "rest_alice_tab1", "symbol": "TCS",
                      "timeframe": "1s", "indicators": ["RSI_14_100", "MACD_12_26_9"],
                      "streams": [{"symbol": "TCS", "timeframe": "1s", "indicators": ["RSI_14_100", "MACD_12_26_9"]}]}
    status, data = alice.data(history=5)
    assert status == 200
    assert (data["type"], data["symbol"], data["timeframe"]) == ("snapshot", "TCS", "1s")
    assert set(data["indicators"]) == {"RSI_14_100", "MACD_12_26_9"}
    assert len(data["bars"]) == 5 and data["ohlcv"]["close"] > 0
    first = data["seq"]
    wait_until(lambda: alice.data()[1]["seq"] > first, "a newer state")
    status, answer = alice.unsubscribe(symbol="TCS", timeframe="1s", indicators=["RSI"])
    assert (status, answer["type"], answer["indicators"]) == (200, "unsubscribed", ["MACD_12_26_9"])
    assert set(alice.data()[1]["indicators"]) == {"MACD_12_26_9"}
    assert alice.unsubscribe() == (200, {"type": "unsubscribed", "indicators": [], "streams": []})
    assert alice.data() == (404, NO_SUBSCRIPTION)
    assert alice.unsubscribe() == (404, NO_SUBSCRIPTION)


def test_the_operator_sees_the_session_and_its_computations(served, alice):
    alice.subscribe("INFY", "1min", ["SMA_20"])
    shown = [one for one in served.sessions("alice") if one["kind"] == "rest"]
    assert [one["id"] for one in shown] == ["rest_alice_tab1"]
    assert shown[0]["streams"] == [{"symbol": "INFY", "timeframe": "1min", "indicators": ["SMA_20"]}]
    topics = [one for one in served.topics() if (one["symbol"], one["indicator"]) == ("INFY", "SMA_20")]
    assert [(one["subscribers"], one["computations"]) for one in topics] == [(1, 1)]
    listed = served.subctl("sessions")
    assert listed.returncode == 0 and "rest_alice_tab1" in listed.stdout
    closed = served.subctl("sessions", "close", "rest_alice_tab1")
    assert closed.returncode == 0, closed.stderr
    assert alice.data("INFY", "1min") == (404, NO_SUBSCRIPTION)


def test_the_session_id_comes_from_header_then_claim_then_cookie(served):
    claimed = token_of("carol", sid="claimed")
    by_header = Rest(served, claimed, "header", "subd_session=cookie")
    by_claim = Rest(served, claimed, None, "subd_session=cookie")
    by_cookie = Rest(served, token_of("carol"), None, "other=1; subd_session=cookie")
    for rest, name in ((by_header, "rest_carol_header"), (by_claim, "rest_carol_claimed"),
                       (by_cookie, "rest_carol_cookie")):
        assert rest.subscribe()[1]["session_id"] == name
    status, problem = Rest(served, token_of("carol"), "fourth").subscribe()
    assert (status, problem["code"]) == (429, "limit_exceeded")
    assert "at most 3 REST sessions" in problem["detail"]
    status, problem = Rest(served, token_of("carol")).subscribe()
    assert (status, problem["code"]) == (400, "bad_request")
    assert "X-Session-ID" in problem["detail"] and "subd_session" in problem["detail"]
    for rest in (by_header, by_claim, by_cookie):
        assert rest.unsubscribe()[0] == 200


@pytest.mark.parametrize("body, status, code, word", [
    (b"", 400, "bad_json", "byte"),
    (b"{", 400, "bad_json", "byte"),
    (b"[]", 400, "bad_request", "object"),
    (b'"\xff"', 400, "bad_json", "byte"),
    ({"timeframe": "1s"}, 400, "bad_request", "symbol"),
    ({"symbol": "TCS"}, 400, "bad_request", "timeframe"),
    ({"symbol": "TCSS", "timeframe": "1s"}, 422, "unknown_symbol", "TCS"),
    ({"symbol": "TCS", "timeframe": "7s"}, 422, "unknown_timeframe", "5min"),
    ({"symbol": "TCS", "timeframe": "1s", "indicators": ["RSII"]}, 422, "unknown_indicator", "RSI"),
    ({"symbol": "TCS", "timeframe": "1s", "indicators": ["RSI_0"]}, 422, "bad_params", "length"),
    ({"symbol": "TCS", "timeframe": "1s", "when": "close > 1"}, 400, "bad_request", "when"),
])
def test_what_is_wrong_is_a_problem_that_says_what_is_allowed(served, body, status, code, word):
    rest = Rest(served, token_of("dave"), "d")
    got, problem = rest.send("POST", "/indicators/subscribe", body)
    assert (got, problem["status"], problem["code"]) == (status, status, code), problem
    assert word in json.dumps(problem)
    assert not served.sessions("dave"), "what is refused leaves no session behind"


def test_an_error_does_not_cut_what_it_quotes_inside_a_character(served):
    long = "a" * 63 + "₹₹"
    rest = Rest(served, token_of("dave"), "d")
    assert rest.subscribe(long)[1]["detail"].startswith('no symbol "' + "a" * 63 + '"')
    with RawSocket(served, token=token_of("dave")) as tab:
        for field in ({"symbol": long}, {"timeframe": long}, {"indicators": [{"name": "RSI", "params": {long: 1}}]}):
            tab.send_json({"type": "subscribe", "symbol": "TCS", "timeframe": "1s", **field})
            tab.read_json("error")  # which fails for a text frame that is no UTF-8


def test_a_websocket_of_the_same_user_and_claim_is_another_session(served):
    token = token_of("erin", sid="tab1")
    rest = Rest(served, token)
    with RawSocket(served, token=token) as tab:
        tab.send_json({"type": "subscribe", "symbol": "TCS", "timeframe": "1s", "indicators": ["SMA"]})
        tab.read_json("snapshot")
        assert rest.data() == (404, NO_SUBSCRIPTION)
        rest.subscribe(indicators=["RSI"])
        assert set(rest.data()[1]["indicators"]) == {"RSI_14_100"}
        for _ in range(3):
            assert set(tab.read_json("market_update")["indicators"]) == {"SMA_20"}
        rest.unsubscribe()
        tab.send_json({"type": "list", "id": 9})
        assert tab.read_json("subscriptions")["streams"] == [
            {"symbol": "TCS", "timeframe": "1s", "indicators": ["SMA_20"]}]
    assert rest.data() == (404, NO_SUBSCRIPTION)


def test_nobody_reaches_what_is_anothers(served, alice):
    """Mallory, with a good token of her own, tries everything that she may know of alice."""
    alice.subscribe(indicators=["RSI"])
    with RawSocket(served, token=token_of("alice", sid="alices-tab")) as tab:
        connection = tab.read_json("connected")["ws_conn_id"]
        mallory = token_of("mallory")
        ids = ["tab1", "rest_alice_tab1", "alice/tab1", "alices-tab", connection, "alice", "../alice/tab1", "alice_tab1"]
        attempts = [Rest(served, mallory, one) for one in ids]
        attempts += [Rest(served, token_of("mallory", sid=one)) for one in ids]
        attempts += [Rest(served, mallory, None, f"subd_session={one}") for one in ids]
        attempts += [Rest(served, token_of("mallory", session_id="tab1"), None, "subd_session=tab1"),
                     Rest(served, token_of("rest_alice"), "tab1"), Rest(served, token_of("alice_tab1"), "tab1")]
        for attempt in attempts:
            assert attempt.data() == (404, NO_SUBSCRIPTION), attempt.headers
            assert attempt.unsubscribe() == (404, NO_SUBSCRIPTION), attempt.headers
            assert attempt.unsubscribe(symbol="TCS", timeframe="1s")[0] == 404, attempt.headers
        for path in ("/ws/connections", f"/ws/connections?user=alice&id={connection}", "/ws/stats", "/ws/stats?user=alice"):
            for header in ({}, {"X-Session-ID": "tab1"}, {"X-User-ID": "alice"}, {"Cookie": "subd_session=tab1"}):
                rest = Rest(served, mallory)
                rest.headers.update(header)
                status, seen = rest.send("GET", path)
                assert status == 200
                assert not any(word in json.dumps(seen) for word in ("alice", connection, "RSI"))
                assert seen.get("total", seen.get("total_connections")) == 0
        # The same id is a session of her own, and what she does with it is hers.
        own = Rest(served, mallory, "tab1")
        own.subscribe(indicators=["SMA"])
        assert set(own.data()[1]["indicators"]) == {"SMA_20"}
        own.unsubscribe()
        assert set(alice.data()[1]["indicators"]) == {"RSI_14_100"}
        tab.send_json({"type": "list", "id": 1})
        assert tab.read_json("subscriptions")["streams"] == []


@pytest.mark.parametrize("token", [None, "x.y.z", "none", "expired", "other secret"])
def test_without_a_good_token_nothing_is_told(served, alice, token):
    alice.subscribe()
    presented = {"none": signed(claims_of("alice"), SECRET, algorithm="none"),
                 "expired": signed(claims_of("alice", lives_s=-3600), SECRET),
                 "other secret": signed(claims_of("alice"), SECRET[::-1])}.get(token, token)
    rest = Rest(served, presented, "tab1")
    for status, problem in (rest.data(), rest.subscribe(), rest.unsubscribe()):
        assert (status, problem["code"]) == (401, "unauthorized")
    assert alice.data()[0] == 200


def test_a_session_that_nobody_uses_ends_and_one_that_is_used_lives(start_subd):
    daemon = start_subd(config='[rest]\nttl = "2s"\n[engine]\ngrace = "0s"\n')
    used, idle = (Rest(daemon, daemon.token("alice"), one) for one in ("used", "idle"))
    used.subscribe(indicators=["RSI"])
    idle.subscribe(indicators=["SMA"])
    assert {one["indicator"] for one in daemon.topics()} == {"RSI_14_100", "SMA_20"}

    def idle_is_gone():
        assert used.data()[0] == 200
        return [one["id"] for one in daemon.sessions()] == ["rest_alice_used"]

    wait_until(idle_is_gone, "the idle session to end")
    assert idle.data() == (404, NO_SUBSCRIPTION)
    wait_until(lambda: {one["indicator"] for one in daemon.topics()} == {"RSI_14_100"}, "its computation to end")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_sessions_and_their_computations_outlive_a_restart(tmp_path, end):
    config = write_secret(tmp_path)
    daemon = Daemon("--io-threads", "2", config=config, home=tmp_path)
    users = [f"user{number}" for number in range(6)]
    try:
        daemon.start()
        for user in users:
            rest = Rest(daemon, token_of(user), "tab")
            assert rest.subscribe("TCS", "1min", ["RSI", "PSAR"])[0] == 200
            assert rest.subscribe("NIFTY50", "5min")[0] == 200
        gone = Rest(daemon, token_of("gone"), "tab")
        gone.subscribe()
        assert gone.unsubscribe()[0] == 200
        daemon.signal(end)
        daemon.wait()
        daemon = Daemon("--io-threads", "3", config=config, home=tmp_path).start()
        assert {one["id"] for one in daemon.sessions()} == {f"rest_{user}_tab" for user in users}
        wait_until(lambda: {(one["indicator"], one["subscribers"]) for one in daemon.topics()} ==
                   {("RSI_14_100", 6), ("PSAR_0.02_0.2", 6)}, "the computations to run again")
        for user in users:
            rest = Rest(daemon, token_of(user), "tab")
            status, data = rest.data("TCS", "1min")
            assert status == 200 and data["indicators"]["RSI_14_100"] is not None
            assert rest.data("NIFTY50", "5min")[1]["indicators"] == {}
            assert Rest(daemon, token_of(user), "tab2").data("TCS", "1min") == (404, NO_SUBSCRIPTION)
        assert Rest(daemon, token_of("gone"), "tab").data() == (404, NO_SUBSCRIPTION)
        daemon.stop()
    finally:
        daemon.discard()


def test_a_session_whose_time_ran_out_meanwhile_does_not_come_back(tmp_path):
    config = write_secret(tmp_path) + '[rest]\nttl = "1s"\n'
    daemon = Daemon(config=config, home=tmp_path)
    try:
        daemon.start()
        assert Rest(daemon, token_of("alice"), "tab").subscribe()[0] == 200
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        ended = time.monotonic()
        wait_until(lambda: time.monotonic() - ended > 1.2, "the time to live to be over")
        daemon = Daemon(config=config, home=tmp_path).start()
        assert not daemon.sessions()
        assert Rest(daemon, token_of("alice"), "tab").data() == (404, NO_SUBSCRIPTION)
        daemon.stop()
    finally:
        daemon.discard()


def test_without_a_store_sessions_work_all_the_same(start_subd):
    daemon = start_subd(config="[store]\nenabled = false\n")
    rest = Rest(daemon, daemon.token("alice"), "tab")
    assert rest.subscribe()[0] == 200
    assert rest.data()[0] == 200


def test_the_cookie_may_have_another_name(start_subd):
    daemon = start_subd(config='[rest]\ncookie = "sid"\n')
    assert Rest(daemon, daemon.token("alice"), None, "sid=x").subscribe()[1]["session_id"] == "rest_alice_x"
    assert Rest(daemon, daemon.token("alice"), None, "subd_session=x").subscribe()[0] == 400


def test_an_independent_client_reads_it_too(served, alice, curl):
    alice.subscribe("TCS", "1s", ["RSI"])
    ran = subprocess.run([curl, "-q", "-sS", "--noproxy", "*", "--max-time", "60", "-H", "X-Session-ID: tab1",
                          "-H", f"Authorization: {alice.headers['Authorization']}",
                          f"{served.http_url}/indicators/data/TCS?timeframe=1s"],
                         capture_output=True, check=True, env=environment(served.home))
    assert json.loads(ran.stdout)["symbol"] == "TCS"


def test_random_paths_and_headers_are_answered_and_break_nothing(served, alice):
    alice.subscribe(indicators=["RSI"])
    rng = random.Random(20251121)
    alphabet = [bytes([one]) for one in range(1, 256) if one not in (10, 13)] + [b"%00", b"%FF", b"..", b"//", b"?", b"#"]
    for _ in range(400):
        path = b"/indicators/data/" + b"".join(rng.choices(alphabet, k=rng.randrange(30)))
        header = b"".join(rng.choices(alphabet, k=rng.randrange(30)))
        with RawSocket(served, upgrade=False) as client:
            client.send(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nX-Session-ID: " + header +
                        b"\r\nAuthorization: " + alice.headers["Authorization"].encode() + b"\r\nConnection: close\r\n\r\n")
            status, _, body = client.read_response()
            assert status in (400, 404, 422), (path, header)
            assert json.loads(body)["status"] == status
    assert alice.data()[0] == 200
