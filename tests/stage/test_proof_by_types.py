"""Proof by types, with the real ruff and mypy: each code at places that are proved, refuted, not to be told."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from stomper.checkers.mypy import MypyChecker
from stomper.checkers.ruff import RuffChecker
from stomper.checkers.scope import Scoped
from stomper.models import Diagnostic
from stomper.proof.by_types import TypeProver, prover_of
from stomper.proof.typed.needs import Proof
from stomper.proof.typed.table import ROWS, table
from tests.kit.fakes import real_tool
from tests.kit.warm_mypy import WarmMypy

RUFF, MYPY = real_tool("ruff") or "ruff", real_tool("mypy") or "mypy"
PROVER = TypeProver(WarmMypy(MYPY, sys.executable))
DATA = Path(__file__).parents[1] / "data" / "proof"
PLACES = (DATA / "places.txt").read_text()
DOCUMENT = Path(__file__).parents[2] / "docs" / "proof-by-types.md"
MARK = re.compile(r"# (next )?([A-Z]+\d+) (proved|refuted|unknown|-)$")
VERDICTS = {"proved", "refuted", "unknown"}
# ruff names these only where it knows the type itself, or there is no type that decides.
FEWER = {
    "C413": VERDICTS,
    "FURB132": {"proved"},
    "PLC0207": {"proved", "unknown"},
    "PLC1802": {"proved"},
    "RUF015": {"proved", "unknown"},
    "RUF057": {"proved", "unknown"},
    "SIM202": VERDICTS,
    "SIM208": {"proved", "unknown"},
    "SIM211": {"proved"},
}


def found_by_ruff(text: str, path: str = "places.py") -> list[Diagnostic]:
    words = ["check", "--isolated", "--preview", "--no-cache", "--target-version=py311", f"--select={','.join(ROWS)}"]
    done = subprocess.run(
        [RUFF, *words, "--output-format=json", f"--stdin-filename={path}", "-"],
        input=text.encode(), capture_output=True, check=False,
    )  # fmt: skip
    rows = json.loads(done.stdout)
    return [
        Diagnostic("ruff", r["code"], r["message"], path, r["location"]["row"], r["location"]["column"]) for r in rows
    ]


def proofs(folder: Path, text: str, others: Mapping[str, str] | None = None) -> Mapping[tuple[int, str], Proof]:
    root, scratch = folder / "tree", folder / "scratch"
    scratch.mkdir(parents=True)
    for name, content in {**(others or {}), "places.py": text}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    before = sorted(root.rglob("*"))
    found = PROVER.prove(root, "places.py", text, found_by_ruff(text), scratch)
    assert sorted(root.rglob("*")) == before, "something was written into the worktree"
    return {(one.line, one.code): proof for one, proof in found.items()}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[int, str], Proof]:
    return proofs(tmp_path_factory.mktemp("places"), PLACES, {"sqlalchemy.py": (DATA / "sqlalchemy.txt").read_text()})


def expected() -> Iterator[tuple[int, str, str]]:
    for line, words in enumerate(PLACES.split("\n"), 1):
        if mark := MARK.search(words):
            yield line + bool(mark[1]), mark[2], mark[3]


EXPECTED = tuple(expected())


@pytest.mark.parametrize("code", ROWS)
def test_the_places_of_a_code_are_judged(judged: Mapping[tuple[int, str], Proof], code: str) -> None:
    wanted = {line: verdict for line, of, verdict in EXPECTED if of == code}
    found = {line: judged.get((line, code)) for line in wanted}
    assert {line: proof.verdict if proof else "-" for line, proof in found.items()} == wanted
    assert all(proof.why for proof in found.values() if proof)


@pytest.mark.parametrize("code", ROWS)
def test_each_row_has_a_place_of_each_verdict(code: str) -> None:
    assert {verdict for _, of, verdict in EXPECTED if of == code} - {"-"} == FEWER.get(code, VERDICTS)


def verdicts(folder: Path, text: str, others: Mapping[str, str] | None = None) -> Sequence[str]:
    return [proof.verdict for _, proof in sorted(proofs(folder, text, others).items())]


def test_a_name_that_is_not_the_builtin_one_is_not_known(tmp_path: Path) -> None:
    text = "def f(a: list[str]) -> None:\n    print(any([q == 'x' for q in a]))\n"
    assert verdicts(tmp_path / "plain", text) == ["proved"]
    star = "from other import *\n\n\n" + text
    assert verdicts(tmp_path / "star", star, {"other.py": "x = 1\n"}) == ["unknown"]


def test_a_class_of_the_project_counts_with_all_that_are_derived_from_it(tmp_path: Path) -> None:
    text = "from own import Own\n\n\ndef f(a: Own | None) -> bool:\n    return a == None\n"
    own = "class Base: ...\n\n\nclass Own(Base): ...\n"
    assert verdicts(tmp_path / "alone", text, {"own.py": own}) == ["proved"]
    below = "from own import Own\n\n\nclass Below(Own):\n    def __eq__(self, other: object) -> bool: return True\n"
    assert verdicts(tmp_path / "below", text, {"own.py": own, "below.py": below}) == ["unknown"]
    mixed = "import own\nfrom elsewhere import Mixin\n\n\nclass Below(own.Own, Mixin): ...\n"
    assert verdicts(tmp_path / "mixed", text, {"own.py": own, "mixed.py": mixed}) == ["unknown"]
    of_any = "from nowhere import Base  # type: ignore\n\n\nclass Own(Base): ...\n"
    assert verdicts(tmp_path / "any", text, {"own.py": of_any}) == ["unknown"]


def test_a_number_of_the_project_may_format_itself(tmp_path: Path) -> None:
    """Members of an enumeration of numbers do, from Python 3.11 on: `format` takes them for texts."""
    text = "def f(a: int) -> str:\n    return '%d' % a\n"
    assert verdicts(tmp_path / "plain", text, {"own.py": "class Own(int): ...\n"}) == ["proved"]
    members = "import enum\n\n\nclass Own(int, enum.Enum):\n    A = 1\n"
    assert verdicts(tmp_path / "members", text, {"own.py": members}) == ["unknown"]
    by_itself = "class Own(int): ...\n\n\nclass More(Own):\n    def __format__(self, how: str) -> str: return 'x'\n"
    assert verdicts(tmp_path / "itself", text, {"own.py": by_itself}) == ["unknown"]
    made = "def f(a: list[int]) -> str:\n    return '%d' % len(a)\n"
    assert verdicts(tmp_path / "made", made, {"own.py": members}) == ["proved"]


def test_a_library_that_reads_code_makes_all_unknown(tmp_path: Path) -> None:
    text = "import pony\n\n\ndef f(a: int | None) -> bool:\n    return a == None\n"
    assert verdicts(tmp_path, text) == ["unknown"]


def test_what_the_project_switches_off_is_asked_all_the_same(tmp_path: Path) -> None:
    text = (
        "# mypy: ignore-errors, no-strict-optional\n"
        "def f(a: 'bool | None'):\n    b = a\n    print(\n        b == None, a == True)\n"
    )
    config = "[mypy]\nignore_errors = True\nstrict_optional = False\ncheck_untyped_defs = False\n"
    found = proofs(tmp_path, text, {"mypy.ini": config})
    assert [proof.verdict for _, proof in sorted(found.items())] == ["proved", "refuted"]


def test_wide_characters_and_several_lines_do_not_move_the_answers(tmp_path: Path) -> None:
    text = (
        "def f(a: int | None, ä: str) -> None:\n"
        "    print('äöü€😀', ä == 'ü' or ä == 'ö', (\n        # why\n        a\n        == None))\n"
        "    print('😀', ä[\n        0] == None)\n"
    )
    assert verdicts(tmp_path, text) == ["proved"] * 3


def test_the_documentation_has_the_table() -> None:
    assert table() in DOCUMENT.read_text("utf-8"), "write it anew: .venv/bin/python scripts/type_table.py"


def test_without_an_answer_all_is_unknown(tmp_path: Path) -> None:
    text = "def f(a: int | None) -> bool:\n    return a == None\n"
    (tmp_path / "a.py").write_text(text)
    found = found_by_ruff(text, "a.py")
    broken = TypeProver(MypyChecker("/bin/false", sys.executable))
    assert {proof.verdict for proof in broken.prove(tmp_path, "a.py", text, found, tmp_path).values()} == {"unknown"}
    assert {p.verdict for p in PROVER.prove(tmp_path, "a.py", "def f(:\n", found, tmp_path).values()} == {"unknown"}
    (tmp_path / "mypy.ini").write_text("[mypy]\nexclude = a.py\n")
    assert {p.verdict for p in PROVER.prove(tmp_path, "a.py", text, found, tmp_path).values()} == {"unknown"}


def test_only_a_project_with_mypy_has_a_prover() -> None:
    mypy = PROVER.mypy
    assert isinstance(mypy, MypyChecker)
    assert prover_of([RuffChecker(RUFF)]) is None
    assert prover_of([RuffChecker(RUFF), mypy]) == PROVER
    assert prover_of([Scoped(mypy)]) == PROVER
