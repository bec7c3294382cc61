"""Key sets: an issuer's keys from a file or a URL, changed while subd runs."""

import json

import pytest

from daemon import Daemon, run, wait_until
from issuer import Key, KeyServer, key_set
from signals import http

CONFIG = """
[auth]
algorithms = ["RS256", "ES256"]
jwks = "{place}"
jwks_refresh = "{refresh}"
[log]
level = "debug"
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {kid: Key(folder, kid, algorithm)
            for kid, algorithm in (("rsa-1", "RS256"), ("rsa-2", "RS256"), ("ec-1", "ES256"))}


@pytest.fixture
def issuer(keys):
    server = KeyServer(key_set(keys["rsa-1"], keys["ec-1"]))
    yield server
    server.stop()


@pytest.fixture
def start(tmp_path):
    daemons = []

    def started(place, refresh="1h", home=None):
        daemon = Daemon(config=CONFIG.format(place=place, refresh=refresh), home=home)
        daemons.append(daemon)
        daemon.start()
        return daemon

    yield started
    for daemon in daemons:
        daemon.stop()
        daemon.discard()


def status(daemon, token):
    return http(daemon, "/indicators/catalog", f"Authorization: Bearer {token}")[0]


def accepted(daemon, token):
    return status(daemon, token) == 200


def metric(daemon, name):
    text = http(daemon, "/metrics")[2]
    return next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name + " "))


def verdict(daemon, token):
    return json.loads(daemon.subctl("token", "verify", token, "--json").stdout)


def test_tokens_of_every_key_of_the_url_open(start, issuer, keys):
    daemon = start(issuer.url)
    for kid in ("rsa-1", "ec-1"):
        wait_until(lambda kid=kid: accepted(daemon, keys[kid].token("alice")), f"the key {kid}")
    assert status(daemon, keys["rsa-2"].token("alice")) == 401
    assert verdict(daemon, keys["rsa-2"].token("alice"))["code"] == "unknown_key"
    assert verdict(daemon, keys["ec-1"].token("alice"))["valid"]
    assert metric(daemon, "subd_jwks_keys") == 2
    assert metric(daemon, 'subd_jwks_reads_total{result="ok"}') >= 1


def test_a_changed_set_is_in_force_with_the_next_reading(start, issuer, keys):
    daemon = start(issuer.url, refresh="1s")
    wait_until(lambda: accepted(daemon, keys["rsa-1"].token("alice")), "the first key")
    issuer.content = key_set(keys["ec-1"])
    wait_until(lambda: status(daemon, keys["rsa-1"].token("alice")) == 401, "the end of the withdrawn key")
    assert accepted(daemon, keys["ec-1"].token("alice"))


def test_a_token_with_a_new_key_has_the_set_read_before_its_time(start, issuer, keys):
    daemon = start(issuer.url, refresh="1h")
    wait_until(lambda: accepted(daemon, keys["rsa-1"].token("alice")), "the first key")
    issuer.content = key_set(keys["rsa-1"], keys["rsa-2"])
    wait_until(lambda: accepted(daemon, keys["rsa-2"].token("alice")), "the new key")
    assert accepted(daemon, keys["rsa-1"].token("alice"))


def test_tokens_with_invented_keys_do_not_make_subd_a_hammer(start, issuer, keys):
    daemon = start(issuer.url, refresh="1h")
    wait_until(lambda: accepted(daemon, keys["rsa-1"].token("alice")), "the first key")
    before = issuer.asked
    token = keys["rsa-2"].token("mallory")
    for _ in range(200):
        assert status(daemon, token) == 401
    assert issuer.asked <= before + 3, "one reading in five seconds is the most that they bring about"


@pytest.mark.parametrize("fault", ["status", "text", "empty"])
def test_an_issuer_that_fails_leaves_the_keys_as_they_are(start, issuer, keys, fault):
    daemon = start(issuer.url, refresh="1s")
    wait_until(lambda: accepted(daemon, keys["rsa-1"].token("alice")), "the first key")
    if fault == "status":
        issuer.status = 503
    else:
        issuer.content = "<html>down</html>" if fault == "text" else '{"keys":[]}'
    failures = 'subd_jwks_reads_total{result="failed"}'
    wait_until(lambda: metric(daemon, failures) >= 2, "two failed readings")
    assert accepted(daemon, keys["rsa-1"].token("alice"))
    assert daemon.log().count("the key set cannot be read") == 1, "a failure that goes on is told once"
    issuer.status, issuer.content = 200, key_set(keys["rsa-2"])
    wait_until(lambda: accepted(daemon, keys["rsa-2"].token("alice")), "the keys once it is back")


def test_a_start_without_the_issuer_uses_the_kept_set(issuer, keys):
    daemon = Daemon(config=CONFIG.format(place=issuer.url, refresh="1h"))
    try:
        daemon.start()
        wait_until(lambda: accepted(daemon, keys["rsa-1"].token("alice")), "the first key")
        daemon.stop()
        issuer.status = 500
        daemon.start()
        assert accepted(daemon, keys["rsa-1"].token("alice"))
        assert status(daemon, keys["rsa-2"].token("alice")) == 401
        daemon.stop()
    finally:
        daemon.discard()


def test_a_start_before_the_issuer_refuses_until_it_is_there(start, issuer, keys):
    issuer.status = 500
    daemon = start(issuer.url)
    assert status(daemon, keys["rsa-1"].token("alice")) == 401
    assert verdict(daemon, keys["rsa-1"].token("alice"))["explanation"] == 'no RS256 key here has the id (kid) "rsa-1"'
    issuer.status = 200
    wait_until(lambda: accepted(daemon, keys["rsa-1"].token("alice")), "the keys")


def test_a_file_is_read_again_too(start, keys, tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(key_set(keys["rsa-1"]))
    daemon = start(file, refresh="1s")
    assert accepted(daemon, keys["rsa-1"].token("alice"))
    file.write_text(key_set(keys["ec-1"]))
    wait_until(lambda: accepted(daemon, keys["ec-1"].token("alice")), "the new key")
    assert status(daemon, keys["rsa-1"].token("alice")) == 401


@pytest.mark.parametrize("content, why", [("{}", "is not a key set"), ("[1", "is not a JSON object"), (None, "cannot be read")])
def test_a_file_that_is_no_key_set_is_refused_at_the_start(tmp_path, content, why):
    file = tmp_path / "keys.json"
    if content is not None:
        file.write_text(content)
    config = tmp_path / "subd.toml"
    config.write_text(CONFIG.format(place=file, refresh="1h"))
    done = run("subd", "--config", config, "--listen", "127.0.0.1:0", "--state-dir", tmp_path / "state",
               "--control", tmp_path / "c.sock", home=tmp_path)
    assert done.returncode == 78, done.stderr
    assert "auth.jwks" in done.stderr and str(file) in done.stderr and why in done.stderr
