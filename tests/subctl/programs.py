"""The two programs of these tests: subctl and a daemon that is not one."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

SUBCTL = os.environ["SUBCTL"]
FAKE = os.environ["FAKE_CONTROL_SERVER"]


class Fake:
    def __init__(self, path, *failure):
        self.path = path
        self.process = subprocess.Popen([FAKE, path, *failure], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()


def run(*arguments, control=None, stdin="", environment=None):
    command = [SUBCTL, *arguments] + (["--control", control] if control else [])
    clean = {name: value for name, value in os.environ.items()
             if name not in ("SUBD_CONTROL_SOCKET", "RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR")}
    clean.update(environment or {})
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=30, env=clean)


class Terminal:
    """subctl on a terminal of its own; `settings` tells what it has done to it."""

    def __init__(self, *arguments, rows=24, columns=80):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = self.settings()
        self.process = subprocess.Popen([SUBCTL, *arguments], stdin=self.slave, stdout=self.slave,
                                        stderr=subprocess.PIPE, env={**os.environ, "TERM": "xterm"},
                                        process_group=0)
        self.text = ""

    def settings(self):
        return termios.tcgetattr(self.slave)

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def key(self, key):
        os.write(self.master, key.encode())

    def expect(self, pattern, limit=10):
        """Reads on until the pattern shows up in what has come since the last match."""
        end = time.monotonic() + limit
        while not (match := re.search(pattern, self.text)):
            assert select.select([self.master], [], [], max(0, end - time.monotonic()))[0], (pattern, self.text)
            self.text += os.read(self.master, 65536).decode()
        self.text = self.text[match.end():]
        return match

    def wait(self):
        # Something has to take what is written at the end.
        end = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], 0.01)[0]:
                self.text += os.read(self.master, 65536).decode()
        while select.select([self.master], [], [], 0)[0]:
            self.text += os.read(self.master, 65536).decode()
        self.process.stderr.close()
        return self.process.wait(timeout=10)

    def close(self):
        os.close(self.master)
        os.close(self.slave)
