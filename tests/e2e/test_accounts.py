"""Tokens for API keys, and how tokens and keys are taken back."""

import asyncio
import base64
import json
import time

import pytest

import tokens
from daemon import Daemon
from signals import SignalTab, http, new_key

SECRET = "a secret of the tests that is long enough"
CONFIG = """
[auth]
secret_file = "{secret_file}"
token_ttl = "30min"
"""


@pytest.fixture
def subd():
    daemon = Daemon()
    try:
        secret_file = daemon.home / "secret"
        secret_file.write_text(SECRET + "\n")
        secret_file.chmod(0o600)
        (daemon.home / "subd.toml").write_text(CONFIG.format(secret_file=secret_file))
        daemon.arguments += ["--config", daemon.home / "subd.toml"]
        daemon.start()
        yield daemon
        daemon.stop()
    finally:
        daemon.discard()


def exchange(daemon, key, body=""):
    status, _, content = http(daemon, "/api/auth/token", f"X-API-Key: {key}", body=body)
    return status, json.loads(content)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def accepted(daemon, token):
    return http(daemon, "/indicators/catalog", f"Authorization: Bearer {token}")[0] == 200


def test_a_key_is_exchanged_for_a_token_with_the_tier_of_its_user(subd):
    key = new_key(subd, "app@example.com", "client")
    assert subd.subctl("users", "set-tier", "app@example.com", "pro").returncode == 0
    status, answer = exchange(subd, key, '{"session":"tab7","ttl_s":60}')
    assert status == 200
    assert answer["token_type"] == "Bearer" and answer["expires_in"] == 60 and answer["tier"] == "PROFESSIONAL"
    said = claims(answer["access_token"])
    assert (said["sub"], said["session_id"], said["tier"]) == ("app@example.com", "tab7", "PROFESSIONAL")
    assert said["exp"] - said["iat"] == 60 and said["jti"] and "role" not in said
    assert accepted(subd, answer["access_token"])
    assert claims(exchange(subd, key)[1]["access_token"])["exp"] - time.time() > 1700
    admin = exchange(subd, new_key(subd, "root", "admin"))[1]
    assert admin["role"] == claims(admin["access_token"])["role"] == "admin" and admin["tier"] == "STARTER"
    assert answer["access_token"] not in subd.log() and key not in subd.log()


def test_no_token_without_a_key_of_a_client(subd):
    assert http(subd, "/api/auth/token", body="{}")[0] == 401
    assert exchange(subd, "subd_wrong")[0] == 401
    for role in ("publisher", "signals"):
        assert exchange(subd, new_key(subd, role, role))[0] == 403
    key = new_key(subd, "app", "client")
    for body, status, detail in (("{", 400, "not JSON"), ('{"ttl_s":1801}', 422, "1 to 1800"), ('{"session":7}', 422, "session"),
                                 ('{"session":"a\\u0007b"}', 422, "control character")):
        answered, problem = exchange(subd, key, body)
        assert answered == status and detail in problem["detail"], problem


def test_a_subd_that_only_checks_tokens_issues_none():
    daemon = Daemon()
    try:
        secret_file = daemon.home / "secret"
        secret_file.write_text("x" * 64 + "\n")
        secret_file.chmod(0o600)
        (daemon.home / "subd.toml").write_text(
            f'[auth]\nalgorithms = ["HS512"]\nsecret_file = "{secret_file}"\n')
        daemon.arguments += ["--config", daemon.home / "subd.toml"]
        daemon.start()
        assert exchange(daemon, new_key(daemon, "app", "client"))[0] == 501
        daemon.stop()
    finally:
        daemon.discard()


@pytest.mark.parametrize("by", ["user", "session", "jti"])
def test_a_revoked_token_ends_its_connections_and_opens_nothing_more(subd, by):
    mine = {"session_id": "tab1", "jti": "token-1"}
    token = tokens.signed(tokens.claims_of("alice", **mine), SECRET)
    other = tokens.signed(tokens.claims_of("bob", session_id="tab2", jti="token-2"), SECRET)
    value = {"user": "alice", "session": "tab1", "jti": "token-1"}[by]

    async def scenario():
        async with SignalTab(subd, token) as cut, SignalTab(subd, other) as stays:
            assert accepted(subd, token)
            begun = time.monotonic()
            done = await asyncio.to_thread(subd.subctl, "token", "revoke", f"--{by}", value)
            assert done.returncode == 0 and value in done.stdout, done.stderr
            assert await cut.close_code() == 4001
            assert time.monotonic() - begun < 5
            assert not accepted(subd, token)
            # In band it is refused as well.
            await stays.socket.send(json.dumps({"type": "auth", "token": token}))
            assert (await stays.until(lambda message: message["type"] == "error"))["code"] == "unauthorized"
            await stays.socket.send(json.dumps({"type": "auth", "token": other}))
            await stays.until(lambda message: message["type"] == "authenticated")
    asyncio.run(scenario())
    verdict = json.loads(subd.subctl("--json", "token", "verify", token).stdout)
    assert not verdict["valid"] and verdict["code"] == "revoked"
    if by != "jti":
        later = tokens.signed({**tokens.claims_of("alice", **mine), "iat": int(time.time()) + 2}, SECRET)
        assert accepted(subd, later), "what is issued later holds"
    subd.stop()
    subd.start()
    assert not accepted(subd, token), "a restart forgets nothing"
    assert accepted(subd, other)
    assert [one["value"] for one in json.loads(subd.subctl("--json", "token", "revoked").stdout)["revoked"]] == [value]


def test_revoking_needs_exactly_one_name(subd):
    assert subd.subctl("token", "revoke").returncode == 64
    assert subd.subctl("token", "revoke", "--user", "a", "--jti", "b").returncode == 64


def test_keys_and_tokens_have_two_names(subd):
    made = subd.subctl("apikeys", "create", "--user", "app@example.com", "--role", "client")
    assert made.returncode == 0 and made.stdout.startswith("subd_"), made.stderr
    listed = json.loads(subd.subctl("apikeys", "ls", "--json").stdout)["keys"]
    assert listed == json.loads(subd.subctl("apikey", "ls", "--json").stdout)["keys"] and len(listed) == 1
    assert subd.subctl("apikeys", "revoke", listed[0]["id"]).returncode == 0
    assert exchange(subd, made.stdout.strip())[0] == 401
    assert subd.subctl("tokens", "revoke", "--user", "app@example.com").returncode == 0


def test_a_removed_key_ends_the_connections_that_it_opened(subd):
    keys = {name: new_key(subd, "app", "client") for name in ("gone", "kept")}
    ids = [one["id"] for one in json.loads(subd.subctl("--json", "apikey", "ls").stdout)["keys"]]

    async def scenario():
        async with SignalTab(subd, keys["gone"]) as gone, SignalTab(subd, keys["kept"]) as kept:
            done = await asyncio.to_thread(subd.subctl, "apikey", "rm", ids[0])
            assert done.returncode == 0 and "are closed" in done.stdout, done.stderr
            assert await gone.close_code() == 4001
            await kept.socket.send('{"type":"heartbeat"}')
            await kept.until(lambda message: message["type"] == "heartbeat_ack")
    asyncio.run(scenario())
    assert not accepted(subd, keys["gone"])
    assert accepted(subd, keys["kept"])
