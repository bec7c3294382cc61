"""Who gets in, by which of the four doors, and who does not. No token may ever be seen in the log."""

import json
import time
import urllib.parse

import pytest

import tokens
from daemon import Daemon
from raw_socket import RawSocket, Refused

SECRET = "a secret of the tests that is long enough"
ALICE = "alice@example.com"
CONFIG = """
[server]
auth_timeout = "1s"
[auth]
secret_file = "{secret_file}"
leeway = "0s"
[log]
level = "trace"
"""

used = []  # every token that was shown to subd


def used_token(token):
    used.append(token)
    return token


def good(user=ALICE, **more):
    return used_token(tokens.signed(tokens.claims_of(user, **more), SECRET))


@pytest.fixture(scope="module")
def guarded():
    daemon = Daemon()
    try:
        secret_file = daemon.home / "secret"
        secret_file.write_text(SECRET + "\n")
        secret_file.chmod(0o600)
        (daemon.home / "subd.toml").write_text(CONFIG.format(secret_file=secret_file))
        daemon.arguments += ["--config", daemon.home / "subd.toml"]
        daemon.start()
        yield daemon
        log = daemon.log()
        assert used and log
        for token in used:
            for part in (token, token.rpartition(".")[2], urllib.parse.quote(token)):
                assert len(part) < 16 or part not in log, f"{part} is in the log"
        daemon.stop()
    finally:
        daemon.discard()


DOORS = {
    "header": lambda token: {"token": token},
    "query": lambda token: {"path": "/ws/indicators?token=" + token},
    "percent-encoded query": lambda token: {"path": "/ws/indicators?x=1&token=" + token.replace(".", "%2E")},
    "subprotocol": lambda token: {"headers": [f"Sec-WebSocket-Protocol: subd.v1, bearer.{token}"]},
}


@pytest.mark.parametrize("door", DOORS)
def test_a_good_token_opens_by_every_door(guarded, door):
    with RawSocket(guarded, **DOORS[door](good(session_id="tab1"))) as tab:
        greeting = tab.read_json("connected")
        assert (greeting["user_id"], greeting["session_id"]) == (ALICE, "tab1")
        selected = [line.partition(":")[2].strip() for line in tab.response_head.split("\r\n")
                    if line.lower().startswith("sec-websocket-protocol:")]
        assert selected == (["subd.v1"] if door == "subprotocol" else [])


def test_the_first_message_is_the_fourth_door(guarded):
    with RawSocket(guarded) as tab:
        tab.send_json({"type": "list", "id": 1})
        refused = tab.read_json()
        assert (refused["type"], refused["code"], refused["id"]) == ("error", "unauthorized", 1)
        tab.send_json({"type": "auth", "id": 2, "token": good()})
        assert tab.read_json()["type"] == "connected"
        tab.send_json({"type": "list", "id": 3})
        assert tab.read_json()["type"] == "subscriptions"


def bad_tokens():
    head, _, signature = tokens.signed(tokens.claims_of(ALICE), SECRET).split(".")
    other = tokens.signed(tokens.claims_of("mallory@example.com"), SECRET).split(".")[1]
    now = int(time.time())
    return {
        "garbage": "not-a-token",
        "three dots of nothing": "..",
        "empty header value": "%00",
        "expired": tokens.signed(tokens.claims_of(ALICE, lives_s=-5), SECRET),
        "alg none": tokens.signed(tokens.claims_of(ALICE), SECRET, "none"),
        "alg None with a signature": tokens.signed(tokens.claims_of(ALICE), SECRET, "HS256", {"alg": "None"}),
        "wrong secret": tokens.signed(tokens.claims_of(ALICE), "another secret of the same sort"),
        "allowed nowhere": tokens.signed(tokens.claims_of(ALICE), SECRET, "HS512"),
        "says HS512, signed HS256": tokens.signed(tokens.claims_of(ALICE), SECRET, "HS256", {"alg": "HS512"}),
        "another user's claims": f"{head}.{other}.{signature}",
        "cut signature": tokens.signed(tokens.claims_of(ALICE), SECRET)[:-4],
        "no exp": tokens.signed({"sub": ALICE}, SECRET),
        "exp is text": tokens.signed({"sub": ALICE, "exp": str(now + 100)}, SECRET),
        "no user": tokens.signed({"exp": now + 100}, SECRET),
        "user is a number": tokens.signed({"sub": 7, "exp": now + 100}, SECRET),
        "not yet valid": tokens.signed(tokens.claims_of(ALICE, nbf=now + 500), SECRET),
        "9 KB": "x" * 9000,
    }


@pytest.mark.parametrize("kind", bad_tokens())
def test_a_bad_token_is_a_401_that_does_not_repeat_it(guarded, kind):
    token = used_token(bad_tokens()[kind])
    with pytest.raises(Refused) as refused:
        RawSocket(guarded, token=token)
    assert refused.value.status == 401
    assert "www-authenticate: bearer" in refused.value.head.lower()
    problem = refused.value.problem()
    assert (problem["status"], problem["code"]) == (401, "unauthorized")
    assert problem["detail"]
    assert len(token) < 16 or token not in refused.value.body.decode()


