"""One user's token against everything that another user has, at every HTTP path of the document and every WebSocket."""

import asyncio
import itertools
import json

import pytest
import websockets

import api_document
from daemon import PATIENCE_S, Daemon, wait_until
from raw_socket import RawSocket
from signals import http, new_key, send, signal
from tokens import claims_of, signed

SECRET = "a secret of the tests that is long enough"
DOCUMENT = api_document.load("openapi")
SESSION = "alices-rest-session"
BODIES = {
    "/indicators/subscribe": {"symbol": "TCS", "timeframe": "1s", "indicators": ["RSI"]},
    "/indicators/unsubscribe": {},
    "/api/auth/token": {},
    "/api/v1/external-signals/sync/signal": {"id": "sig_mallory", "symbol": "TCS", "side": "BUY"},
    "/ingest/ticks": {"symbol": "TCS", "last_price": 1},
}


def token_of(user, **claims):
    return signed(claims_of(user, **claims), SECRET)


class Alice:
    """A tab, a REST session, a connection of ticks, an API key and a premium signal, each with a mark of its own."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.token = token_of("alice", sid="alices-tab", tier="INSTITUTIONAL")
        self.key = new_key(daemon, "alice", "client")
        self.key_id = next(one["id"] for one in json.loads(daemon.subctl("apikey", "ls", "--json").stdout)["keys"]
                           if one["user"] == "alice")
        self.tab = RawSocket(daemon, token=self.token)
        self.connection = self.tab.read_json("connected")["ws_conn_id"]
        self.tab.send_json({"type": "subscribe", "symbol": "TCS", "timeframe": "1s", "indicators": ["ZSCORE_37"]})
        self.tab.read_json("subscribed")
        assert self.rest("subscribe", {"symbol": "INFY", "timeframe": "1s", "indicators": ["CHOP_17"]})[0] == 200
        publisher = new_key(daemon, "oracle", "signals")
        assert send(daemon, publisher, signal("premium", True, payload={"stop": "alices-stop"}))[0] == 200
        # What nobody but her may read, and nobody can guess.
        self.marks = {"ZSCORE_37", "CHOP_17", "alices-stop", self.connection, self.key, self.key_id, "alices-tab"}

    def rest(self, verb, body):
        return http(self.daemon, f"/indicators/{verb}", f"Authorization: Bearer {self.token}", f"X-Session-ID: {SESSION}",
                    body=json.dumps(body))

    def is_as_before(self):
        self.tab.send_json({"type": "list", "id": 1})
        assert [one["indicators"] for one in self.tab.read_json("subscriptions")["streams"]] == [["ZSCORE_37_1"]]
        status, _, text = http(self.daemon, "/indicators/data/INFY?timeframe=1s", f"Authorization: Bearer {self.token}",
                               f"X-Session-ID: {SESSION}")
        return status == 200 and set(json.loads(text)["indicators"]) == {"CHOP_17_1_100"}


@pytest.fixture(scope="module")
def alice(tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    daemon = Daemon("--feed", "sim:rate=4", "--io-threads", "2", config=f'[auth]\nsecret_file = "{secret}"\n')
    try:
        daemon.start()
        yield Alice(daemon)
        daemon.stop()
    finally:
        daemon.discard()


def names_of(alice):
    """What mallory may have learned of alice: names, ids, no secrets."""
    return ["alice", SESSION, f"rest_alice_{SESSION}", alice.connection, "alices-tab", alice.key_id]


def places(name):
    """Wherever a careless server might look for whose data is asked for."""
    yield f"?user={name}&user_id={name}&session={name}&session_id={name}&ws_conn_id={name}&id={name}", (), {}
    yield "", (f"X-Session-ID: {name}",), {}
    yield "", (f"X-User-ID: {name}", f"X-Forwarded-User: {name}", f"X-Remote-User: {name}"), {}
    yield "", (f"Cookie: subd_session={name}; session={name}; user={name}",), {}
    yield "", (), {"user": name, "user_id": name, "session": name, "session_id": name, "ws_conn_id": name}


def operations():
    for path, item in DOCUMENT["paths"].items():
        for method in ("get", "post"):
            if method in item:
                yield method.upper(), path


@pytest.mark.parametrize("method, path", list(operations()))
def test_nothing_of_anothers_is_seen_or_changed_over_http(alice, method, path):
    mallory = [f"Authorization: Bearer {token_of('mallory', tier='STARTER')}",
               f"X-API-Key: {new_key(alice.daemon, 'mallory', 'client')}"]
    target = path.replace("{symbol}", "INFY") + ("?timeframe=1s" if "{symbol}" in path else "")
    for name, credential in itertools.product(names_of(alice), mallory):
        for query, headers, fields in places(name):
            asked = target + (query.replace("?", "&") if "?" in target else query)
            body = json.dumps({**BODIES[path], **fields}) if method == "POST" else None
            status, _, answer = http(alice.daemon, asked, credential, *headers, body=body, method=method)
            said = asked + body if body else asked
            said += " ".join(headers)
            seen = [mark for mark in alice.marks if mark in answer and mark not in said]
            # What the daemon serves to anybody has names of topics, and of no users: it is for the loopback alone.
            if path in ("/metrics", "/indicators/catalog", "/openapi.json", "/asyncapi.json"):
                seen = [mark for mark in seen if not mark.startswith(("ZSCORE", "CHOP"))]
            assert not seen, f"{method} {asked} {headers} {body}: {status} {answer[:2000]}"
    assert alice.is_as_before()


@pytest.mark.parametrize("path", ["/ws/indicators", "/ws/ticks", "/ws/signals"])
def test_nothing_of_anothers_is_seen_or_changed_over_a_websocket(alice, path):
    async def attempt(query, headers, fields, claim=""):
        url = f"ws://{alice.daemon.address}{path}{query}"
        heard = []
        async with websockets.connect(url, extra_headers=headers, compression=None) as socket:
            for kind in ("list", "unsubscribe", "heartbeat"):
                await socket.send(json.dumps({"type": kind, "id": kind, **fields}))
            while '"id":"heartbeat"' not in (text := await asyncio.wait_for(socket.recv(), PATIENCE_S)):
                heard.append(text)
        said = url + str(headers) + json.dumps(fields) + claim
        seen = [mark for mark in alice.marks if any(mark in text for text in heard) and mark not in said]
        assert not seen, (url, headers, fields, heard)

    async def attempts():
        bearer = {"Authorization": f"Bearer {token_of('mallory', tier='STARTER')}"}
        for name in names_of(alice):
            for query, headers, fields in places(name):
                await attempt(query, {**bearer, **dict(one.split(": ", 1) for one in headers)}, fields)
            # The claims are what her token says; the rest of a session is not hers with them.
            claimed = {"Authorization": f"Bearer {token_of('mallory', sid=name, tier='STARTER')}"}
            await attempt("", claimed, {}, claim=name)

    asyncio.run(attempts())
    assert alice.is_as_before()


def test_a_key_is_exchanged_for_a_token_of_its_own_user_whatever_is_asked(alice):
    key = new_key(alice.daemon, "mallory", "client")
    for name in names_of(alice):
        body = json.dumps({"user": name, "sub": name, "email": name, "role": "admin", "tier": "INSTITUTIONAL"})
        status, _, text = http(alice.daemon, "/api/auth/token", f"X-API-Key: {key}", body=body)
        if status != 200:
            continue
        answer = json.loads(text)
        assert (answer["user_id"], answer["tier"], answer["role"]) == ("mallory", "STARTER", None)


def test_anothers_key_opens_nothing_by_its_id(alice):
    for presented in (alice.key_id, "subd_" + alice.key_id, alice.key[:-1], alice.key[:9] + "x" * (len(alice.key) - 9)):
        assert http(alice.daemon, "/ws/connections", f"X-API-Key: {presented}")[0] == 401
    assert http(alice.daemon, "/ws/connections", f"X-API-Key: {alice.key}")[0] == 200
    wait_until(alice.is_as_before, "alice's streams")
