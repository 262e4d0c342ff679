"""What a program that fixes got through with, and does not any more: keys in the kernel, two readings, too much."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from stomper.guards.judge import MOST_GROWTH, judge_change
from stomper.process.keyring import KEYCTL
from stomper.settings import GuardSettings
from stomper.text.printable import LONGEST_LOG, log_text
from tests.kit.cli import ROOT
from tests.kit.sandboxes import KINDS, sandbox_of

BEFORE = b"import os\n\nx = 1\n"
MOJIBAKE = "# coding: latin-1\nimport os\n\nx = '\u00e9'\n".encode()

# Joins a session keyring with a key in it, and has programs without and with a sandbox look for that.
SESSION = """
import ctypes, sys
from pathlib import Path
from stomper import process
from tests.kit.sandboxes import sandbox_of
keyctl, kind, place = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
call = ctypes.CDLL(None).syscall
if call(keyctl, 1, b"stomper-test") < 0 or call(keyctl - 2, b"user", b"bait", b"sesame", 6, -3) < 0:
    sys.exit("no keyrings")
look = f"import ctypes; print(ctypes.CDLL(None).syscall({keyctl}, 10, -3, b'user', b'bait', 0) > 0)"
for sandbox in (None, sandbox_of(kind).opened(place), None):
    done = process.run([sys.executable, "-IS", "-c", look], cwd=place, timeout=60, contained=True, sandbox=sandbox)
    print(done.stdout.decode().strip())
"""


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_a_session_stay_outside_of_the_sandbox(kind: str, tmp_path: Path) -> None:
    """No namespace takes a keyring away: an agent read what the user's login keeps there. Later programs have it."""
    sandbox_of(kind)
    number = KEYCTL.get(platform.machine())
    if number is None:
        pytest.skip("the number of keyctl(2) is not known here")
    words = [sys.executable, "-c", SESSION, str(number), kind, str(tmp_path)]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    if "no keyrings" in done.stderr:
        pytest.skip("the kernel has no keyrings, or keeps them from us")
    assert done.stdout.split() == ["True", "False", "True"], done.stderr


@pytest.mark.parametrize(
    "after",
    [
        b'# coding: raw_unicode_escape\n# \\u000ay = """\nimport os  # noqa\n# """\nx = 1\n',
        b'# coding: unicode_escape\n# \\ny = """\nimport os  # noqa\n# """\nx = 1\n',
        b'# coding: utf-7\n# +AAo-y = +ACIAIgAi-\nimport os  # noqa\n# """\nx = 1\n',
        b'\n# vim: set fileencoding=unicode_escape :\n# \\ny = """\nimport os  # noqa\n# """\nx = 1\n',
        b"# coding: unicode_escape\n# \\nimport os\n\nx = 1\n",
        "# coding: latin-1\nimport os  #\u00a0noqa\n\nx = 1\n".encode(),
    ],
    ids=["raw", "escape", "utf-7", "second line", "code for Python alone", "blank"],
)
def test_a_file_is_not_made_another_text_for_ruff_than_for_python(after: bytes) -> None:
    """By the encoding that it declares: what is a string to one has a comment of the other in it."""
    refusals = judge_change("a.py", BEFORE, after, GuardSettings())
    assert "another text in the encoding that it declares" in refusals[0].text


def test_a_file_that_was_two_texts_before_can_be_fixed_and_gets_no_hidden_comment() -> None:
    assert judge_change("a.py", MOJIBAKE, MOJIBAKE.replace(b"import os\n", b""), GuardSettings()) == []
    hidden = MOJIBAKE.replace(b"import os\n", "import os  #\u00a0noqa\n".encode())
    assert judge_change("a.py", MOJIBAKE, hidden, GuardSettings()) != []
    other = MOJIBAKE.replace(b"latin-1", b"cp1252")
    assert judge_change("a.py", MOJIBAKE, other, GuardSettings()) != []


@pytest.mark.parametrize("declared", ["utf-8", "ascii", "latin-1", "utf-7", "cp1252"])
def test_an_encoding_that_changes_nothing_of_a_text_is_none_of_this(declared: str) -> None:
    after = f"# coding: {declared}\nx = 1\n".encode()
    assert judge_change("a.py", BEFORE, after, GuardSettings()) == []
    old = "# coding: latin-1\nimport os\nx = '\u00e9'\n".encode("latin-1")
    assert judge_change("a.py", old, old.replace(b"import os\n", b""), GuardSettings()) == []


@pytest.mark.parametrize("path", ["a.py", "a.txt", "a.pyx", "a.ipynb"])
def test_a_change_that_makes_a_file_huge_is_refused_before_it_is_read(path: str) -> None:
    """11 MB of code took 6 GB and nine minutes, and landed."""
    refusals = judge_change(path, BEFORE, BEFORE + b"x = [1, 2]\n" * (MOST_GROWTH // 11 + 1), GuardSettings())
    assert [refusal.policy for refusal in refusals] == ["reject"]
    assert "larger" in refusals[0].text


def test_of_an_endless_output_both_ends_are_in_the_log() -> None:
    text = "first\n" + "sesame is no word to be cut\n" * (LONGEST_LOG // 10) + "last"
    kept = log_text(text)
    assert kept.startswith("first\n")
    assert kept.endswith("\nlast\n")
    assert len(kept) < LONGEST_LOG + 100
    assert "characters are left out]\n" in kept
    assert set(kept.splitlines()[1:-1]) - {"sesame is no word to be cut"} == {
        line for line in kept.splitlines() if "left out" in line
    }
    assert log_text("x" * 1000) == "x" * 1000 + "\n"
