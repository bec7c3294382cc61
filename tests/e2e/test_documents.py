"""What --help says, against the man pages and the checked-in completions of all three programs."""

import pathlib
import re
import subprocess

import pytest

from daemon import BINARIES

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = {"subd": "subd.8", "subctl": "subctl.1", "wsprobe": "wsprobe.1"}
COMPLETIONS = {"bash": "bash/{}", "zsh": "zsh/_{}", "fish": "fish/{}.fish"}


def output(program, *arguments):
    done = subprocess.run([BINARIES / program, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def verbs_of(text):
    """Names in the list of verbs of a help text."""
    _, found, verbs = text.partition("\nSubcommands:\n")
    return re.findall(r"^  ([a-z-]+)", verbs.split("\n\n")[0], re.MULTILINE) if found else []


def helps(program, *path):
    """The help text of the program and, below it, of every verb."""
    text = output(program, *path, "--help")
    yield path, text
    for verb in verbs_of(text):
        yield from helps(program, *path, verb)


@pytest.mark.parametrize("program", PAGES)
def test_the_man_page_has_every_verb_and_flag_of_the_help(program):
    page = (ROOT / "man" / PAGES[program]).read_text().replace("\\-", "-")
    texts = list(helps(program))
    assert program == "subd" or len(texts) > 5
    for path, text in texts:
        for verb in path:
            assert re.search(rf"\b{verb}\b", page), f"{PAGES[program]} lacks the verb {verb}"
        flags = set(re.findall(r"(?<![\w-])--([a-z][a-z0-9-]+)", text))
        assert flags
        for flag in flags:
            # mdoc writes --flag as `Fl -flag`.
            assert re.search(rf"(Fl -|--){flag}\b", page), f"{PAGES[program]} lacks --{flag} of {' '.join(path)}"


@pytest.mark.parametrize("shell", COMPLETIONS)
@pytest.mark.parametrize("program", PAGES)
def test_the_checked_in_completion_is_what_the_program_writes(program, shell):
    arguments = ["--completion", shell] if program == "subd" else ["completion", shell]
    file = ROOT / "completions" / COMPLETIONS[shell].format(program)
    assert file.read_text() == output(program, *arguments)
