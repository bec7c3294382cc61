"""Signals: in over HTTP, stored, and then out to everybody who may see them, once and without a gap."""

import asyncio
import json
import random
import signal as signals_of_unix
import sqlite3

import pytest

import api_document
from daemon import Daemon, wait_until
from signals import INGEST, SignalTab, http, new_key, send, signal

CONFIG = """
[signals]
tier_refresh = "200ms"
[session]
outbox_soft_bytes = "4MiB"
"""


@pytest.fixture(scope="module")
def subd():
    daemon = Daemon(config=CONFIG)
    try:
        daemon.start()
        daemon.keys = {role: new_key(daemon, f"{role}@example.com", role) for role in ("signals", "client", "publisher")}
        yield daemon
        log = daemon.log()
        assert not any(key in log for key in daemon.keys.values())
        daemon.stop()
    finally:
        daemon.discard()


def token(daemon, user, tier=None):
    issued = daemon.subctl("token", "issue", "--user", user, *(("--tier", tier) if tier else ()))
    assert issued.returncode == 0, issued.stderr
    return issued.stdout.strip()


def store(daemon, *signals):
    status, answer = send(daemon, daemon.keys["signals"], list(signals))
    assert status == 200, answer
    return answer


def poll(daemon, bearer, query="", *headers):
    return http(daemon, f"/api/v1/signals{query}", f"Authorization: Bearer {bearer}", *headers)


def metric(daemon, name):
    text = daemon.ask("GET", "/v1/metrics")[1]
    return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(name + " ")))


def test_ingest_is_for_holders_of_a_key_of_its_role(subd):
    body = json.dumps(signal("who"))
    assert http(subd, INGEST, body=body)[0] == 401
    assert http(subd, INGEST, "X-API-Key: subd_wrong", body=body)[0] == 401
    assert http(subd, INGEST, f"Authorization: Bearer {token(subd, 'alice')}", body=body)[0] == 401
    for role in ("client", "publisher"):
        status, _, content = http(subd, INGEST, f"X-API-Key: {subd.keys[role]}", body=body)
        assert status == 403 and "role signals is needed" in json.loads(content)["detail"]
    assert http(subd, INGEST, f"X-API-Key: {subd.keys['signals']}")[0] == 405


@pytest.mark.parametrize(("body", "status", "detail"), [
    ("{", 400, "not JSON"),
    ("[" * 40, 400, "nested deeper"),
    ("[]", 422, "signals must be a list of 1 to 500 signals, got 0"),
    ({"symbol": "TCS", "side": "BUY"}, 422, "id must be 1 to 128 letters, digits and ._:-, got nothing"),
    (signal("a b"), 422, 'got "sig_a b"'),
    (signal(1, symbol=7), 422, "symbol must be 1 to 64 bytes"),
    (signal(1, side="UP"), 422, 'side must be one of BUY, SELL, HOLD, EXIT, got "UP"'),
    (signal(1, strength=-1), 422, "strength must be a number from 0 to 100, got -1"),
    (signal(1, premium="yes"), 422, "premium must be true or false, got string"),
    (signal(1, created_at="now"), 422, "created_at must be a time such as"),
    (signal(1, payload=[1]), 422, "payload must be an object, got list"),
    ([signal(1), signal(2, side=None)], 422, "signals[1].side must be one of"),
    ([signal(number) for number in range(501)], 413, "got 501"),
    (signal(1, payload={"x": "y" * 20_000}), 413, "payload must be at most 16384 bytes"),
    (signal(1, payload={"x": "y" * 70_000}), 413, "a request body must fit"),
])
def test_what_is_wrong_is_named_and_nothing_is_stored(subd, body, status, detail):
    answered, problem = send(subd, subd.keys["signals"], body)
    assert answered == status and detail in problem["detail"], problem
    assert metric(subd, "subd_signal_failures_total") == 0


