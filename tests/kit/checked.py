"""A sample repository that every built-in checker has something to say of, and what each says by hand."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, TypeAlias

from tests.kit.fakes import real_tool
from tests.kit.hermetic import WITH_PLUGINS
from tests.kit.repo import GitRepo

# Tool, path, line, code: what the tools themselves print of a finding.
Finding: TypeAlias = tuple[str, str, int, str]

WITH_SERGEANT = {**WITH_PLUGINS, "DRILL_SERGEANT_ENABLED": "true"}
CODES = {
    "Add @pytest.mark": "missing-marker",
    "Add '# Arrange": "missing-arrange",
    "Add '# Act": "missing-act",
    "Add '# Assert": "missing-assert",
    "Split this file": "file-too-long",
}
FILES = {
    "pyproject.toml": f"""\
[tool.ruff.lint]
select = ["E", "F"]
[tool.mypy]
strict = true
exclude = ["^tests/", "generated"]
[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
markers = ["unit: small", "slow: not so small"]
drill_sergeant_max_file_length = "30"
drill_sergeant_write_markers = false
[tool.stomper.environment]
python = {json.dumps(sys.executable)}
""",
    "shop/__init__.py": "",
    "shop/prices.py": """\
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml


def total(prices: list[int]) -> int:
    return sum(prices)
""",
    "shop/cart.py": "from shop.prices import total\n\n\ndef pay() -> str:\n    return total(['1'])\n",
    "shop/generated.py": "x: int = ''\n",
    "tests/unit/test_prices.py": """\
from shop.prices import total


def test_sum() -> None:
    # Arrange - some prices
    prices = [1, 2]
    # Act - add them up
    found = total(prices)
    # Assert - it is the sum
    assert found == 4


def test_raises() -> None:
    total(3)
""",
    "tests/other/test_cart.py": """\
import pytest


@pytest.fixture
def broken():
    raise KeyError("no such cart")


def test_cart(broken) -> None:
    pass


class TestCart:
    @pytest.mark.slow
    @pytest.mark.parametrize("count", [1, 2])
    def test_count(self, count) -> None:
        assert count == 2, "only two will do"
""",
    "tests/other/test_long.py": "import json\n\n\ndef test_long() -> None:\n    assert 1\n" + "\n\nX = 1\n" * 10,
    "tests/other/test_unloadable.py": "import no_such_module\n",
    "scripts/test_not_collected.py": "def test_elsewhere() -> None:\n    assert 0\n",
}  # fmt: skip


def checked_repo(repo: GitRepo) -> GitRepo:
    """Commit the sample."""
    for name, content in FILES.items():
        repo.write(name, content)
    repo.commit("sample")
    return repo


def by_ruff(repo: GitRepo) -> set[Finding]:
    rows = json.loads(_run(repo, [real_tool("ruff") or "ruff", "check", "--no-cache", "--output-format=json"]))
    return {("ruff", _relative(repo, row["filename"]), row["location"]["row"], row["code"]) for row in rows}


def by_mypy(repo: GitRepo, folder: str = ".") -> set[Finding]:
    """`mypy .` in a folder; its own caches go nowhere."""
    out = _run(repo, [real_tool("mypy") or "mypy", "--cache-dir=/dev/null", "."], folder=folder)
    found = re.findall(r"^(.+?):(\d+): error: .*\[([\w-]+)\]$", out, re.MULTILINE)
    return {("mypy", os.path.normpath(f"{folder}/{path}"), int(line), code) for path, line, code in found}


def by_pytest(repo: GitRepo, report: Path) -> set[tuple[str, str, str]]:
    """(path, test, type of what was raised), as the last lines of the report's texts have it."""
    _run(repo, [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "--junitxml", str(report), *_KEEP_ON])
    found = set()
    for case in ET.parse(report).iter("testcase"):
        for bad in [*case.iter("failure"), *case.iter("error")]:
            (kind,) = re.findall(r"(\w+)(?:: No module named .*)?$", bad.text or "")[-1:]
            found.add((case.get("file") or "", case.get("name") or "", kind))
    return found


_KEEP_ON = ("--continue-on-collection-errors", "-o", "junit_family=xunit1")


def by_sergeant(repo: GitRepo) -> set[tuple[str, str]]:
    """(path, code) of every demand that a full run prints, file by file."""
    found = set()
    for file in sorted((repo.path / "tests").rglob("test_*.py")):
        path = file.relative_to(repo.path).as_posix()
        out = _run(repo, [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", path], WITH_SERGEANT)
        for demand in re.findall(r"^E\s+• (.*)$", out, re.MULTILINE):
            found |= {(path, code) for words, code in CODES.items() if demand.startswith(words)}
    return found


def findings(output: str, tool: str) -> list[dict[str, Any]]:
    """The diagnostics of one tool that `stomper check --format json` printed."""
    return [row for row in json.loads(output)["diagnostics"] if row["tool"] == tool]


def _run(repo: GitRepo, argv: list[str], env: dict[str, str] | None = None, folder: str = ".") -> str:
    done = subprocess.run(
        argv, cwd=repo.path / folder, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, text=True
    )
    assert done.returncode in (0, 1, 2), argv
    return done.stdout


def _relative(repo: GitRepo, file: str) -> str:
    return Path(file).relative_to(repo.path.resolve()).as_posix()
