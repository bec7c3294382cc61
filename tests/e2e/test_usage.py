"""What users may ask over all of their connections, and what is known of what they asked."""

import json

import pytest

from daemon import Daemon, wait_until
from raw_socket import RawSocket, Refused

LIMITED = """
[limits]
user_rate = 1
user_burst = {user}
token_rate = 1
token_burst = {token}
"""


def refusal(tab, number):
    """Sends `list` requests until one is refused; the error."""
    for request in range(number + 1):
        tab.send_json({"type": "list", "id": request})
        answer = tab.read_json()
        if answer["type"] == "error":
            return request, answer
    return None


def test_a_user_is_limited_over_all_connections_and_nobody_else(start_subd):
    subd = start_subd(config=LIMITED.format(user=8, token=1000))
    with RawSocket(subd, token=subd.token("alice", "one")) as first, \
            RawSocket(subd, token=subd.token("alice", "two")) as second, \
            RawSocket(subd, token=subd.token("bob")) as other:
        for tab in (first, second, other):
            tab.read_json("connected")
        for request in range(3):
            first.send_json({"type": "list", "id": request})
            assert first.read_json()["type"] == "subscriptions"
        number, error = refusal(second, 8)
        assert number < 8
        assert error["code"] == "rate_limited" and "this user" in error["message"]
        assert 0 < error["detail"]["retry_after_ms"] <= 1000
        first.send_json({"type": "heartbeat", "id": 9})
        assert first.read_json("heartbeat_ack")["id"] == 9
        other.send_json({"type": "list", "id": 1})
        assert other.read_json()["type"] == "subscriptions"


def test_a_token_is_limited_by_itself_and_http_is_told_when_to_come_back(start_subd):
    subd = start_subd(config=LIMITED.format(user=1000, token=4))
    with RawSocket(subd, token=subd.token("alice", "one")) as first:
        first.read_json("connected")
        assert "this token" in refusal(first, 8)[1]["message"]
        with pytest.raises(Refused) as refused:
            RawSocket(subd, token=subd.token("alice", "one"))
        assert (refused.value.status, refused.value.problem()["code"]) == (429, "rate_limited")
        assert "retry-after: 1" in refused.value.head.lower()
        with RawSocket(subd, token=subd.token("alice", "two")) as second:
            second.read_json("connected")


def analytics(daemon, *arguments):
    done = daemon.subctl("analytics", *arguments, "--json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def take(daemon, user, symbol, timeframe, *indicators):
    tab = RawSocket(daemon, token=daemon.token(user))
    tab.read_json("connected")
    tab.send_json({"type": "subscribe", "symbol": symbol, "timeframe": timeframe, "indicators": list(indicators)})
    tab.read_json("subscribed")
    return tab


def test_what_is_subscribed_is_counted_and_outlives_a_restart(start_subd):
    home = Daemon()
    subd = start_subd(home=home.home)
    assert subd.subctl("analytics", "top").returncode == 1
    tabs = [take(subd, "alice", "NIFTY50", "5min", "RSI_14_100"), take(subd, "bob", "NIFTY50", "1min", "SMA_20"),
            take(subd, "carol", "TCS", "5min", "RSI_14_100", "SMA_20")]
    wait_until(lambda: sum(row["subscribes"] for row in analytics(subd, "top")["top"]) == 3, "all to be counted")
    assert analytics(subd, "top")["top"] == [{"name": "NIFTY50", "subscribes": 2, "peak": 2},
                                             {"name": "TCS", "subscribes": 1, "peak": 1}]
    assert [row["name"] for row in analytics(subd, "top", "--by", "timeframe")["top"]] == ["5min", "1min"]
    # Counted while the others are there: hubs report by themselves, and what left and came between two reports may be
    # seen together.
    tabs.append(take(subd, "dave", "TCS", "5min", "RSI_14_100"))
    wait_until(lambda: sum(row["subscribes"] for row in analytics(subd, "top")["top"]) == 4, "the last to be counted")
    for tab in tabs:
        tab.socket.close()
    take(subd, "erin", "INFY", "5min").socket.close()
    subd.stop()  # what was counted last is written with the end

    subd = start_subd(home=home.home)
    assert analytics(subd, "top", "--by", "indicator")["top"] == [
        {"name": "RSI_14_100", "subscribes": 3, "peak": 3}, {"name": "SMA_20", "subscribes": 2, "peak": 2}]
    assert {row["name"]: row["subscribes"] for row in analytics(subd, "top")["top"]} == {
        "NIFTY50": 2, "TCS": 2, "INFY": 1}
    hours = analytics(subd, "trend", "--by", "symbol")["hours"]
    assert sum(hour["subscribes"] for hour in hours) == 5
    assert hours[0]["favourite"] in ("NIFTY50", "TCS")
    table = subd.subctl("analytics", "top", "--limit", "1").stdout.splitlines()
    assert table[0].split() == ["NAME", "SUBSCRIBES", "PEAK"] and len(table) == 2
    assert subd.subctl("analytics", "top", "--since", "5min").returncode == 64
    subd.stop()
    home.discard()