def test_a_repeat_is_a_duplicate_and_another_body_a_conflict(subd):
    assert store(subd, signal("r1"))["duplicates"] == 0
    again = store(subd, signal("r1"), signal("r2"))
    assert again == {"status": "ok", "stored": 1, "duplicates": 1,
                     "signals": [{"id": "sig_r1", "duplicate": True}, {"id": "sig_r2", "duplicate": False}]}
    status, problem = send(subd, subd.keys["signals"], [signal("r3"), signal("r1", side="SELL")])
    assert status == 409 and "sig_r1" in problem["detail"]
    assert send(subd, subd.keys["signals"], signal("r3"))[1]["stored"] == 1, "the conflict left nothing behind"


def test_premium_signals_reach_those_only_who_may_see_them(subd):
    async def scenario():
        async with SignalTab(subd, token(subd, "s1", "free")) as starter, \
                   SignalTab(subd, token(subd, "p1", "pro")) as professional, \
                   SignalTab(subd, token(subd, "n1")) as nameless:
            assert [one.connected["tier"] for one in (starter, professional, nameless)] == \
                ["STARTER", "PROFESSIONAL", "STARTER"]
            store(subd, signal("p1"), signal("p2", premium=True, strength=80, payload={"stop": 24000}), signal("p3"))
            for tab in (starter, professional, nameless):
                await tab.until_signal("sig_p3")
            assert starter.ids == nameless.ids == ["sig_p1", "sig_p3"]
            assert professional.ids == ["sig_p1", "sig_p2", "sig_p3"]
            premium = await professional.until_signal("sig_p2")
            assert premium["premium"] and premium["strength"] == 80 and premium["payload"] == {"stop": 24000}
            assert premium["created_at"].endswith("Z")
    asyncio.run(scenario())


def test_a_tier_that_is_set_holds_for_open_connections_and_wins_over_the_token(subd):
    async def scenario():
        async with SignalTab(subd, token(subd, "climber", "INSTITUTIONAL")) as tab:
            assert subd.subctl("users", "set-tier", "climber", "free").returncode == 0
            news = await tab.until(lambda message: message["type"] == "tier")
            assert news == {"type": "tier", "tier": "STARTER", "premium": False}
            store(subd, signal("t1", premium=True), signal("t2"))
            await tab.until_signal("sig_t2")
            assert tab.ids == ["sig_t2"]
            assert subd.subctl("users", "set-tier", "climber", "elite").returncode == 0
            await tab.until(lambda message: message["type"] == "tier" and message["premium"])
            store(subd, signal("t3", premium=True))
            await tab.until_signal("sig_t3")
    asyncio.run(scenario())
    listed = json.loads(subd.subctl("--json", "users", "ls").stdout)["users"]
    assert [user["tier"] for user in listed if user["user"] == "climber"] == ["INSTITUTIONAL"]
    refused = subd.subctl("users", "set-tier", "climber", "gold")
    assert refused.returncode != 0 and "STARTER, PROFESSIONAL, INSTITUTIONAL" in refused.stderr


def test_a_tier_that_another_program_writes_holds_with_the_next_refresh(subd):
    async def scenario():
        async with SignalTab(subd, token(subd, "outsider")) as tab:
            with sqlite3.connect(subd.state_dir / "subd.db") as database:
                database.execute("INSERT INTO users(id, tier, changed) VALUES('outsider', 'PROFESSIONAL', 0)")
            await tab.until(lambda message: message["type"] == "tier" and message["premium"])
    asyncio.run(scenario())


def test_many_users_are_few_questions_to_the_database(subd):
    async def scenario():
        tokens = [token(subd, f"crowd{number}") for number in range(10)]
        asked = metric(subd, "subd_tiers_read_total"), metric(subd, "subd_tier_queries_total")
        tabs = [SignalTab(subd, one) for one in tokens * 5]
        await asyncio.gather(*(tab.__aenter__() for tab in tabs))
        queries = metric(subd, "subd_tier_queries_total")
        for number in range(20):
            store(subd, signal(f"crowd{number}"))
        await asyncio.gather(*(tab.until_signal("sig_crowd19") for tab in tabs))
        assert metric(subd, "subd_tiers_read_total") - asked[0] >= 10
        # Refreshes go on all the while, but no signal asks anything.
        assert metric(subd, "subd_tier_queries_total") - queries < 20 * len(tabs) / 10
        await asyncio.gather(*(tab.__aexit__() for tab in tabs))
    asyncio.run(scenario())


