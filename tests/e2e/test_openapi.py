"""docs/openapi.json against live daemons, asked by curl: every status of every path that is described is provoked, and the
answer is as described."""

import contextlib
import json
import signal
import sqlite3
import subprocess

import pytest

import api_document
from daemon import Daemon, environment, wait_until
from raw_socket import RawSocket

DOCUMENT = api_document.load("openapi")
OPERATIONS = {(method, path): operation for path, item in DOCUMENT["paths"].items()
              for method, operation in item.items()}
DESCRIBED = sorted((path, method, int(status)) for (method, path), operation in OPERATIONS.items()
                   for status in operation["responses"])
UPGRADE = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H",
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
CHANNELS = ("/ws/market", "/ws/foreign", "/ws/index")
CHANNEL_TOKEN = "the-token-of-the-channels"
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
"""
SIGNAL = {"id": "sig_1", "symbol": "TCS", "side": "BUY", "strength": 0.5, "premium": False, "payload": {}}
STREAM = {"symbol": "TCS", "timeframe": "1s", "indicators": ["RSI"]}


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        self.status = int(first.split(" ")[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


class World:
    """The daemons that the answers come from, each started when it is first asked."""

    def __init__(self, curl):
        self.curl, self.daemons, self.keys, self.held = curl, {}, {}, None

    def daemon(self, name):
        if name not in self.daemons:
            config = f'[channels]\ntoken = "{CHANNEL_TOKEN}"\nconnections_per_address = 0\n'
            feeds = ["--feed", "sim", "--feed", "push"]
            if name == "without publishers":
                feeds = ["--feed", "sim"]
            if name == "full":
                config += "[server]\nmax_connections = 1\n"
            # One thread: what it does for one connection says how far it is with all.
            daemon = self.daemons[name] = Daemon(*feeds, "--io-threads", "1", config=config)
            if name == "only checks tokens":
                key = daemon.home / "key.pem"
                key.write_text(PUBLIC_KEY)
                (daemon.home / "subd.toml").write_text(
                    f'{config}[auth]\nalgorithms = ["ES256"]\npublic_key_file = "{key}"\n')
            daemon.start()
            if name == "full":
                self.held = RawSocket(daemon, token=daemon.token("alice@example.com"))
            if name == "cannot store":
                self.damage(daemon)
        return self.daemons[name]

    @staticmethod
    def damage(daemon):
        daemon.stop()
        (daemon.state_dir / "subd.db").write_bytes(b"this is no database " * 500)
        for leftover in ("subd.db-wal", "subd.db-shm"):
            (daemon.state_dir / leftover).unlink(missing_ok=True)
        daemon.start()

    def key(self, daemon, role):
        """An API key of that role, as arguments for curl."""
        if (daemon, role) not in self.keys:
            added = daemon.subctl("apikey", "add", "--user", f"{role}@example.com", "--role", role)
            assert added.returncode == 0, added.stderr
            self.keys[daemon, role] = added.stdout.strip()
        return ["-H", f"X-API-Key: {self.keys[daemon, role]}"]

    def ask(self, daemon, method, path, *arguments):
        # A WebSocket that was let in says nothing more: its head is all that is waited for.
        patience = "2" if UPGRADE[1] in arguments else "60"
        ran = subprocess.run([self.curl, "-q", "-sS", "-i", "--noproxy", "*", "--max-time", patience, "-X",
                              method.upper(), *arguments, daemon.http_url + path], capture_output=True,
                             env=environment(daemon.home), check=False)
        assert ran.stdout, ran.stderr
        return Answer(ran.stdout)

    def stop(self):
        if self.held:
            self.held.socket.close()
        for daemon in self.daemons.values():
            try:
                daemon.stop()
            finally:
                daemon.discard()


@pytest.fixture(scope="module")
def world(curl):
    world = World(curl)
    yield world
    world.stop()


def check(method, path, answer):
    """The answer is one that the document has for this operation."""
    described = OPERATIONS[method, path]["responses"][str(answer.status)]
    while "$ref" in described:
        described = api_document.resolve(DOCUMENT, described["$ref"])
    for name, header in described.get("headers", {}).items():
        assert name.lower() in answer.headers, f"{method} {path} {answer.status}: no {name}"
        value = answer.headers[name.lower()]
        typed = int(value) if header["schema"].get("type") == "integer" else value
        assert not api_document.complaints(api_document.validator(DOCUMENT, header["schema"]), typed)
    if "content" not in described:
        return
    (content_type, content), = described["content"].items()
    assert answer.headers["content-type"] == content_type
    value = json.loads(answer.body) if "json" in content_type else answer.body.decode()
    assert not (wrong := api_document.complaints(api_document.validator(DOCUMENT, content["schema"]), value)), wrong
    if content_type == "application/problem+json":
        assert value["status"] == answer.status


def body(content):
    return ["-H", "Content-Type: application/json", "--data-binary", json.dumps(content)]


def good(world, daemon, method, path):
    """Path and arguments of a request that is answered well."""
    key = lambda role: world.key(daemon, role)
    if path in CHANNELS:
        return path, [*UPGRADE, "-H", f"Authorization: Bearer {CHANNEL_TOKEN}"]
    if path == "/kite/":
        return f"/kite/?api_key=any&access_token={daemon.token('alice@example.com')}", UPGRADE
    if path == "/ws/ingest":
        return path, [*UPGRADE, *key("publisher")]
    if path.startswith("/ws/") and 101 in statuses(method, path):
        return path, [*UPGRADE, *key("client")]
    return {
        "/ingest/ticks": (path, [*key("publisher"), "--data-binary", '{"symbol":"TCS","price":1}']),
        "/indicators/subscribe": (path, [*key("client"), "-H", "X-Session-ID: one", *body(STREAM)]),
        "/indicators/unsubscribe": (path, [*key("client"), "-H", "X-Session-ID: two", *body({})]),
        "/indicators/data/{symbol}": ("/indicators/data/TCS?timeframe=1s", [*key("client"), "-H", "X-Session-ID: one"]),
        "/api/v1/external-signals/sync/signal": (path, [*key("signals"), *body(SIGNAL)]),
        "/api/auth/token": (path, [*key("client"), *body({})]),
    }.get(path, (path, key("client") if OPERATIONS[method, path]["security"] else []))


def statuses(method, path):
    return {int(status) for status in OPERATIONS[method, path]["responses"]}


def prepared(world, daemon, method, path):
    """The good request, when what it needs is there."""
    if path in ("/indicators/data/{symbol}", "/indicators/unsubscribe"):
        session = "one" if "data" in path else "two"
        answer = world.ask(daemon, "post", "/indicators/subscribe", *world.key(daemon, "client"), "-H",
                           f"X-Session-ID: {session}", *body(STREAM))
        assert answer.status == 200, answer.body
    return good(world, daemon, method, path)


def replaced(arguments, start, new):
    """The arguments with the one that begins so replaced, or with `new` added."""
    at = next((i for i, one in enumerate(arguments) if one.startswith(start)), None)
    if at is None:
        return [*arguments, *new]
    return [*arguments[:at - 1], *new, *arguments[at + 1:]]


WRONG_FIELD = {
    "/indicators/subscribe": {**STREAM, "indicators": ["RSII"]},
    "/indicators/unsubscribe": {**STREAM, "indicators": ["RSII"]},
    "/api/v1/external-signals/sync/signal": {**SIGNAL, "side": 7},
    "/api/auth/token": {"ttl_s": -1},
}
WRONG_QUERY = {
    "/indicators/data/{symbol}": "/indicators/data/TCS?timeframe=1s&history=many",
    "/api/v1/signals": "/api/v1/signals?limit=0",
    "/ws/connections": "/ws/connections?limit=0",
}
NOT_FOUND = {
    "/indicators/data/{symbol}": "/indicators/data/INFY?timeframe=1s",
    "/api/v1/signals": "/api/v1/signals?since=sig_nobody_sent",
}


def provoke(world, method, path, status):
    """The answer that the document says can come; fails where nobody knows how to get it."""
    daemon = world.daemon("usual")
    if status in (101, 200):
        target, arguments = prepared(world, daemon, method, path)
        return world.ask(daemon, method, target, *arguments)
    if status == 304:
        target, arguments = good(world, daemon, method, path)
        tag = world.ask(daemon, method, target, *arguments).headers["etag"]
        return world.ask(daemon, method, target, *arguments, "-H", f"If-None-Match: {tag}")
    if status == 401:
        target, arguments = good(world, daemon, method, path)
        return world.ask(daemon, method, target,
                         *replaced(arguments, "X-API-Key", ["-H", "Authorization: Bearer not.a.token"]))
    if status == 403:
        return forbidden(world, daemon, method, path)
    if status == 404 and path.endswith(("ingest", "ticks")):
        daemon = world.daemon("without publishers")
        target, arguments = good(world, daemon, method, path)
        return world.ask(daemon, method, target, *arguments)
    if status == 404 and path in NOT_FOUND:
        return world.ask(daemon, method, NOT_FOUND[path], *good(world, daemon, method, path)[1])
    if status == 404:
        content = {**STREAM, "symbol": "NOTHING"} if path.endswith("/subscribe") else {}
        _, arguments = good(world, daemon, method, path)
        arguments = replaced(arguments[:-4], "X-Session-ID", ["-H", "X-Session-ID: empty"])
        return world.ask(daemon, method, path, *arguments, *body(content))
    if status == 409:
        target, arguments = good(world, daemon, method, path)
        world.ask(daemon, method, target, *arguments)
        return world.ask(daemon, method, target, *arguments[:-4], *body({**SIGNAL, "symbol": "INFY"}))
    if status == 413:
        target, arguments = good(world, daemon, method, path)
        arguments = arguments[:arguments.index("--data-binary")]
        return world.ask(daemon, method, target, *arguments, "--data-binary", " " * 70_000)
    if status == 422 and path in WRONG_FIELD:
        target, arguments = prepared(world, daemon, method, path)
        return world.ask(daemon, method, target, *arguments[:-4], *body(WRONG_FIELD[path]))
    if status == 422:
        _, arguments = prepared(world, daemon, method, path)
        return world.ask(daemon, method, "/indicators/data/TCS?timeframe=7min", *arguments)
    if status == 426:
        return world.ask(daemon, method, *[good(world, daemon, method, path)[0]],
                         *good(world, daemon, method, path)[1][len(UPGRADE):])
    if status == 400:
        return malformed(world, daemon, method, path)
    if status == 429:
        daemon = world.daemon("full")
        target, arguments = good(world, daemon, method, path)
        return world.ask(daemon, method, target, *arguments)
    if status == 501:
        daemon = world.daemon("only checks tokens")
        target, arguments = good(world, daemon, method, path)
        return world.ask(daemon, method, target, *arguments)
    if status == 503:
        return unavailable(world, method, path)
    raise AssertionError(f"nobody knows how to provoke {method} {path} {status}")


def forbidden(world, daemon, method, path):
    target, arguments = good(world, daemon, method, path)
    if path == "/metrics":
        return world.ask(daemon, method, target, "-H", "X-Forwarded-For: 203.0.113.7")
    if path == "/kite/":
        return world.ask(daemon, method, "/kite/?api_key=any&access_token=not.a.token", *arguments)
    if path in CHANNELS:
        return world.ask(daemon, method, f"{path}?token=another", *UPGRADE)
    other = "publisher" if world.key(daemon, "client")[1] in arguments else "client"
    return world.ask(daemon, method, target, *replaced(arguments, "X-API-Key", world.key(daemon, other)))


def malformed(world, daemon, method, path):
    target, arguments = prepared(world, daemon, method, path)
    if path in WRONG_QUERY:
        return world.ask(daemon, method, WRONG_QUERY[path], *arguments)
    if path == "/ingest/ticks":
        return world.ask(daemon, method, f"{path}?seq=first", *arguments)
    if UPGRADE[1] in arguments:
        return world.ask(daemon, method, target, *replaced(arguments, "Sec-WebSocket-Key", ["-H", "Sec-WebSocket-Key: abc"]))
    return world.ask(daemon, method, target, *replaced(arguments, "{", ["--data-binary", "{"]))


def unavailable(world, method, path):
    """Asked with a request that is half sent when the server is told to stop."""
    if path == "/readyz":
        return world.ask(world.daemon("cannot store"), method, path)
    if path in ("/api/auth/token", "/api/v1/signals"):
        return without_store(world, method, path)
    daemon = world.daemon(f"stops before it answers {method} {path}")
    target, arguments = prepared(world, daemon, method, path)
    fields = [value for flag, value in zip(arguments, arguments[1:]) if flag == "-H"]
    content = arguments[arguments.index("--data-binary") + 1] if "--data-binary" in arguments else ""
    head = "\r\n".join([f"{method.upper()} {target} HTTP/1.1", f"Host: {daemon.address}", *fields,
                        f"Content-Length: {len(content)}"])
    with RawSocket(daemon, token=daemon.token("alice@example.com")) as tab, \
            RawSocket(daemon, upgrade=False) as connection:
        connection.send(head.encode())
        wait_until(lambda: "subd_http_connections 1" in daemon.ask("GET", "/v1/metrics")[1], "the connection to be known")
        daemon.status()  # asked of the thread that has the half request to read
        daemon.signal(signal.SIGTERM)
        tab.read_json("goodbye")
        connection.send(b"\r\n\r\n" + content.encode())
        _, head, received = connection.read_response()
    return Answer(head.encode() + b"\r\n\r\n" + received)


def without_store(world, method, path):
    """Asked while another process keeps the database."""
    daemon = world.daemon(f"has its database taken before {path}")
    target, arguments = good(world, daemon, method, path)
    with contextlib.closing(sqlite3.connect(daemon.state_dir / "subd.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        return world.ask(daemon, method, target, *arguments)


@pytest.mark.parametrize(("path", "method", "status"), DESCRIBED)
def test_what_is_described_comes_and_is_as_described(world, path, method, status):
    answer = provoke(world, method, path, status)
    assert answer.status == status, answer.body
    check(method, path, answer)


def test_the_document_is_sound_and_is_what_the_daemon_serves(world):
    for reference in api_document.references(DOCUMENT):
        api_document.resolve(DOCUMENT, reference)
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    schemes = DOCUMENT["components"]["securitySchemes"]
    for operation in OPERATIONS.values():
        assert operation["summary"] and operation["responses"]
        assert all(name in schemes for choice in operation["security"] for name in choice)
    for schema in DOCUMENT["components"]["schemas"].values():
        api_document.validator(DOCUMENT, schema)
    assert json.loads(world.ask(world.daemon("usual"), "get", "/openapi.json").body) == DOCUMENT


def test_every_path_of_the_manual_is_described():
    manual = (api_document.DOCS.parent / "man" / "subd-protocol.7").read_text()
    section = manual[manual.index(".Sh PATHS"):]
    section = section[:section.index("\n.Sh", 1)]
    paths = {word for line in section.splitlines() if line.startswith(".It Pa ")
             for word in line[len(".It Pa "):].replace(",", " ").split()}
    assert paths - {path for path, _, _ in DESCRIBED} == set()
    assert {path for path, _, _ in DESCRIBED} - paths == set()
