"""Instruments and bars through subctl into a live daemon, over a restart, and out again."""

import json

import pytest

from daemon import Daemon
from raw_socket import RawSocket

HEADER = ("instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,"
          "instrument_type,segment,exchange\n")
DUMP = HEADER + """\
256265,1001,NIFTY 50,NIFTY 50,0,,0,0,0,EQ,INDICES,NSE
738561,2885,RELIANCE,RELIANCE INDUSTRIES,0,,0,0.1,1,EQ,NSE,NSE
128083204,500325,RELIANCE,RELIANCE INDUSTRIES,0,,0,0.05,1,EQ,BSE,BSE
3771393,14732,WIPRO,"WIPRO, LTD",0,,0,0.05,1,EQ,NSE,NSE
12073986,47164,NIFTY25NOV24500CE,NIFTY,0,2025-11-27,24500,0.05,75,CE,NFO-OPT,NFO
12073987,47164,NIFTY25NOV24500PE,NIFTY,0,2025-11-27,none,0.05,75,PE,NFO-OPT,NFO
"""
BARS = """\
datetime,open,high,low,close,volume
2025-11-04 09:15:00,100,102,99,101,1000
2025-11-04 09:16:00,101,103,100,102.5,1100
2025-11-04 09:17:00,102.5,103,,102,1200
2025-11-04 09:18:00,102,104,101,103,1300
"""


@pytest.fixture
def home(tmp_path_factory):
    """A folder of a path short enough for a socket, for daemons that follow each other."""
    daemon = Daemon()
    yield daemon.home
    daemon.discard()


def ok(ran):
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def as_json(daemon, *arguments, text_input=None):
    return json.loads(ok(daemon.subctl(*arguments, "--json", text_input=text_input)))


def test_import_is_searched_at_once_and_described_by_after_a_restart(start_subd, home):
    (home / "wipro.csv").write_text(BARS)
    replay = f"replay:{home}/wipro.csv,symbol=NSE:WIPRO,timeframe=1min"
    subd = start_subd(home=home)
    imported = as_json(subd, "instruments", "import", "-", text_input=DUMP)
    assert (imported["instruments"], imported["bad_rows"]) == (5, 1)
    assert imported["problems"] == [
        {"line": 7, "message": "strike must be a number above 0 for an option, got 'none'"}]

    found = as_json(subd, "instruments", "search", "reliance")
    assert [(one["symbol"], one["served"]) for one in found["instruments"]] == [
        ("RELIANCE", True), ("BSE:RELIANCE", False)]
    assert found["imported"] == 5 and found["known"] == 18 + 3  # the simulated ones have NIFTY50 and RELIANCE too
    assert as_json(subd, "instruments", "show", "NIFTY25NOV24500CE")["underlying"] == "NIFTY50"
    assert as_json(subd, "instruments", "show", "BSE:RELIANCE")["token"] == 128083204
    missing = subd.subctl("instruments", "show", "WIPROO")
    assert missing.returncode == 1 and "did you mean WIPRO?" in missing.stderr
    subd.stop()

    subd = start_subd("--feed", replay, home=home)
    shown = as_json(subd, "instruments", "show", "WIPRO")
    assert (shown["exchange"], shown["name"], shown["served"]) == ("NSE", "WIPRO, LTD", True)
    assert as_json(subd, "instruments", "search", "wipro")["imported_at"] == imported["imported_at"]


def test_file_without_a_good_row_changes_nothing(start_subd, home):
    subd = start_subd(home=home)
    ok(subd.subctl("instruments", "import", "-", text_input=DUMP))
    for bad, says in (("symbol\n", "no column instrument_token"), (HEADER + "x\n", "no row can be used; line 2"),
                      (HEADER, "no rows")):
        refused = subd.subctl("instruments", "import", "-", text_input=bad)
        assert refused.returncode == 65 and says in refused.stderr
    assert as_json(subd, "instruments", "search", "wipro")["imported"] == 5