def test_a_bad_token_in_the_query_is_refused_too(guarded):
    with pytest.raises(Refused) as refused:
        RawSocket(guarded, path="/ws/indicators?token=" + used_token(bad_tokens()["expired"]))
    assert refused.value.status == 401


def test_a_bad_first_message_token_closes_with_4001(guarded):
    with RawSocket(guarded) as tab:
        tab.send_json({"type": "auth", "token": used_token(bad_tokens()["wrong secret"])})
        refused = tab.read_json()
        assert (refused["type"], refused["code"]) == ("error", "unauthorized")
        assert tab.read_close().close_code == 4001


def test_a_connection_that_presents_nothing_is_closed_at_the_limit(guarded):
    with RawSocket(guarded) as tab:
        assert tab.read_json()["code"] == "unauthorized"
        assert tab.read_close().close_code == 4001


def test_an_expiring_token_is_announced_and_can_be_renewed(guarded):
    with RawSocket(guarded, token=good(lives_s=3)) as renewed, RawSocket(guarded, token=good(lives_s=3)) as expired:
        assert 0 < renewed.read_json("token_expiring")["expires_in_ms"] <= 3000
        renewed.send_json({"type": "auth", "id": 1, "token": good()})
        assert renewed.read_json("authenticated") == {"type": "authenticated", "id": 1, "user_id": ALICE}
        assert expired.read_close().close_code == 4002
        renewed.send_json({"type": "list", "id": 2})
        assert renewed.read_json("subscriptions")["id"] == 2


def test_a_connection_keeps_its_user(guarded):
    with RawSocket(guarded, token=good()) as tab:
        tab.send_json({"type": "auth", "id": 1, "token": good("mallory@example.com")})
        assert tab.read_json("error")["code"] == "forbidden"
        tab.send_json({"type": "auth", "id": 2, "token": used_token(bad_tokens()["expired"])})
        assert tab.read_json("error")["code"] == "unauthorized"
        tab.send_json({"type": "list", "id": 3})
        assert tab.read_json("subscriptions")["id"] == 3


def test_an_issued_token_works_and_a_rejection_is_explained(guarded):
    issued = used_token(guarded.token("bob@example.com", "tab9"))
    with RawSocket(guarded, token=issued) as tab:
        greeting = tab.read_json("connected")
        assert (greeting["user_id"], greeting["session_id"]) == ("bob@example.com", "tab9")
    assert guarded.subctl("token", "verify", issued).returncode == 0
    rejected = guarded.subctl("token", "verify", "-", text_input=used_token(bad_tokens()["expired"]) + "\n")
    assert rejected.returncode == 1
    assert "expired" in rejected.stdout + rejected.stderr


def key_of(daemon, role, user=ALICE):
    added = daemon.subctl("apikey", "add", "--user", user, "--role", role, "--name", "of the tests")
    assert added.returncode == 0, added.stderr
    return used_token(added.stdout.strip())


@pytest.mark.parametrize("header", ["Authorization: Bearer {}", "X-API-Key: {}"])
def test_an_api_key_opens_until_it_is_removed_and_is_shown_once(guarded, header):
    key = key_of(guarded, "client")
    listed = guarded.subctl("apikey", "ls", "--json").stdout
    (row,) = [one for one in json.loads(listed)["keys"] if one["role"] == "client"]
    assert (row["user"], row["name"]) == (ALICE, "of the tests")
    assert key not in listed and key.encode() not in b"".join(
        file.read_bytes() for file in guarded.state_dir.glob("subd.db*"))
    with RawSocket(guarded, headers=[header.format(key)]) as tab:
        assert tab.read_json("connected")["user_id"] == ALICE
        assert guarded.subctl("apikey", "rm", row["id"]).returncode == 0
        assert tab.read_close().close_code == 4001
    with pytest.raises(Refused) as refused:
        RawSocket(guarded, headers=[header.format(key)])
    assert refused.value.status == 401 and key not in refused.value.body.decode()
    assert guarded.subctl("apikey", "rm", row["id"]).returncode == 1


def test_an_api_key_of_another_role_opens_nothing(guarded):
    with pytest.raises(Refused) as refused:
        RawSocket(guarded, headers=["X-API-Key: " + key_of(guarded, "publisher")])
    assert (refused.value.status, refused.value.problem()["code"]) == (403, "forbidden")


def test_api_keys_outlive_a_restart_and_need_a_store(start_subd):
    home = Daemon()
    subd = start_subd(home=home.home)
    key = key_of(subd, "admin")
    subd.stop()
    subd = start_subd(home=home.home)
    with RawSocket(subd, headers=["X-API-Key: " + key]) as tab:
        tab.read_json("connected")
    subd.stop()
    subd = start_subd(home=home.home, config="[store]\nenabled = false\n")
    refused = subd.subctl("apikey", "add", "--user", ALICE, "--role", "client")
    assert refused.returncode == 69 and "store.enabled = false" in refused.stderr
    subd.stop()
    home.discard()
