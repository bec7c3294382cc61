"""Bars of replayed rows, by the calendar of an exchange that is built in, changed or added by the configuration."""

import asyncio

from daemon import wait_until
from tab import Tab

# Minutes of the exchange's clock, without an offset: before and after the clock of New York is moved, and a short day.
ROWS = ["2024-03-08T15:58:00", "2024-03-08T15:59:00", "2024-03-11T09:29:00", "2024-03-11T09:30:00",
        "2024-03-11T10:29:00", "2024-03-11T10:30:00", "2024-11-29T12:45:00", "2024-11-29T12:59:00",
        "2024-11-29T13:00:00", "2024-12-02T09:30:00", "2024-12-02T09:31:00"]


def starts(start_subd, tmp_path, timeframe, options="exchange=NYSE", config=""):
    """When the closed bars of a timeframe start, and their volume; every row has a volume of 1."""
    file = tmp_path / "rows.csv"
    file.write_text("timestamp,open,high,low,close,volume\n" + "".join(f"{row},10,11,9,10,1\n" for row in ROWS))
    daemon = start_subd("--feed", f"replay:{file},symbol=IBM,timeframe=1min,speed=max,{options}", config=config)
    wait_until(lambda: daemon.status()["feed"]["finished"], "the file to be played")

    async def snapshot():
        async with Tab(daemon, "tab", "alice@example.com") as tab:
            return await tab.subscribe("IBM", timeframe, [], history=100)

    return [(bar["time"][:16], bar["volume"]) for bar in asyncio.run(snapshot())["bars"]]


def test_hours_of_new_york_start_at_half_past_nine_and_end_early_on_a_short_day(start_subd, tmp_path):
    assert starts(start_subd, tmp_path, "60min") == [
        ("2024-03-08T20:30", 2), ("2024-03-11T13:30", 2), ("2024-03-11T14:30", 1), ("2024-11-29T17:30", 2)]


def test_a_day_is_the_session_and_prints_outside_are_in_no_bar(start_subd, tmp_path):
    assert starts(start_subd, tmp_path, "1day") == [
        ("2024-03-08T14:30", 2), ("2024-03-11T13:30", 3), ("2024-11-29T14:30", 2)]


def test_windows_and_holidays_of_the_configuration_hold(start_subd, tmp_path):
    config = '[exchange.NYSE]\nholidays = [2024-03-08]\npre_open = "5min"\npost_close = "5min"\n'
    assert starts(start_subd, tmp_path, "1day", config=config) == [("2024-03-11T13:30", 4), ("2024-11-29T14:30", 3)]


def test_an_exchange_of_the_configuration_has_its_own_hours(start_subd, tmp_path):
    config = '[exchange.OWN]\ntime_zone = "America/New_York"\nsessions = ["10:00-13:00"]\n'
    assert starts(start_subd, tmp_path, "1day", options="exchange=OWN", config=config) == [
        ("2024-03-11T14:00", 2), ("2024-11-29T15:00", 2)]
