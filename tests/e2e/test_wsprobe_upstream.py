"""wsprobe's scenarios against a subd whose broker misbehaves on demand: what every tab sees of each fault."""

from pathlib import Path

import pytest

from daemon import run, wait_until
from kite_home import Home, symbol_of, token_of
from kite_server import KiteServer

SCENARIOS = sorted((Path(__file__).parent / "scenarios" / "upstream").glob("*.toml"))
LONG_S = 250


@pytest.fixture
def kite():
    with KiteServer() as server:
        yield server


@pytest.fixture
def subd_on_kite(kite, start_subd):
    home = Home(4, kite.access_token)
    kite.renew = home.write_token
    daemon = start_subd("--feed", f"{kite.feed},credentials={home.credentials},links=1", home=home.path)
    wait_until(lambda: daemon.status()["feed"]["state"] == "live", "the upstream to be live")
    yield daemon
    home.importer.discard()


def play(daemon, kite, scenario, *arguments):
    variables = {"upstream": f"http://127.0.0.1:{kite.port}", "symbol": symbol_of(0), "token": token_of(0),
                 "other": symbol_of(1)}
    settings = [word for name, value in variables.items() for word in ("--set", f"{name}={value}")]
    return run("wsprobe", "run", "--control", daemon.control, *settings, *arguments, scenario, home=daemon.home,
               timeout=LONG_S)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_every_tab_hears_the_truth_and_goes_on(kite, subd_on_kite, scenario):
    ran = play(subd_on_kite, kite, scenario)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert kite.twice == [] and kite.orphans == []


def test_there_are_scenarios_of_every_fault():
    text = "".join(path.read_text() for path in SCENARIOS)
    faults = ["cut", "cut_inside_a_frame", "break_protocol", "lie_about_lengths", "mute", "access_token", "refusal",
              "flaps", "answer_delay"]
    assert [fault for fault in faults if f"/{fault}" not in text] == []


def test_a_fault_that_cannot_be_asked_for_is_told_and_proves_nothing(subd, tmp_path):
    with KiteServer() as gone:
        port = gone.port
    scenario = tmp_path / "fault.toml"
    scenario.write_text('[[tab]]\nname = "alice"\n[[step]]\nhttp = { url = "${upstream}/fault/cut" }\n')
    ran = run("wsprobe", "run", "--control", subd.control, "--set", f"upstream=http://127.0.0.1:{port}", scenario,
              home=subd.home)
    assert ran.returncode == 69 and "step of line 3" in ran.stderr and str(port) in ran.stderr
    unset = run("wsprobe", "run", "--check", scenario, home=subd.home)
    assert unset.returncode == 65 and "'upstream' has no value" in unset.stderr
    assert run("wsprobe", "run", "--set", "upstream", scenario, home=subd.home).returncode == 64
