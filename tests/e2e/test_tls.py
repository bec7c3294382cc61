"""TLS as clients see it that share no code with subd: curl, openssl, python3-websockets and the npm `ws` client."""

import asyncio
import itertools
import json
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
import websockets

from certificate import Certificate
from daemon import PATIENCE_S, run, wait_until

HERE = Path(__file__).parent


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path / "first")


@pytest.fixture
def secure(start_subd, certificate):
    """A subd with both listeners."""
    return start_subd(config=certificate.config())


def s_client(daemon, *arguments):
    """What `openssl s_client` says of a handshake that it makes and leaves."""
    host, port = daemon.tls_address
    return subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", *map(str, arguments)], input="",
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_curl_gets_an_answer_on_both_listeners(secure, certificate, curl):
    _, port = secure.tls_address
    for url in (f"https://127.0.0.1:{port}/healthz", f"https://localhost:{port}/readyz", secure.http_url + "/healthz"):
        done = subprocess.run([curl, "-sS", "--cacert", certificate.certificate, "-w", "%{http_code} %{ssl_verify_result}",
                               "-o", "/dev/null", url], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert (done.returncode, done.stdout) == (0, "200 0"), done.stderr


def test_the_log_and_the_status_tell_the_address_and_the_end(secure, certificate):
    tls = secure.status()["tls"]
    assert tls["subject"] == f"CN={certificate.name}"
    wait_until(lambda: tls["listen"] in secure.log(), "the address in the log")
    assert tls["certificate_ends_at"] > secure.status()["started_at"]
    shown = secure.subctl("status").stdout
    assert tls["listen"] in shown and certificate.name in shown
    assert 29 < secure.metric("subd_tls_certificate_days") < 31


@pytest.mark.parametrize("version, cipher", [("-tls1_2", "ECDHE-ECDSA-AES128-GCM-SHA256"),
                                             ("-tls1_3", "TLS_AES_128_GCM_SHA256")])
def test_versions_and_ciphers_of_today(secure, certificate, version, cipher):
    done = s_client(secure, version, "-CAfile", certificate.certificate, "-verify_return_error", "-alpn", "h2,http/1.1")
    assert done.returncode == 0, done.stderr
    assert "Verify return code: 0 (ok)" in done.stdout
    assert "ALPN protocol: http/1.1" in done.stdout
    assert f"Cipher is {cipher}" in done.stdout
    assert "Compression: NONE" in done.stdout


@pytest.mark.parametrize("arguments", [
    ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"], ["-tls1", "-cipher", "DEFAULT@SECLEVEL=0"],
    ["-tls1_2", "-cipher", "AES128-GCM-SHA256"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], ["-alpn", "h2"],
])
def test_what_is_too_old_or_something_else_is_refused(secure, arguments):
    before = secure.metric('subd_tls_handshakes_total{outcome="failed"}')
    done = s_client(secure, *arguments)
    assert done.returncode != 0
    assert "alert" in done.stderr
    wait_until(lambda: secure.metric('subd_tls_handshakes_total{outcome="failed"}') == before + 1, "the count")


def test_the_least_version_is_a_setting(start_subd, certificate):
    daemon = start_subd(config=certificate.config('min_version = "1.3"\n'))
    assert s_client(daemon, "-tls1_2").returncode != 0
    assert s_client(daemon, "-tls1_3").returncode == 0


def test_a_client_cannot_renegotiate(secure):
    host, port = secure.tls_address
    with subprocess.Popen(["openssl", "s_client", "-tls1_2", "-connect", f"{host}:{port}"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as client:
        output, _ = client.communicate("R\n", timeout=PATIENCE_S)
    assert "RENEGOTIATING" in output and "no renegotiation" in output, output[-2000:]


def test_python_websockets_through_tls(secure, certificate):
    host, port = secure.tls_address
    trust = ssl.create_default_context(cafile=certificate.certificate)

    async def scenario():
        async with websockets.connect(f"wss://{host}:{port}/ws/indicators", ssl=trust,
                                      extra_headers={"Authorization": f"Bearer {secure.token('alice')}"}) as tab:
            assert json.loads(await tab.recv())["type"] == "connected"
            await tab.send(json.dumps({"type": "subscribe", "symbol": "NIFTY50", "timeframe": "1s",
                                       "indicators": ["RSI", "MACD"], "history": 2000}))
            kinds = [json.loads(await asyncio.wait_for(tab.recv(), PATIENCE_S))["type"] for _ in range(6)]
            assert kinds[:2] == ["subscribed", "snapshot"]
            assert set(kinds[2:]) == {"market_update"}
            await tab.close()
            assert tab.close_code == 1000

    asyncio.run(scenario())
    assert secure.metric('subd_tls_handshakes_total{outcome="finished"}') >= 1


@pytest.mark.skipif(shutil.which("node") is None or not (HERE / "node_modules" / "ws").is_dir(),
                    reason="node or the npm package ws is not installed; scripts/setup does it")
def test_npm_ws_through_tls(secure, certificate):
    host, port = secure.tls_address
    script = """
const WebSocket = require('ws');
const [url, token, ca] = process.argv.slice(1);
const socket = new WebSocket(url, {ca: require('fs').readFileSync(ca), headers: {Authorization: 'Bearer ' + token}});
const kinds = [];
socket.on('message', (data) => {
  kinds.push(JSON.parse(data).type);
  if (kinds.length === 1) socket.send(JSON.stringify({type: 'subscribe', symbol: 'NIFTY50', timeframe: '1s'}));
  if (kinds.length === 4) socket.close(1000);
});
socket.on('close', (code) => console.log(JSON.stringify({kinds, code})));
"""
    done = subprocess.run(["node", "-e", script, f"wss://{host}:{port}/ws/indicators", secure.token("alice"),
                           certificate.certificate], cwd=HERE, capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"kinds": ["connected", "subscribed", "snapshot", "market_update"], "code": 1000}


def probe_through_tls(daemon, verb, *arguments, host="127.0.0.1"):
    """wsprobe at the TLS listener, with the tokens of the control socket."""
    _, port = daemon.tls_address
    return run("wsprobe", verb, "--control", daemon.control, "--url", f"wss://{host}:{port}", *arguments, timeout=300)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_wsprobe_proves_isolation_through_tls(secure, certificate, host):
    proven = probe_through_tls(secure, "isolation", "--ca", certificate.certificate, "--duration", "6s", "--format",
                               "json", host=host)
    assert proven.returncode == 0, proven.stdout + proven.stderr
    report = json.loads(proven.stdout)
    assert report["target"].startswith(f"wss://{host}:")
    checked = {rule["rule"] for rule in report["rules"] if rule["checks"] > 0}
    assert {"isolation.rest", "compute.once"} <= checked


def test_wsprobe_proves_resuming_through_tls(secure, certificate):
    proven = probe_through_tls(secure, "resume", "--ca", certificate.certificate, "--users", 2, "--cuts", 20,
                               "--format", "json")
    assert proven.returncode == 0, proven.stdout + proven.stderr
    assert secure.metric('subd_resumes_total{outcome="resumed"}') >= 20


def test_wsprobe_refuses_a_certificate_by_name(start_subd, certificate, tmp_path):
    elsewhere = Certificate(tmp_path / "elsewhere", made_for="DNS:elsewhere.test,IP:127.0.0.2")
    daemon = start_subd(config=elsewhere.config())
    verbs = {"isolation": [], "resume": [], "load": ["--tabs", 2], "ticks": ["--tabs", 2], "signals": ["--tabs", 2],
             "tail": ["--symbol", "NIFTY50"], "run": [HERE / "scenarios" / "alice_two_tabs_and_bob.toml"]}
    for verb, (authority, why) in itertools.product(verbs, ((certificate, "unknown issuer"),
                                                            (elsewhere, "made for another name"))):
        refused = probe_through_tls(daemon, verb, *verbs[verb], "--ca", authority.certificate)
        assert refused.returncode == 69, (verb, refused.stdout, refused.stderr)
        assert f"certificate refused: {why}" in refused.stderr, (verb, refused.stderr)


def test_wsprobe_trusts_nobody_but_the_system_by_itself(secure, certificate):
    refused = probe_through_tls(secure, "tail", "--symbol", "NIFTY50")
    assert refused.returncode == 69
    assert "certificate refused: unknown issuer" in refused.stderr
    plain = run("wsprobe", "tail", "--symbol", "NIFTY50", "--control", secure.control, "--ca", certificate.certificate,
                "--url", f"wss://{secure.address}")
    assert plain.returncode == 69
    assert "TLS: " in plain.stderr


def test_wsprobe_says_what_is_wrong_with_ca(secure, certificate, tmp_path):
    for arguments, code, said in ((["--url", "wss://127.0.0.1:1", "--ca", certificate.key], 65, "PEM certificates"),
                                  (["--url", "wss://127.0.0.1:1", "--ca", tmp_path / "none"], 65, "No such file"),
                                  (["--url", "ws://127.0.0.1:1", "--ca", certificate.certificate], 64, "--url wss://")):
        refused = run("wsprobe", "isolation", "--control", secure.control, *arguments)
        assert (refused.returncode, said in refused.stderr) == (code, True), refused.stderr


def test_a_flood_of_silent_clients_is_bounded_and_others_get_in(start_subd, certificate):
    daemon = start_subd(config=certificate.config('handshakes_per_address = 20\nhandshake_timeout = "2s"\n'))
    address = daemon.tls_address
    silent = [socket.create_connection(address, timeout=PATIENCE_S) for _ in range(60)]
    try:
        refused = 'subd_refused_total{reason="tls_handshake_address_limit",endpoint="",status="0"}'
        wait_until(lambda: daemon.metric(refused) == 40, "the flood to be counted")
        assert daemon.metric("subd_tls_handshakes_unfinished") <= 20
        # From another address, while the flood stands.
        with socket.create_connection(address, timeout=PATIENCE_S, source_address=("127.0.0.2", 0)) as other:
            trust = ssl.create_default_context(cafile=certificate.certificate)
            with trust.wrap_socket(other, server_hostname="127.0.0.1") as tab:
                tab.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert tab.recv(4096).startswith(b"HTTP/1.1 200 ")
        # From the same one, once those who say nothing have had their time.
        wait_until(lambda: daemon.metric('subd_tls_handshakes_total{outcome="timed_out"}') == 20, "the time limit")
        assert s_client(daemon).returncode == 0
    finally:
        for one in silent:
            one.close()


def refused_start(home, config, *arguments):
    file = home / "subd.toml"
    file.write_text(config)
    return run("subd", "--listen", "127.0.0.1:0", "--state-dir", home / "s", "--control", home / "c", "--config", file,
               *arguments)


def broken_files(tmp_path, certificate):
    """What is wrong -> the configuration, and what has to be said of it."""
    other = Certificate(tmp_path / "other", "other.test")
    readable = Certificate(tmp_path / "readable")
    readable.key.chmod(0o640)
    missing = certificate.config().replace("key.pem", "none.pem")
    swapped = certificate.config().replace(str(certificate.key), str(other.key))
    no_key = f'[tls]\nlisten = "127.0.0.1:0"\ncertificate = "{certificate.certificate}"\n'
    no_use = f'[tls]\ncertificate = "{certificate.certificate}"\nkey = "{certificate.key}"\n'
    return {"missing": (missing, ("tls.key", "none.pem", "No such file")),
            "not its key": (swapped, ("tls.key", "belongs to another")),
            "readable": (readable.config(), ("tls.key", "0640", "chmod 600")),
            "no PEM": (certificate.config().replace("certificate.pem", "key.pem"), ("tls.certificate", "PEM certificate")),
            "no key": (no_key, ("tls.key", "because tls.listen is set")),
            "no use": (no_use, ("tls.certificate", "has no use"))}


@pytest.mark.parametrize("arguments", [[], ["--check-config"]])
def test_files_that_cannot_be_used_are_refused_by_name(tmp_path, certificate, arguments):
    for what, (config, said) in broken_files(tmp_path, certificate).items():
        refused = refused_start(tmp_path, config, *arguments)
        assert refused.returncode == 78, (what, refused.stderr)
        for part in said:
            assert part in refused.stderr, (what, refused.stderr)


def test_an_address_that_is_taken_is_refused(start_subd, certificate, tmp_path):
    daemon = start_subd(config=certificate.config())
    taken = daemon.status()["tls"]["listen"]
    refused = refused_start(tmp_path, certificate.config().replace("127.0.0.1:0", taken))
    assert refused.returncode == 69
    assert taken in refused.stderr
