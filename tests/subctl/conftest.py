import json
import tempfile

import pytest

from programs import Fake, run


@pytest.fixture
def directory():
    with tempfile.TemporaryDirectory(prefix="subd-t-", dir="/tmp") as path:
        yield path


@pytest.fixture
def daemon(directory):
    fake = Fake(directory + "/c.sock")
    yield fake
    fake.stop()


@pytest.fixture
def ask(daemon):
    def ask_daemon(*arguments, code=0, stdin=""):
        result = run(*arguments, control=daemon.path, stdin=stdin)
        assert result.returncode == code, result
        assert "\x1b" not in result.stdout
        if code in (0, 1) and result.stdout:
            assert result.stderr == ""
        return result.stdout if result.stdout else result.stderr

    return ask_daemon


@pytest.fixture
def ask_json(ask):
    return lambda *arguments, **options: json.loads(ask(*arguments, "--json", **options))