def test_polling_pages_through_what_a_tier_may_see(subd):
    store(subd, signal("g0"), *(signal(f"g{number}", premium=number % 2 == 0) for number in range(1, 9)))
    starter, paying = token(subd, "poller"), token(subd, "payer", "pro")

    def collected(bearer, limit):
        since, found = "sig_g0", []
        while True:
            status, _, content = poll(subd, bearer, f"?since={since}&limit={limit}")
            page = json.loads(content)
            assert status == 200 and len(page["signals"]) <= limit
            if not page["signals"]:
                assert page["next"] == since
                return found
            found += [one["id"] for one in page["signals"]]
            since = page["next"]

    assert collected(starter, 3) == [f"sig_g{number}" for number in (1, 3, 5, 7)]
    assert collected(paying, 3) == [f"sig_g{number}" for number in range(1, 9)]
    assert http(subd, "/api/v1/signals")[0] == 401
    assert poll(subd, starter, "?since=sig_unheard_of")[0] == 404
    assert poll(subd, starter, "?since=a%20b")[0] == 400
    assert poll(subd, starter, "?limit=1001")[0] == 400


def test_answers_are_as_the_openapi_document_has_them(subd):
    document = api_document.load("openapi")

    def check(method, path, answer, kind="application/json"):
        status, _, content = answer
        checker = api_document.http_answer(document, method, path, status, kind)
        assert not api_document.complaints(checker, json.loads(content)), content

    key, bearer = f"X-API-Key: {subd.keys['signals']}", token(subd, "reader", "pro")
    problem = "application/problem+json"
    for body, kind in ((signal("doc", premium=True, strength=1, payload={}), "application/json"), (signal("a b"), problem),
                       (signal("doc"), problem)):
        check("POST", INGEST, http(subd, INGEST, key, body=json.dumps(body)), kind)
    check("GET", "/api/v1/signals", poll(subd, bearer, "?limit=2"))
    check("GET", "/api/v1/signals", poll(subd, bearer, "?since=sig_unheard_of"), problem)
    check("POST", "/api/auth/token", http(subd, "/api/auth/token", f"X-API-Key: {subd.keys['client']}", body="{}"))
    check("POST", "/api/auth/token", http(subd, "/api/auth/token", body="{}"), problem)


def test_polling_again_costs_nothing_while_nothing_is_new(subd):
    bearer = token(subd, "poller")
    status, headers, _ = poll(subd, bearer, "?limit=3")
    assert status == 200
    tag = headers["etag"]
    status, headers, content = poll(subd, bearer, "?limit=3", f"If-None-Match: {tag}")
    assert (status, headers["etag"], content) == (304, tag, "")
    store(subd, signal("etag"))
    assert poll(subd, bearer, "?limit=3", f"If-None-Match: {tag}")[0] == 200


def test_a_replay_from_nowhere_says_so_and_goes_live(subd):
    async def scenario():
        async with SignalTab(subd, token(subd, "lost"), since="sig_unheard_of") as tab:
            error = await tab.until(lambda message: message["type"] == "error")
            assert error["code"] == "bad_params" and "sig_unheard_of" in error["message"]
            store(subd, signal("lost"))
            await tab.until_signal("sig_lost")
            assert tab.ids == ["sig_lost"]
    asyncio.run(scenario())


