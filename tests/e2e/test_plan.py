"""`stomper plan`, `stomper fix --plan`, and codes picked by a person at a terminal."""

import json
import os
import select
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

from stomper.cli.pick_codes import parse_answer
from stomper.proof.words import word_for
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo, fixed_content


def known(code: str) -> str:
    """What our words say of ruff's own fix."""
    word = word_for("ruff", "ruff", code, "safe")
    return f"{'maybe ' if word.checks else ''}{word.grade}" if word.grade else "to be proved"


def plan_of(stomper: Stomper, repo: GitRepo, file: Path, *words: str) -> str:
    stomper.run(repo, "plan", "-o", file, *words).check()
    return file.read_text()


def test_shows_what_fix_would_do_and_changes_nothing(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 3, unfixable=True)
    repo.write("app/module_001.py", "import re\n")
    state, refs = repo.checkout_state(), repo.refs()
    out = stomper.run(repo, "plan", "-j2").check().out
    assert (repo.checkout_state(), repo.refs()) == (state, refs)
    assert not (repo.git_dir / "stomper").exists()
    assert out.splitlines() == [
        f"5 diagnostics in 3 files, on main ({repo.head[:12]})",
        "",
        "count  files  code            fixers that would try, and their grades",
        f"    2      2  F401            ruff ({known('F401')})",
        f"    2      2  I001            ruff ({known('I001')})",
        "    1      1  F821            none",
        "",
        "wave  file    (at most 2 files at once, so 2 waves)",
        "   1  app/core/module_002.py: F401 1, I001 1",
        "   1  app/unfixable.py: F821 1",
        "   2  module_000.py: F401 1, I001 1",
        "",
        "left alone: app/module_001.py: uncommitted changes",
        "time: unknown, since no run with these fixers is recorded",
        "to do it: stomper fix; to choose first: stomper plan -o plan.toml",
    ]
    plan = tomllib.loads(plan_of(stomper, repo, tmp_path / "p.toml", "--error-type", "F8"))
    assert plan["codes"] == {"F821": {"count": 1, "files": 1, "fixers": {}, "grades": {}}}
    assert [(f["path"], f["wave"], f["blob"]) for f in plan["files"]] == [
        (UNFIXABLE_PATH, 1, repo.rev(f"HEAD:{UNFIXABLE_PATH}"))
    ]


def test_fix_does_what_is_left_in_the_plan_and_says_what_moved(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """Of five files one is removed by hand, one loses a code, one is changed since, one is gone, one stays as it is."""
    findings_repo(repo, 5)
    core, one, lib, zero, four = finding_paths(5)
    base, text = repo.head, plan_of(stomper, repo, tmp_path / "p.toml")
    blocks = text.split("[[files]]")
    blocks = [block for block in blocks if f'"{core}"' not in block]
    blocks = [b.replace("F401 = 1, I001 = 1", "I001 = 1") if f'"{one}"' in b else b for b in blocks]
    (tmp_path / "p.toml").write_text("[[files]]".join(blocks))
    repo.write(lib, repo.read(lib) + b"X = 1\n")
    (repo.path / zero).unlink()
    repo.commit("on")
    result = stomper.run(repo, "fix", "--plan", tmp_path / "p.toml").check()
    assert f"the repository has moved on since the plan was made: {base[:12]} -> " in result.err
    assert f"changed since, so looked at anew: {lib}\n" in result.err
    assert f"gone since, so left out: {zero}\n" in result.err
    fixed = {file["path"]: file["fixed_codes"] for file in report_of(repo)["files"]}
    assert fixed == {one: {"I001": 1}, lib: {"F401": 1, "I001": 1}, four: {"F401": 1, "I001": 1}}
    assert repo.content(one) == b"import os\nimport sys\n\n\n" + fixed_content(1).split(b"\n\n\n", 1)[1]
    assert stomper.run(repo, "fix", "--plan", tmp_path / "p.toml").check().out.startswith("nothing to fix\n")


def test_a_plan_without_files_does_nothing(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    text, head = plan_of(stomper, repo, tmp_path / "p.toml"), repo.head
    (tmp_path / "p.toml").write_text(text.split("[[files]]")[0])
    told = stomper.run(repo, "fix", "--plan", tmp_path / "p.toml").check().out
    assert told == "nothing to fix: no file of the plan is left\n"
    assert repo.head == head


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--error-type", "F"], "--error-type"),
        (["."], "PATHS"),
        (["--mypy"], "--mypy"),
        (["--interactive"], "--interactive"),
    ],
)
def test_nothing_else_may_say_what_to_do(repo: GitRepo, stomper: Stomper, words: list[str], named: str) -> None:
    findings_repo(repo, 1)
    assert f"cannot be combined with {named}" in stomper.run(repo, "fix", "--plan", "p.toml", *words).check(2).err


