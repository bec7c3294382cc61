"""subctl on a terminal: `top` by its keys, sizes and signals, and tables."""

import os
import re
import signal
import termios
import time

import pytest

from programs import Fake, Terminal


@pytest.fixture
def top(daemon):
    terminal = Terminal("top", "--interval", "100ms", "--control", daemon.path)
    terminal.expect("q quit")
    assert not terminal.settings()[3] & termios.ICANON
    assert not terminal.settings()[3] & termios.ECHO
    yield terminal
    if terminal.process.poll() is None:
        terminal.process.kill()
        terminal.wait()
    terminal.close()


def test_top_quits_on_q(top):
    top.key("q")
    assert top.wait() == 0
    assert top.settings() == top.before
    assert "\x1b[?25h\x1b[?1049l" in top.text


def test_top_changes_the_order_on_o(top):
    top.key("o")
    top.expect("order: rate")
    top.key("o")
    top.expect("order: symbol")
    top.key("o")
    top.expect("order: subscribers")


def test_top_refreshes(top):
    top.expect(r"sent/s 0\.0")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_top_restores_the_terminal_on_signals(top, number):
    top.process.send_signal(number)
    assert top.wait() == -number
    assert top.settings() == top.before
    assert "\x1b[?1049l" in top.text


def test_top_comes_back_from_a_stop(top):
    top.process.send_signal(signal.SIGTSTP)
    top.expect(r"\x1b\[\?1049l")
    assert os.WIFSTOPPED(os.waitpid(top.process.pid, os.WUNTRACED)[1])
    assert top.settings() == top.before
    top.process.send_signal(signal.SIGCONT)
    top.expect(r"\x1b\[\?1049h")
    top.expect("q quit")
    top.key("q")
    assert top.wait() == 0


@pytest.mark.parametrize("size", [(1, 1), (3, 20), (50, 200)])
def test_top_follows_the_size_of_the_terminal(top, size):
    top.resize(*size)
    top.process.send_signal(signal.SIGWINCH)
    lines = []
    end = time.monotonic() + 10
    while len(lines) != size[0] and time.monotonic() < end:
        frame = top.expect(r"(?s)\x1b\[H(.*?)\x1b\[J").group(1)
        lines = re.split(r"\r+\n", frame.replace("\x1b[K", ""))
    assert len(lines) == size[0]
    assert max(len(line) for line in lines) <= size[1]


def test_top_waits_for_a_daemon_that_went_away(directory):
    fake = Fake(directory + "/c.sock")
    terminal = Terminal("top", "--interval", "100ms", "--control", fake.path, columns=200)
    terminal.expect("q quit")
    fake.stop()
    terminal.expect("is subd running")
    fake = Fake(directory + "/c.sock")
    terminal.expect(r"evicted 1\x1b\[K\r+\n\x1b\[K")
    terminal.key("q")
    assert terminal.wait() == 0
    terminal.close()
    fake.stop()


def test_tables_fit_a_narrow_terminal_where_they_can(daemon):
    terminal = Terminal("sessions", "--closed", "--control", daemon.path, columns=40)
    assert terminal.wait() == 0
    assert terminal.text.startswith("\x1b[1mID")
    terminal.close()