def test_connections_that_are_cut_at_random_miss_nothing_and_get_nothing_twice(subd):
    """200 clients, each cut at moments of its own while signals come, come back with the last id that they have."""
    chance = random.Random(20251104)
    count = 300
    bearers = {"free": token(subd, "cut-starter", "free"), "pro": token(subd, "cut-pro", "pro")}
    premium = {number: chance.random() < 0.4 for number in range(count)}
    store(subd, signal("cut_start"))

    async def client(tier, seed):
        dice, got, last = random.Random(seed), [], "sig_cut_start"
        while True:
            tab = SignalTab(subd, bearers[tier], since=last)
            await tab.__aenter__()
            wanted = dice.choice([dice.randrange(1, 40), dice.randrange(1, 400)])
            try:
                await tab.until(lambda message: message.get("id") == "sig_cut_end" or len(tab.ids) >= wanted)
            finally:
                ids = list(tab.ids)  # what was read; the rest of what was sent is lost with the connection
                tab.kill()
                await tab.reader
            assert not any(message["type"] == "error" for message in tab.messages), tab.messages
            got += ids
            if ids:
                last = ids[-1]
            if last == "sig_cut_end":
                return got

    async def ingest():
        for number in range(0, count, 3):
            batch = [signal(f"cut_{one}", premium=premium[one]) for one in range(number, number + 3)]
            await asyncio.to_thread(store, subd, *batch)
        await asyncio.to_thread(store, subd, signal("cut_end"))

    async def scenario():
        tiers = ["free", "pro"] * 100
        clients = [asyncio.create_task(client(tier, seed)) for seed, tier in enumerate(tiers)]
        await ingest()
        return list(zip(tiers, await asyncio.gather(*clients)))

    expected = {"pro": [f"sig_cut_{number}" for number in range(count)] + ["sig_cut_end"]}
    expected["free"] = [name for name in expected["pro"]
                        if name == "sig_cut_end" or not premium[int(name.rpartition("_")[2])]]
    for tier, got in asyncio.run(scenario()):
        assert got == expected[tier]


def test_subctl_lists_what_is_stored(subd):
    store(subd, signal("ls", premium=True, strength=12.5))
    newest = json.loads(subd.subctl("--json", "signals", "ls", "--limit", "1").stdout)["signals"]
    assert [one["id"] for one in newest] == ["sig_ls"]
    table = subd.subctl("signals", "ls", "--limit", "1").stdout
    assert "sig_ls" in table and "12.5" in table and "yes" in table


def test_a_database_that_fails_stops_ingest_alone(start_subd):
    daemon = start_subd("--feed", "sim:seed=3,rate=20")
    key = new_key(daemon, "oracle", "signals")
    bearer = token(daemon, "alice")

    async def scenario():
        async with SignalTab(daemon, bearer) as tab:
            assert send(daemon, key, signal("before"))[0] == 200
            await tab.until_signal("sig_before")
            other = sqlite3.connect(daemon.state_dir / "subd.db", isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            status, problem = await asyncio.to_thread(send, daemon, key, signal("during"))
            assert status == 503 and problem["code"] == "unavailable"
            wait_until(lambda: http(daemon, "/readyz")[0] == 503, "readiness to tell of the store")
            assert "store" in http(daemon, "/readyz")[2]
            assert send(daemon, key, signal("during"))[0] == 503
            await tab.socket.send('{"type":"heartbeat","id":1}')
            await tab.until(lambda message: message["type"] == "heartbeat_ack")
            other.execute("ROLLBACK")
            other.close()
            wait_until(lambda: http(daemon, "/readyz")[0] == 200, "the store to recover")
            assert send(daemon, key, signal("after"))[0] == 200
            await tab.until_signal("sig_after")
            assert tab.ids == ["sig_before", "sig_after"], "nothing is pushed that is not stored"
    asyncio.run(scenario())
    assert "the store fails; nothing is pushed that is not stored" in daemon.log()
    assert metric(daemon, "subd_signal_failures_total") >= 2


def test_nothing_that_was_acknowledged_is_lost_with_the_process(start_subd):
    daemon = start_subd()
    key = new_key(daemon, "oracle", "signals")
    for number in range(20):
        assert send(daemon, key, signal(number, premium=number % 2 == 0))[0] == 200
    daemon.signal(signals_of_unix.SIGKILL)
    daemon.wait()
    daemon.start()
    page = json.loads(poll(daemon, token(daemon, "alice", "pro"), "?limit=50")[2])
    assert [one["id"] for one in page["signals"]] == [f"sig_{number}" for number in range(20)]

    async def scenario():
        async with SignalTab(daemon, token(daemon, "alice", "pro"), since="sig_17") as tab:
            await tab.until_signal("sig_19")
            assert tab.ids == ["sig_18", "sig_19"]
    asyncio.run(scenario())
    assert send(daemon, key, signal(4, premium=True))[1]["duplicates"] == 1