def test_alias_and_exchange_subscribe_to_the_same_stream(subd):
    with RawSocket(subd, token=subd.token("alice@example.com")) as tab:
        tab.read_json("connected")
        tab.send_json({"type": "subscribe", "symbol": "NSE:NIFTY50", "timeframe": "1s"})
        assert tab.read_json("subscribed")["symbol"] == "NIFTY50"


def test_bars_are_imported_exported_and_replayed(start_subd, home):
    subd = start_subd(home=home)
    stream = ["--symbol", "WIPRO", "--timeframe", "1min"]
    ok(subd.subctl("instruments", "import", "-", text_input=DUMP))
    done = subd.subctl("bars", "import", "-", *stream, text_input=BARS)
    assert done.stdout == "stored 3 bars of WIPRO 1min, 2025-11-04T03:45:00.000Z to 2025-11-04T03:48:00.000Z\n"
    assert done.stderr == "subctl: -:4: low must be a number above 0, got ''\n"
    exported = ok(subd.subctl("bars", "export", *stream))
    assert exported.splitlines()[:2] == ["timestamp,open,high,low,close,volume,oi",
                                         "2025-11-04T03:45:00.000Z,100,102,99,101,1000,"]
    assert ok(subd.subctl("bars", "import", "-", *stream, text_input=exported)) == done.stdout
    assert ok(subd.subctl("bars", "export", *stream)) == exported
    part = ok(subd.subctl("bars", "export", *stream, "--from", "2025-11-04T09:16:00+05:30", "--to", "2025-11-04T03:47"))
    assert len(part.splitlines()) == 2
    (row,) = as_json(subd, "bars", "ls")["streams"]
    assert (row["symbol"], row["timeframe"], row["bars"]) == ("WIPRO", "1min", 3)
    nothing = subd.subctl("bars", "export", "--symbol", "TCS", "--timeframe", "1min")
    assert nothing.returncode == 1 and "subctl bars ls" in nothing.stderr
    subd.stop()

    (home / "out.csv").write_text(exported)
    subd = start_subd("--feed", f"replay:{home}/out.csv,symbol=WIPRO,speed=max", home=home)
    assert subd.status()["feed"]["bad_rows"] == 0


def test_backfill_stores_what_the_feed_has_and_says_when_it_has_none(start_subd, home):
    subd = start_subd(home=home)
    report = as_json(subd, "bars", "backfill", "NSE:RELIANCE", "1min")
    assert (report["symbol"], report["bars"]) == ("RELIANCE", 5000)
    assert len(ok(subd.subctl("bars", "export", "--symbol", "RELIANCE", "--timeframe", "1min")).splitlines()) == 5001
    assert as_json(subd, "bars", "ls")["streams"][0]["gaps"] == 0
    too_far = subd.subctl("bars", "backfill", "RELIANCE", "1s", "--from", "2020-01-01")
    assert too_far.returncode == 65 and "5000 bars" in too_far.stderr
    unknown = subd.subctl("bars", "backfill", "RELAINCE", "1min")
    assert unknown.returncode == 1 and "did you mean RELIANCE?" in unknown.stderr
    subd.stop()

    (home / "bars.csv").write_text(BARS)
    subd = start_subd("--feed", f"replay:{home}/bars.csv,symbol=RELIANCE,timeframe=1min", home=home)
    none = subd.subctl("bars", "backfill", "RELIANCE", "1min")
    assert none.returncode == 1 and "the feed has no history of RELIANCE 1min" in none.stderr


def test_nothing_is_imported_where_nothing_is_stored(start_subd):
    subd = start_subd(config="[store]\nenabled = false\n")
    for verb in (("instruments", "import", "-"), ("bars", "import", "-", "--symbol", "A", "--timeframe", "1min")):
        refused = subd.subctl(*verb, text_input=DUMP if verb[0] == "instruments" else BARS)
        assert refused.returncode == 69 and "store.enabled = false" in refused.stderr
    assert as_json(subd, "instruments", "search", "nifty")["instruments"][0]["symbol"] == "NIFTY50"