CTRL_C = b"\x03"
PATIENCE = 60.0
KNOWN = ("F401", "E501", "name-defined", "I001")


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ("all", KNOWN), ("NONE", ()), ("1", ("F401",)), ("4,1", ("F401", "I001")), ("2-4", KNOWN[1:]),
        ("f401 3", ("F401", "name-defined")), ("name-defined,I001", KNOWN[2:]), (" 1-2 , 2 ", KNOWN[:2]),
    ],
)  # fmt: skip
def test_answers(answer: str, codes: tuple[str, ...]) -> None:
    assert parse_answer(answer, KNOWN) == codes


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("F402", "'F402' is none of the codes. Did you mean 'F401'?"),
        ("0", "0 is not in the table, whose numbers go from 1 to 4"),
        ("3-9", "numbers go from 1 to 4"), ("3-1", "numbers go from 1 to 4"), (",", "say which"), ("all 1", "'all'"),
    ],
)  # fmt: skip
def test_answers_that_are_none(answer: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_answer(answer, KNOWN)


def at_terminal(stomper: Stomper, repo: GitRepo, *keys: bytes) -> tuple[int, str]:
    """`stomper fix --interactive` with a terminal of its own; each of `keys` is pressed when it asks. What it said.

    A ^C is pressed again where nothing happens: one that comes in the moment before Python begins to read
    is only heard with the next key.
    """
    ours, theirs = os.openpty()

    def start() -> None:
        os.setsid()
        os.close(os.open(os.ttyname(theirs), os.O_RDWR))  # makes it the controlling one, so that ^C is heard

    child = subprocess.Popen(
        [*stomper.command, "fix", "--interactive"], cwd=repo.path,
        stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=start,
    )  # fmt: skip
    os.close(theirs)
    said, pressed, deadline = b"", 0, time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 1)[0]:
                try:
                    said += os.read(ours, 4096)
                except OSError:  # the other end is closed
                    break
            elif pressed and keys[pressed - 1] == CTRL_C:
                os.write(ours, CTRL_C)
            if pressed < len(keys) and said.count(b"none): ") > pressed:
                os.write(ours, keys[pressed])
                pressed += 1
        return child.wait(PATIENCE), said.decode()
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def test_a_person_picks_codes(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2, unfixable=True)
    code, said = at_terminal(stomper, repo, b"F999\r", b"i001\r")
    assert "   2      2      2  I001 unsorted-imports  ruff" in said
    assert "'F999' is none of the codes" in said
    assert code == 0, said
    assert [file["fixed_codes"] for file in report_of(repo)["files"]] == [{"I001": 1}] * 2
    found = json.loads(stomper.run(repo, "check", "--format", "json").check(1).out)
    assert found["codes"] == {"F401": 2, "F821": 1}


@pytest.mark.parametrize(("keys", "expected"), [(b"none\r", 0), (b"\x04", 130), (CTRL_C, 130)])
def test_a_person_who_picks_nothing_changes_nothing(
    repo: GitRepo, stomper: Stomper, keys: bytes, expected: int
) -> None:
    findings_repo(repo, 1)
    before = repo.checkout_state()
    code, said = at_terminal(stomper, repo, keys)
    assert (code, "Traceback" in said) == (expected, False), said
    assert repo.checkout_state() == before
    assert not (repo.git_dir / "stomper").exists()


def test_nobody_can_be_asked_without_a_terminal(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    result = stomper.run(repo, "fix", "--interactive", stdin="all\n").check(2)
    assert "stdin is no terminal" in result.err
