"""The plain HTTP side of the public port, asked by curl."""

import json
import subprocess

import pytest

from daemon import environment
from raw_socket import RawSocket, Refused


@pytest.fixture
def get(subd, curl):
    """get(path, *curl_arguments): status, headers in lower case, body."""

    def get(path, *arguments):
        ran = subprocess.run([curl, "-q", "-sS", "-i", "--noproxy", "*", "--max-time", "60", *arguments,
                              subd.http_url + path], capture_output=True, check=True, env=environment(subd.home))
        head, _, body = ran.stdout.decode().partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        assert headers["server"].startswith("subd/")
        return int(first.split(" ")[1]), headers, body

    return get


def check_problem(answer, status, code):
    got, headers, body = answer
    assert got == status
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    assert problem["type"] == "about:blank"
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"] and problem["detail"]


def test_healthz_and_readyz(get):
    status, _, body = get("/healthz")
    assert (status, body.strip()) == (200, "ok")
    assert get("/readyz")[0] == 200


def test_metrics_are_prometheus_text_and_count_the_topics(subd, get):
    with RawSocket(subd, token=subd.token("alice@example.com")) as tab:
        tab.send_json({"type": "subscribe", "symbol": "TCS", "timeframe": "1s", "indicators": ["RSI"]})
        tab.read_json("snapshot")
        tab.read_json("market_update")
        status, headers, body = get("/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = {}
    for line in body.splitlines():
        if line.startswith("#"):
            assert line.split(" ")[1] in ("HELP", "TYPE")
        elif line:
            name, _, value = line.rpartition(" ")
            assert name not in samples, f"{name} twice"
            samples[name] = float(value)
    topic = [name for name in samples if name.startswith("subd_topic_computations{") and 'symbol="TCS"' in name
             and 'indicator="RSI_14_100"' in name]
    assert len(topic) == 1 and samples[topic[0]] == 1
    assert samples["subd_sessions"] >= 1


def test_the_catalogue_needs_a_token_and_describes_every_indicator(subd, get):
    check_problem(get("/indicators/catalog"), 401, "unauthorized")
    status, headers, body = get("/indicators/catalog", "-H", f"Authorization: Bearer {subd.token('alice@example.com')}")
    assert (status, headers["content-type"]) == (200, "application/json")
    catalogue = {one["name"]: one for one in json.loads(body)}
    assert set("SMA EMA WMA RSI MACD BBANDS ATR STOCH VWAP OBV CCI ROC ICHIMOKU PIVOTS".split()) <= set(catalogue)
    assert catalogue["RSI"]["default_id"] == "RSI_14_100"
    assert catalogue["MACD"]["outputs"] == ["MACD", "MACDh", "MACDs"]
    assert [one["name"] for one in catalogue["RSI"]["parameters"]] == ["length", "scalar"]


def test_the_landing_page_is_html_that_stands_alone(get):
    status, headers, body = get("/")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert "content-security-policy" in headers
    assert "/ws/indicators" in body and "sim:seed=11" in body
    for outside in ('src="http', 'href="http', "@import"):
        assert outside not in body


def test_head_says_what_get_would(get):
    status, headers, body = get("/healthz", "-I")
    assert status == 200
    assert int(headers["content-length"]) == len(get("/healthz")[2])
    assert body == ""


def test_what_is_not_there_is_a_404(get):
    check_problem(get("/nothing/here"), 404, "not_found")
    check_problem(get("/%00/<script>"), 404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method_is_a_405_that_says_which(get, method):
    answer = get("/healthz", "-X", method)
    assert answer[0] == 405
    assert "GET" in answer[1]["allow"]


def test_one_connection_serves_many_requests(subd, curl):
    ran = subprocess.run([curl, "-q", "-sS", "-v", "--noproxy", "*", *[subd.http_url + "/healthz"] * 5],
                         capture_output=True, text=True, check=True, env=environment(subd.home))
    assert ran.stdout.count("ok") == 5
    assert ran.stderr.count("Re-using existing connection") == 4


BAD_UPGRADES = {
    "not an upgrade": (["Upgrade: other"], "Upgrade: websocket", 426),
    "another version": (["Sec-WebSocket-Version: 8"], "Sec-WebSocket-Version: 13", 426),
    "no key": ([], "Sec-WebSocket-Key:", 400),
    "short key": (["Sec-WebSocket-Key: abc"], "Sec-WebSocket-Key:", 400),
}


@pytest.mark.parametrize("kind", BAD_UPGRADES)
def test_an_upgrade_that_is_none_is_refused(subd, kind):
    extra, left_out, status = BAD_UPGRADES[kind]
    lines = ["GET /ws/indicators HTTP/1.1", f"Host: {subd.address}", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
    lines = [line for line in lines if not line.startswith(left_out)] + extra
    lines.append(f"Authorization: Bearer {subd.token('alice@example.com')}")
    with RawSocket(subd, upgrade=False) as connection:
        connection.send("\r\n".join([*lines, "", ""]).encode())
        answer = connection.read_response()
    assert answer[0] == status
    assert "application/problem+json" in answer[1]


def test_an_upgrade_elsewhere_is_a_404(subd):
    with pytest.raises(Refused) as refused:
        RawSocket(subd, token=subd.token("alice@example.com"), path="/ws/nothing")
    assert refused.value.status == 404


def test_an_upgrade_one_byte_at_a_time_is_an_upgrade(subd):
    request = ("GET /ws/indicators HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
               f"Authorization: bearer {subd.token('alice@example.com')}\r\n\r\n")
    with RawSocket(subd, upgrade=False) as connection:
        for byte in request.encode():
            connection.send(bytes([byte]))
        status, head, _ = connection.read_response()
        assert status == 101
        assert "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
        assert connection.read_json()["type"] == "connected"
