"""A subd that cannot start says why, by name and place, and does not touch the one that runs."""

import os

import pytest

from daemon import run
from raw_socket import RawSocket


@pytest.fixture(autouse=True)
def undisturbed(subd):
    with RawSocket(subd, token=subd.token("healthy@example.com")) as tab:
        tab.read_json("connected")
        yield
        tab.send_json({"type": "heartbeat", "id": 1})
        assert tab.read_json("heartbeat_ack")["id"] == 1
    assert subd.status()["pid"] == subd.process.pid


def fails_to_start(home, *arguments, listen="127.0.0.1:0"):
    """The exit status and what it said, of a subd that cannot start."""
    ended = run("subd", "--listen", listen, "--state-dir", home / "other", "--control", home / "o.sock", *arguments,
                home=home)
    assert ended.returncode != 0
    assert "terminate called" not in ended.stderr
    return ended.returncode, ended.stderr


BAD_CONFIGURATIONS = {
    "unknown key": ("[server]\nlissten = \"127.0.0.1:0\"\n", ["lissten", "listen", ":2:1"]),
    "unknown section": ("[sever]\nlisten = \"127.0.0.1:0\"\n", ["sever", "server"]),
    "wrong type": ("[server]\nio_threads = \"many\"\n", ["io_threads", "many", ":2:"]),
    "out of range": ("[server]\nio_threads = 100000\n", ["io_threads", "100000"]),
    "unknown time zone": ("[exchange.LSE]\ntime_zone = \"London\"\nsessions = [\"08:00-16:30\"]\n",
                          [":2:13", "exchange.LSE.time_zone", "London", "Asia/Kolkata"]),
    "sessions over midnight": ("[exchange.MCX]\nsessions = [\"18:00-02:00\"]\n",
                               [":2:12", "exchange.MCX.sessions", "18:00-02:00", "day_starts"]),
    "no such date": ("[exchange.NSE]\nholidays = [\"2025-02-30\"]\n", [":2:12", "exchange.NSE.holidays", "2025-02-30"]),
    "syntax": ("[server\nlisten = 1\n", [":1:"]),
    "bytes": ("\x00\x01\x02", []),
}


@pytest.mark.parametrize("kind", BAD_CONFIGURATIONS)
def test_a_bad_configuration_is_refused_with_its_place(subd, tmp_path, kind):
    text, said = BAD_CONFIGURATIONS[kind]
    file = tmp_path / "subd.toml"
    file.write_text(text)
    code, message = fails_to_start(subd.home, "--config", file)
    assert code == 78
    for part in ["subd.toml", *said]:
        assert part in message, message


def test_an_unreadable_configuration_is_refused_by_name(subd, tmp_path):
    unreadable = [tmp_path / "missing.toml", tmp_path]
    if os.geteuid() != 0:
        secret = tmp_path / "secret.toml"
        secret.write_text("")
        secret.chmod(0)
        unreadable.append(secret)
    for file in unreadable:
        code, message = fails_to_start(subd.home, "--config", file)
        assert code == 78
        assert str(file) in message


def test_a_port_in_use_is_named(subd):
    code, message = fails_to_start(subd.home, listen=subd.address)
    assert code == 69
    assert subd.address in message and "in use" in message
