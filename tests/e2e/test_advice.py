"""The advice that comes with Stomper: found, in good form, and its examples held to the real ruff and the real mypy."""

import json
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from stomper.fixers.prompts.advice import Advice, find_advice, parse_advice, shipped_advice
from tests.kit.fakes import real_tool
from tests.kit.prompts import Desk, found

SHIPPED = {(advice.tool, advice.code): advice for advice in shipped_advice()}
LIMITS = """
[lint]
mccabe.max-complexity = 4
pylint = { max-returns = 3, max-branches = 4, max-statements = 7 }
"""
# What is nothing new in an example that is about something else: measures, docstrings, annotations, tests.
USUAL = ("C901", "PLR091", "D10", "ANN", "S101")


def codes_of(tool: str) -> list[str]:
    return sorted(code for by, code in SHIPPED if by == tool and code)


def test_the_frequent_codes_have_advice_of_their_own() -> None:
    assert len(codes_of("ruff")) >= 60
    assert len(codes_of("mypy")) >= 25
    assert {tool for tool, code in SHIPPED if not code} == {"ruff", "mypy", "pytest", "drill-sergeant"}


@pytest.mark.parametrize("tool", ["ruff", "mypy"])
def test_each_file_has_all_parts_and_is_short(tool: str) -> None:
    for code in codes_of(tool):
        advice = SHIPPED[tool, code]
        assert advice.title.startswith(f"{code}: "), code
        assert all((advice.meaning, advice.fix, advice.avoid, advice.before, advice.after)), code
        words = f"{advice.meaning} {advice.fix} {advice.avoid}"
        assert len(words) < 700, f"{code}: {len(words)}"
        assert not re.search(r"^`{3}|^(Fix|Before|After):", advice.before + advice.after, re.MULTILINE), code


def write_examples(folder: Path, tool: str) -> None:
    for code in codes_of(tool):
        for side in ("before", "after"):
            text = getattr(SHIPPED[tool, code], side)
            (folder / f"{code.replace('-', '_')}__{side}.py").write_text(text, encoding="utf-8")


def judge(seen: Mapping[str, set[str]], tool: str) -> None:
    """The example before has the code, the one after does not, and nothing that was not there before."""
    wrong = []
    for code in codes_of(tool):
        name = code.replace("-", "_")
        before, after = seen[f"{name}__before.py"], seen[f"{name}__after.py"]
        if code not in before:
            wrong.append(f"{code}: before has only {sorted(before)}")
        if added := {c for c in after - before | (after & {code}) if c == code or not c.startswith(USUAL)}:
            wrong.append(f"{code}: after has {sorted(added)}")
    assert not wrong, "\n".join(wrong)


def test_examples_for_ruff(tmp_path: Path) -> None:
    write_examples(tmp_path, "ruff")
    (tmp_path / "ruff.toml").write_text(LIMITS)
    codes = ",".join(codes_of("ruff"))
    argv = [
        str(real_tool("ruff")),
        *("check", ".", "--config", "ruff.toml", "--no-cache", "--exit-zero"),
        *("--output-format", "json", "--select", codes, "--target-version", "py312", "--line-length", "100"),
    ]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, check=True)
    seen = defaultdict(set)
    for row in json.loads(done.stdout):
        seen[Path(row["filename"]).name].add(str(row["code"]))
    judge(seen, "ruff")


def test_examples_for_mypy(tmp_path: Path) -> None:
    """One run for all of them, strict, and with the checks that are off by default and have advice."""
    write_examples(tmp_path, "mypy")
    argv = [str(real_tool("mypy")), "--strict", "--no-error-summary", "--hide-error-context", "--config-file="]
    argv += ["--cache-dir", os.devnull, "--python-version", "3.12", "."]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    seen = defaultdict(set)
    for line in done.stdout.splitlines():
        if row := re.match(r"(\w+\.py):\d+: error: .*\[([\w-]+)\]$", line):
            seen[row[1]].add(row[2])
    judge(seen, "mypy")


def test_the_nearest_advice_wins(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    wanted = [
        found("E741", 1),
        found("E999", 2),
        found("F000", 3),
        found("x", 4, tool="pytest"),
        found("y", 5, tool="own"),
    ]

    def titles() -> list[tuple[str, str]]:
        return [(advice.tool, advice.title) for advice in find_advice(tmp_path, wanted)]

    shipped = [("ruff", SHIPPED["ruff", "E741"].title), ("ruff", "other codes")]
    assert titles() == [*shipped, ("pytest", "failing test"), ("", "other tools")], "each default once"
    desk.put(".stomper/advice/ruff/E741.md", "# ours\n\nDo as we do.\n")
    desk.put(".stomper/advice/ruff/F000.md", "# F000: ours too\n\nFix: so.\n")
    desk.put(".stomper/advice/default.md", "# any\n\nAsk Anna.\n")
    assert titles() == [
        ("ruff", "ours"),
        ("ruff", "other codes"),
        ("ruff", "F000: ours too"),
        ("pytest", "failing test"),
        ("", "any"),
    ]


def test_a_code_never_names_a_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("the secret")
    desk = Desk(tmp_path / "repo")
    desk.put(".stomper/advice/ruff/x.md", "x")
    for code in ("../../../../secret", "../../../secret", "a/b", "..", "", "x" * 300, "E741.md", "\0"):
        assert "the secret" not in str(find_advice(desk.root, [found(code, 1)])), code


@pytest.mark.parametrize("place", [".stomper/advice/ruff/E741.md", ".stomper/prompt.md.j2", "pyproject.toml"])
@pytest.mark.parametrize("folder", [False, True])
def test_a_link_is_not_followed_out_of_the_repository(tmp_path: Path, place: str, folder: bool) -> None:
    """A repository can hold a link to any file of whoever runs this, and a prompt is sent away."""
    secret = "[project]\nrequires-python = 'secret'\n" if place.endswith(".toml") else "the secret"
    desk = Desk(tmp_path / "repo")
    desk.put("a.py", "l = 1\n")
    target, link = tmp_path / "outside" / Path(place).name, desk.root / place
    target.parent.mkdir()
    target.write_text(secret)
    if folder and link.parent != desk.root:
        link.parent.parent.mkdir(parents=True, exist_ok=True)
        link.parent.symlink_to(target.parent)
    else:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    assert "secret" not in desk.prompt(found("E741", 1)).text


def test_the_parts_of_a_file() -> None:
    text = "# T1: a title\r\n\r\nWhat it\nmeans.\n\nFix: so\nand so.\n\nDo not: this.\n"
    text += "\nBefore:\n\n````py\n```\nx\n````\n\nAfter:\ny = 1\n"
    advice = parse_advice("own", "T1", text)
    assert advice == Advice("own", "T1", "T1: a title", "What it\nmeans.", "so\nand so.", "this.", "```\nx\n", "y = 1")
    assert parse_advice("own", "T1", "Just do it.\n") == Advice("own", "T1", "T1", "", "Just do it.")
    assert parse_advice("own", "T1", "") == Advice("own", "T1", "T1", "", "")


def test_a_link_inside_of_it_is_not_followed_either(tmp_path: Path) -> None:
    """What git keeps in a worktree names the user's checkout, and is no part of the repository."""
    desk = Desk(tmp_path)
    desk.put(".git", "gitdir: the secret\n")
    desk.put(".stomper/advice/ruff/x.md", "x")
    (tmp_path / ".stomper/advice/ruff/E741.md").symlink_to("../../../.git")
    assert "secret" not in str(find_advice(tmp_path, [found("E741", 1)]))
