"""Files before and after a fixer, in `tests/cases/FIXER/`, and what the checkers say of them.

`NAME.before.py` becomes `NAME.after.py`, in which nothing that the fixer claims is left; `keep*.py` stays as it is,
though it has diagnostics that the fixer claims. A `ruff.toml` or `mypy.ini` beside them is used.
"""

import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers import Checker
from stomper.checkers.ruff import RuffChecker
from stomper.fixers import Fixer, FixReply, FixRequest
from stomper.fixers.codemods.base import Claim
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool
from tests.kit.warm_mypy import WarmMypy

CASES = Path(__file__).parent.parent / "cases"
CONFIG = ("ruff.toml", "mypy.ini")


@dataclass(frozen=True)
class Bench:
    """A folder with the files of a fixer as they are before it. `claims` are the codes that are looked for."""

    root: Path
    scratch: Path
    claims: frozenset[Claim]

    def found(self, paths: Iterable[str]) -> dict[str, tuple[Diagnostic, ...]]:
        """What the fixer claims of what the real checkers say, by path."""
        by_path: dict[str, list[Diagnostic]] = defaultdict(list)
        names = sorted(paths)
        for tool in sorted({tool for tool, _ in self.claims} & {"ruff", "mypy"}):
            for diagnostic in _checker(tool).check(self.root, names, self.scratch):
                if (diagnostic.tool, diagnostic.code) in self.claims:
                    by_path[diagnostic.path].append(diagnostic)
        return {name: tuple(by_path[name]) for name in names}

    def fix(self, fixer: Fixer, path: str, diagnostics: tuple[Diagnostic, ...]) -> FixReply:
        return fixer.fix(FixRequest(self.root, path, diagnostics, None, self.scratch))

    def content(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


def _checker(tool: str) -> Checker:
    program = real_tool(tool)
    assert program is not None, f"{tool} is not installed"
    return RuffChecker(program) if tool == "ruff" else WarmMypy(program, sys.executable)


def names_of(folder: str) -> tuple[list[str], list[str]]:
    """The names of the cases that change, and the files that stay."""
    files = sorted(file.name for file in (CASES / folder).glob("*.py*"))
    changing = [name.partition(".before.")[0] for name in files if ".before." in name]
    return changing, [name for name in files if name.startswith("keep")]


def expected(folder: str, name: str) -> bytes:
    return (CASES / folder / f"{name}.after.py").read_bytes()


def bench_of(folder: str, tmp_path: Path, claims: frozenset[Claim]) -> Bench:
    """The cases of `tests/cases/FOLDER` under plain names, with a configuration that selects the claims."""
    bench = Bench(tmp_path / "tree", tmp_path / "scratch", claims)
    bench.scratch.mkdir()
    copy_cases(folder, bench.root, claims)
    return bench


def copy_cases(folder: str, to: Path, claims: frozenset[Claim], *ignored: str) -> None:
    """The cases under plain names in a folder, with a configuration that selects the claims."""
    shutil.copytree(CASES / folder, to, ignore=shutil.ignore_patterns("*.after.py", *ignored), dirs_exist_ok=True)
    for file in list(to.glob("*.before.py")):
        file.rename(to / file.name.replace(".before", ""))
    select = ", ".join(f'"{code}"' for tool, code in sorted(claims) if tool == "ruff" and code != "invalid-syntax")
    _default(to / "ruff.toml", f"lint.select = [{select}]\nlint.preview = true\n")
    _default(to / "mypy.ini", "[mypy]\nstrict = True\n")


def _default(file: Path, text: str) -> None:
    if not file.exists():
        file.write_text(text)
