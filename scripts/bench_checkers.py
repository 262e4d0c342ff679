"""Measure mypy as a checker on a real package: the re-check of one file in a worktree against a cold whole run.

    python scripts/bench_checkers.py                     django, nine of its modules
    python scripts/bench_checkers.py --package networkx --modules 5
    python scripts/bench_checkers.py --folder ~/project --modules 20

The package comes from pip's index as a wheel (nothing of it is run); it, or a copy of the folder, is committed to a
repository of its own. The whole is checked cold, as the survey does it. Then some modules, evenly spread over the
package and one that most others are in a cycle with, get a function with a type error, in the same linked worktree:
once by a new mypy that begins with a copy of the survey's cache, the copy being part of the time; once by the mypy
that stays with a worker (`first`: its start and the proof that it knows the file are part of the time; `again`:
another content of the file). Last, eight cold checks run at once, each in a worktree of its own, twice.

Ends with 1 if the median of `again` takes more than 0.05 of the cold run's CPU time (which other work on the machine
does not change), or the worst more than 0.15; if a new error is not found, anything else is, or the one that stays
does not answer; or if one of the eight fails or differs from the first.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from stomper.checkers.attempt import attempted
from stomper.checkers.caches import cache_folder, keep_caches, warm_caches
from stomper.checkers.keeper import KEEPER, end_staying, taken_notes
from stomper.checkers.mypy import MypyChecker, one_call
from stomper.checkers.mypy_config import group_files
from stomper.checkers.mypy_output import read_output
from stomper.checkers.mypy_stays import ask
from stomper.checkers.mypy_stays_start import staying
from stomper.models import Diagnostic
from stomper.process import Completed
from stomper.project.find_tools import find_tool

ROOT = Path(__file__).resolve().parents[1]
MEDIAN, WORST = 0.05, 0.15
FEWEST = 200
AT_ONCE, ROUNDS = 8, 2
CYCLIC = "django/db/models/base.py"
MISTAKE = "\n\ndef stomper_bench() -> None:\n    wrong: int = ''\n"


class Clock:
    """Seconds of CPU in this process, those it has waited for and the one that stays, and of the wall."""

    def __init__(self) -> None:
        self._began = time.monotonic(), self._cpu()

    def read(self) -> tuple[float, float]:
        return time.monotonic() - self._began[0], self._cpu() - self._began[1]

    @staticmethod
    def _cpu() -> float:
        own = sum(os.times()[:4])
        return own + (0.0 if KEEPER.service is None else sum(psutil.Process(KEEPER.service.pid).cpu_times()[:4]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", default="django==5.2", help="a requirement as pip takes it")
    parser.add_argument("--folder", type=Path, help="a project's folder in the place of a package")
    parser.add_argument("--modules", type=int, default=9, help="how many modules are checked again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        home = Path(folder).resolve()
        top = copied(arguments.folder, home) if arguments.folder else unpack(arguments.package, home)
        paths = tracked(top)
        if len(paths) < FEWEST and not arguments.folder:
            print(f"{arguments.package} has {len(paths)} modules; at least {FEWEST} are needed")
            return 1
        print(f"{arguments.folder or arguments.package}: {len(paths)} modules")
        program = find_tool("mypy", ROOT).path
        checker = MypyChecker(program, sys.executable, stays=staying(program))
        fast = measure(checker, top, home, paths, arguments.modules)
        return 0 if eight_at_once(checker, top, home, paths) and fast else 1


def unpack(package: str, home: Path) -> Path:
    """The package as a repository with one commit."""
    words = ["download", "--quiet", "--no-deps", "--only-binary=:all:", f"--dest={home / 'wheels'}", package]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    top = home / "package"
    with zipfile.ZipFile(next((home / "wheels").glob("*.whl"))) as wheel:
        wheel.extractall(top)
    (top / ".gitignore").write_text("*.dist-info\n")
    return committed(top)


def copied(folder: Path, home: Path) -> Path:
    """A project's folder as a repository with one commit."""
    return committed(shutil.copytree(folder, home / "package", ignore=shutil.ignore_patterns(".git")))


def committed(top: Path) -> Path:
    git(top, "init", "--quiet")
    git(top, "add", "--all")
    git(top, "-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message=package")
    return top


def git(top: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=top, check=True, stdout=subprocess.PIPE, text=True).stdout


def tracked(top: Path) -> list[str]:
    return [path for path in git(top, "ls-files", "-z", "*.py").split("\0") if path]


