"""Whole runs that accept what is left: `fix --fixer suppress`, `baseline suppress`, `--remove-stale`."""

import json
import sys

import pytest

from stomper.cli.consent import with_agents
from stomper.python import same_code
from stomper.settings import Settings
from tests.kit.cli import Stomper
from tests.kit.fakes import fixer_table
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import BOTH_WAYS, report_of, states
from tests.kit.samples import UNFIXABLE, UNFIXABLE_PATH, findings_repo

UNDEFINED = UNFIXABLE.replace("undefined_name\n", "undefined_name  # noqa: F821\n")
MIXED = "import os\n\n\ndef broken() -> int:\n    return undefined_name\n"
TYPED = f"""
[tool.mypy]
strict = true
[tool.stomper.environment]
python = {json.dumps(sys.executable)}
"""


def test_what_the_others_leave_is_accepted(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    leaks.expect("ref", "refs/stomper/*/undone", reason="for redo")
    findings_repo(repo, 1, unfixable=True)
    repo.commit_file("mixed.py", MIXED)
    before = repo.checkout_state()
    words = ["fix", "--fixer", "ruff", "--fixer", "suppress", "--reason", "legacy, #12"]
    result = stomper.run(repo, *words).check(0)
    assert states(repo) == {UNFIXABLE_PATH: "suppressed", "mixed.py": "suppressed", "module_000.py": "fixed"}
    assert repo.content(UNFIXABLE_PATH).decode() == UNDEFINED.replace("F821", "F821  # legacy, #12")
    summary = report_of(repo)["summary"]
    assert {key: count for key, count in summary.items() if count and key.startswith("diagnostics")} == {
        "diagnostics_before": 5, "diagnostics_fixed": 3, "diagnostics_suppressed": 2,
    }  # fmt: skip
    assert "3 of 5 diagnostics fixed, 2 suppressed in 3 files: 1 cleared, 2 suppressed" in result.out
    subjects = [subject for subject, _ in repo.log()][-4:]
    assert subjects == [
        f"chore(quality): suppress 1 issue in {UNFIXABLE_PATH}",
        "fix(quality): resolve 1 issue in mixed.py",
        "chore(quality): suppress 1 issue in mixed.py",
        "fix(quality): resolve 2 issues in module_000.py",
    ]
    # The suppressions alone can be reverted.
    repo.git("revert", "--no-edit", "HEAD~1")
    assert repo.content("mixed.py") == MIXED.removeprefix("import os\n\n\n").encode()
    repo.git("reset", "--hard", "HEAD~1")
    stomper.run(repo, "check").check(0)
    stomper.run(repo, "undo").check(0)
    assert repo.checkout_state() == before


def test_a_baseline_becomes_comments_and_stale_ones_go(repo: GitRepo, stomper: Stomper) -> None:
    """What the baseline knows is taken up too; codes that are not ruff's, or not switched on, are not stale."""
    repo.write("pyproject.toml", f'[tool.ruff.lint]\nselect = ["E", "F"]\n{TYPED}')
    repo.write("a.py", "import os\nx: int = 1  # type: ignore[assignment]\ny = x  # noqa: E501, D100, XYZ123\n")
    repo.write("b.py", "def f(x):  # of old\n    return x\n\n\nz = 1  # noqa\n")
    repo.commit("sample")
    stomper.run(repo, "baseline", "write").check(0)
    repo.commit("accepted")
    before = {path: repo.content(path).decode() for path in ("a.py", "b.py")}
    result = stomper.run(repo, "baseline", "suppress", "--remove-stale", "--report", "r.json").check(0)
    assert {path: repo.content(path).decode() for path in before} == {
        "a.py": "import os  # noqa: F401\nx: int = 1\ny = x  # noqa: D100, XYZ123\n",
        "b.py": "def f(x):  # type: ignore[no-untyped-def]  # of old\n    return x\n\n\nz = 1  # noqa\n",
    }
    assert all(same_code(text, repo.content(path).decode()) for path, text in before.items())
    summary = json.loads((repo.path / "r.json").read_text())["summary"]
    assert (summary["diagnostics_fixed"], summary["diagnostics_suppressed"]) == (2, 2)
    files = {file["path"]: file for file in report_of(repo)["files"]}
    assert files["a.py"]["fixed_codes"] == {"RUF100": 1, "unused-ignore": 1}
    assert files["a.py"]["suppressed_codes"] == {"F401": 1}
    assert "3 entries of the baseline gone: stomper baseline prune" in result.out
    stomper.run(repo, "baseline", "prune").check(0)
    assert "0 diagnostics" in stomper.run(repo, "baseline", "show").out
    stomper.run(repo, "check").check(0)


SHOP = {
    "a.py": "def double(number=1):\n    return number * 2\n",
    "b.py": "from a import double\n\n\ndef four() -> int:\n    return double(2) + 0\n",
    "c.py": "from a import double\n\n\ndef odd() -> str:\n    print(double(2))\n    return 1\n",
}


@pytest.mark.thorough
def test_comments_that_a_fix_of_another_file_makes_needless_are_not_written(repo: GitRepo, stomper: Stomper) -> None:
    """Each file is worked on beside the others as they were: with an untyped `double`."""
    repo.write("pyproject.toml", TYPED)
    for path, text in SHOP.items():
        repo.write(path, text)
    repo.commit("sample")
    stomper.run(repo, "fix", "--fixer", "annotate", "--fixer", "suppress", "--mypy", "--no-ruff").check(0)
    assert "def double(number: int = 1) -> int:" in repo.content("a.py").decode()
    assert repo.content("b.py").decode() == SHOP["b.py"]
    assert repo.content("c.py").decode() == SHOP["c.py"].replace("1\n", "1  # type: ignore[return-value]\n")
    assert states(repo) == {"a.py": "fixed", "b.py": "unchanged", "c.py": "suppressed"}
    summary = report_of(repo)["summary"]
    counts = [summary[f"diagnostics_{what}"] for what in ("before", "after", "fixed", "suppressed")]
    assert counts == [counts[0], 0, counts[0] - 1, 1]
    assert repo.log()[-1][0] == "chore(quality): suppress 1 issue in c.py"
    stomper.run(repo, "check").check(0)


@BOTH_WAYS
def test_only_what_is_chosen_is_accepted(repo: GitRepo, stomper: Stomper, how: str) -> None:
    findings_repo(repo, 1, unfixable=True)
    result = stomper.run(repo, "baseline", "suppress", "--error-type", "F401", "--no-commit").check(0)
    assert repo.read(UNFIXABLE_PATH).decode() == UNFIXABLE
    assert repo.read("module_000.py").startswith(b"import sys\nimport os  # noqa: F401\n")
    assert "0 of 1 diagnostics fixed, 1 suppressed in 1 file" in result.out


def test_a_fixer_before_it_is_still_refused_its_suppressions(repo: GitRepo, stomper: Stomper) -> None:
    script = "import sys; p = sys.argv[1]; s = open(p).read().rstrip(); open(p, 'w').write(s + '  # noqa: F821\\n')"
    sly = [sys.executable, "-c", script, "{file}"]
    toml = f'[tool.stomper]\nfixers = ["sly", "suppress"]\nmax_retries = 0\n{fixer_table("sly", sly)}'
    findings_repo(repo, 0, unfixable=True, pyproject=toml)
    stomper.run(repo, "fix").check(0)
    (file,) = report_of(repo)["files"]
    assert [(a["fixer"], a["result"], a.get("detail")) for a in file["attempts"]] == [
        ("sly", "refused", "adds a suppression: noqa[F821] (line 2)"),
        ("suppress", "kept", None),
    ]
    assert (file["status"], file["suppressed_codes"]) == ("suppressed", {"F821": 1})


@pytest.mark.thorough
def test_a_plan_of_its_fixer_takes_a_reason(repo: GitRepo, stomper: Stomper) -> None:
    """`--fixer` has no place beside a plan, which names the chain."""
    findings_repo(repo, 0, unfixable=True)
    for fixer in ("ruff", "suppress"):
        stomper.run(repo, "plan", "--fixer", fixer, "-o", f"../{fixer}.toml").check(0)
    refused = stomper.run(repo, "fix", "--plan", "../ruff.toml", "--reason", "legacy").check(2)
    assert "--reason is for the fixer suppress" in refused.err
    stomper.run(repo, "fix", "--plan", "../suppress.toml", "--reason", "legacy").check(0)
    assert repo.content(UNFIXABLE_PATH).decode() == UNDEFINED.replace("F821", "F821  # legacy")


USAGE = {
    "not the last": (["fix", "--fixer", "suppress", "--fixer", "ruff"], "'suppress' must be the last one"),
    "a reason for nothing": (["fix", "--reason", "x"], "--reason is for the fixer suppress"),
    "a reason in two lines": (["baseline", "suppress", "--reason", "a\nb"], "must be one line of text"),
    "a reason that is an order": (["baseline", "suppress", "--reason", "see # noqa"], "must not contain 'noqa'"),
}


@pytest.mark.parametrize("what", USAGE)
def test_wrong_usage(repo: GitRepo, stomper: Stomper, what: str) -> None:
    findings_repo(repo, 1)
    words, said = USAGE[what]
    assert said in stomper.run(repo, *words).check(2).err


@pytest.mark.thorough
def test_an_agent_of_the_command_line_comes_before_it() -> None:
    """`--agent` appends to the chain, whose end is still to accept what is left."""
    chains = {
        ("ruff", "suppress"): ("ruff", "openai", "suppress"),
        ("suppress",): ("openai", "suppress"),
        ("ruff",): ("ruff", "openai"),
    }
    for fixers, expected in chains.items():
        assert with_agents(Settings(fixers=fixers), ["openai"]).fixers == expected
