"""ruff's unsafe fixes: which may mean something else and need proof, and how to have those without."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from stomper.fixers.unsafe_codes import LEFT, TRIED
from stomper.models import Diagnostic
from stomper.proof.words import word_for
from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.repo import GitRepo

RUFF = real_tool("ruff") or ""
DOCS = (Path(__file__).parents[2] / "docs" / "fixers.md").read_text()
# A place of each that ruff has an unsafe fix for, and what it would be.
MEANS_ELSE = {
    "E711": "query = table.name == None\n",
    "B006": "def f(a=[]):\n    return a\n",
    "B028": "import warnings\n\nwarnings.warn('a')\n",
    "SIM201": "a = not b == c\n",
    "SIM208": "a = not (not b)\n",
    "SIM118": "a = b in c.keys()\n",
    "SIM300": "a = B == c\n",
    "SIM103": "def f(a):\n    if a == 1:\n        return True\n    return False\n",
    "SIM109": "a = b == c or b == d\n",
    "SIM105": "try:\n    a()\nexcept b.C:\n    pass\n",
    "C414": "a = sorted(reversed(b))\n",
    "C416": "a = [b for b in c]\n",
    "C419": "a = any([b(c) for c in d])\n",
    "RUF005": "a = [1] + b\n",
    "RUF046": "a = int(round(b))\n",
    "PLR1714": "a = b == c or b == d\n",
    "PLR6201": "a = b in (c, d)\n",
    "PIE810": "a = b.startswith(c) or b.startswith(d)\n",
    "E731": "def f():\n    a = lambda: 1\n    return a\n",
    "PLC0414": "import a as a\n",
    "UP028": "def f(a):\n    for b in a:\n        yield b\n",
    "FLY002": "a = ''.join([b, c])\n",
}


def test_the_document_names_all_that_are_left_with_their_reason() -> None:
    rows = re.findall(r"^\| (.+) \| ((?:[A-Z]+\d+ ?)+) \|$", DOCS, re.MULTILINE)
    assert {code: why for why, codes in rows for code in codes.split()} == LEFT
    assert not TRIED & set(LEFT)


@pytest.mark.parametrize("code", MEANS_ELSE)
def test_what_may_mean_something_else_is_tried_and_needs_proof(tmp_path: Path, code: str) -> None:
    (tmp_path / "a.py").write_text(MEANS_ELSE[code])
    words = ["check", "--isolated", "--no-cache", "--preview", "--select", code, "--output-format", "json", "a.py"]
    rows = json.loads(subprocess.run([RUFF, *words], cwd=tmp_path, capture_output=True, text=True).stdout)
    assert {row["code"] for row in rows} == {code}
    found = tuple(Diagnostic("ruff", code, row["message"], "a.py", row["location"]["row"], 1) for row in rows)
    assert (code in LEFT, RuffUnsafeFixer(RUFF).takes(found)) == (True, True)
    assert word_for("ruff-unsafe", "ruff", code).grade is None


def test_who_wants_them_has_them(repo: GitRepo, stomper: Stomper) -> None:
    text = MEANS_ELSE["E711"]
    repo.write("ruff.toml", 'lint.select = ["E711"]\n')
    repo.write("a.py", text)
    repo.commit()
    stomper.run(repo, "fix", "--no-mypy")
    assert (repo.path / "a.py").read_text() == text
    repo.write("ruff.toml", 'lint.select = ["E711"]\nlint.extend-safe-fixes = ["E711"]\n')
    repo.commit()
    stomper.run(repo, "fix", "--no-mypy").check(1)  # the project's word is no proof
    stomper.run(repo, "fix", "--no-mypy", "--unproved").check()
    assert (repo.path / "a.py").read_text() == text.replace("==", "is")
    repo.write("ruff.toml", 'lint.select = ["E711"]\n')
    repo.write("a.py", text)
    repo.commit()
    stomper.run(repo, "fix", "--no-mypy", "--unsafe-fixes", "--unproved").check()
    assert (repo.path / "a.py").read_text() == text.replace("==", "is")