def measure(checker: MypyChecker, top: Path, home: Path, paths: list[str], count: int) -> bool:
    """The cold run, then the re-checks. Whether they are right, and fast enough."""
    warm, scratch, tree = home / "warm", home / "survey", home / "tree"
    scratch.mkdir()
    clock = Clock()
    known = checker.check(top, paths, scratch)
    cold = clock.read()
    size = sum(file.stat().st_size for file in cache_folder(scratch).rglob("*") if file.is_file())
    keep_caches(scratch, warm)
    print(f"cold, the whole: {cold[0]:.1f} s ({cold[1]:.2f} s of CPU), {len(known)} diagnostics")
    print(f"its cache: {size / 2**20:.0f} MB")
    git(top, "worktree", "add", "--quiet", "--detach", str(tree))
    bench = Bench(checker, tree, home, warm, known, cold)
    rows = [row for path in chosen(paths, count) for row in bench.rechecks(path)]
    end_staying()
    for kind in ("cached", "first", "again"):
        cpus, walls = ([row.ratios[n] for row in rows if row.kind == kind] for n in (1, 0))
        print(
            f"{kind:7}: CPU time of the cold run's, median {statistics.median(cpus):.3f}, worst {max(cpus):.3f};",
            end="",
        )
        print(f" wall, median {statistics.median(walls):.3f}, worst {max(walls):.3f}")
    again = [row.ratios[1] for row in rows if row.kind == "again"]
    print(f"wanted of `again`: CPU time at most {MEDIAN} and {WORST}")
    return all(row.right for row in rows) and statistics.median(again) <= MEDIAN and max(again) <= WORST


def chosen(paths: list[str], count: int) -> list[str]:
    modules = [path for path in paths if not path.endswith("__init__.py")]
    spread = modules[len(modules) // (2 * count) :: max(1, len(modules) // count)][:count]
    return list(dict.fromkeys([*spread, *(path for path in (CYCLIC,) if path in modules)]))


@dataclass(frozen=True)
class Row:
    """One re-check: its wall and CPU time as parts of the cold run's; `right`: the mistake and nothing else is new."""

    kind: str
    ratios: tuple[float, float]
    right: bool


@dataclass(frozen=True)
class Bench:
    """Re-checks in one worktree, after a survey that took `cold` seconds of wall and CPU and found what is `known`."""

    checker: MypyChecker
    tree: Path
    home: Path
    warm: Path
    known: tuple[Diagnostic, ...]
    cold: tuple[float, float]

    def rechecks(self, path: str) -> list[Row]:
        """A module with a mistake more: by a new mypy, and by the one that stays."""
        file = self.tree / path
        before = file.read_bytes()
        rows = []
        for number, kind in enumerate(("cached", "first", "again")):
            file.write_bytes(before + number * b"\n" + MISTAKE.encode())
            rows.append(self._row(kind, path, before))
        file.write_bytes(before)
        said = ", ".join(f"{row.ratios[1]:.3f} {row.kind}{'' if row.right else ' WRONG'}" for row in rows)
        print(f"  CPU time {said}: {path}", flush=True)
        return rows

    def _row(self, kind: str, path: str, before: bytes) -> Row:
        scratch = self.home / ("new" if kind == "cached" else "worker")
        if kind == "cached":
            shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(exist_ok=True)
        warm_caches(self.warm, scratch)
        clock = Clock()
        if kind == "cached":
            found = self.checker.check(self.tree, [path], scratch)
        else:
            found = self._stayed(path, scratch, before)
        seconds, cpu = clock.read()
        old = Counter(d.key for d in self.known if d.path == path)
        new = [code for _, code, _ in (Counter(d.key for d in found) - old).elements()]
        right = new == ["assignment"] and (kind == "cached" or not taken_notes())
        return Row(kind, (seconds / self.cold[0], cpu / self.cold[1]), right)

    def _stayed(self, path: str, scratch: Path, before: bytes) -> tuple[Diagnostic, ...]:
        """The answer alone: a checker would have it confirmed, since it has one error more."""
        (call,) = (one_call(self.tree, group, scratch) for group in group_files(self.tree, [path]))
        with attempted(self.tree, [path], lambda _: before):
            answer = ask(self.checker, call)
        lines = "\n".join(answer.lines if answer else ()).encode()
        read = read_output(self.tree, self.tree, Completed((), 0, lines, b"", 0.0), as_json=True)
        return tuple(d for d in read.diagnostics if d.path == path)


def eight_at_once(checker: MypyChecker, top: Path, home: Path, paths: list[str]) -> bool:
    """Cold checks of the same module beside each other; all must say the same."""
    path = paths[len(paths) // 2]
    answers = []
    for number in range(ROUNDS):
        places = [home / f"at-once-{number}-{n}" for n in range(AT_ONCE)]
        for place in places:
            git(top, "worktree", "add", "--quiet", "--detach", str(place / "tree"))
            (place / "scratch").mkdir()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers += list(threads.map(lambda at: checker.check(at / "tree", [path], at / "scratch"), places))
    same = len(set(answers)) == 1
    print(f"{AT_ONCE} at once from cold, {ROUNDS} times: {len(answers)} results, {'the same' if same else 'DIFFERENT'}")
    return same


if __name__ == "__main__":
    sys.exit(main())
