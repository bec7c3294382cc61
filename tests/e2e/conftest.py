"""Fixtures of the end-to-end tests: real programs, loopback only, free ports, nothing left behind."""

import shutil

import pytest

from daemon import Daemon


def _stop(daemons):
    """Stops every daemon, the first failure last, so that one bad exit does not hide another's log."""
    failure = None
    for daemon in daemons:
        try:
            daemon.stop()
        except AssertionError as error:
            failure = failure or error
        finally:
            daemon.discard()
    if failure:
        raise failure


@pytest.fixture
def start_subd():
    """A function that starts a subd of the test's own: start_subd("--feed", "sim:rate=50", config="[server]..")."""
    daemons = []

    def start(*arguments, **options):
        daemons.append(Daemon(*arguments, **options))
        return daemons[-1].start()

    yield start
    _stop(daemons)


@pytest.fixture(scope="module")
def subd():
    """One subd on the embedded default for all tests of a file, at 4 ticks per second and symbol."""
    daemon = Daemon("--feed", "sim:seed=11,rate=4", "--log-level", "debug")
    try:
        daemon.start()
    except BaseException:
        daemon.discard()
        raise
    yield daemon
    _stop([daemon])


@pytest.fixture(scope="session")
def curl():
    return shutil.which("curl") or pytest.skip("curl is not installed; scripts/setup does it")
