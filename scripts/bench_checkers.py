"""Measure mypy as a checker on a real package: the re-check of one file in a worktree against a cold whole run.

    python scripts/bench_checkers.py                     django, nine of its modules
    python scripts/bench_checkers.py --package networkx --modules 5

The package comes from pip's index as a wheel (nothing of it is run) and is committed to a repository of
its own. The whole is checked cold, as the survey does it. Then some modules, evenly spread over the
package, get a function with a type error, each in the same linked worktree, beginning with a copy of the
cache, as workers do; the copy is part of the time. At last eight cold checks run at once, each in a
worktree of its own, twice. Ends with 1 where the median re-check takes more than 0.35 of the cold run's
time, or the worst more than that of its CPU time (which other work on the machine does not change), a new
error is not found, anything else is, or one of the eight fails or differs from the first.
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stomper.checkers.caches import cache_folder, keep_caches, warm_caches
from stomper.checkers.mypy import MypyChecker
from stomper.models import Diagnostic
from stomper.project.find_tools import find_tool

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 0.35
FEWEST = 200
AT_ONCE, ROUNDS = 8, 2
MISTAKE = "\n\ndef stomper_bench() -> None:\n    wrong: int = ''\n"


class Clock:
    """Seconds of the wall, and of CPU in this process and those it has waited for, since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic(), sum(os.times()[:4])

    def read(self) -> tuple[float, float]:
        return time.monotonic() - self._began[0], sum(os.times()[:4]) - self._began[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", default="django==5.2", help="a requirement as pip takes it")
    parser.add_argument("--modules", type=int, default=9, help="how many modules are checked again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        home = Path(folder).resolve()
        top = unpack(arguments.package, home)
        paths = tracked(top)
        if len(paths) < FEWEST:
            print(f"{arguments.package} has {len(paths)} modules; at least {FEWEST} are needed")
            return 1
        print(f"{arguments.package}: {len(paths)} modules")
        checker = MypyChecker(find_tool("mypy", ROOT).path, sys.executable)
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
    print(f"cold, the whole: {cold[0]:.1f} s ({cold[1]:.1f} s of CPU), {len(known)} diagnostics")
    print(f"its cache: {size / 2**20:.0f} MB")
    git(top, "worktree", "add", "--quiet", "--detach", str(tree))
    modules = [path for path in paths if not path.endswith("__init__.py")]
    ratios, right = [], True
    for path in modules[len(modules) // (2 * count) :: len(modules) // count][:count]:
        (seconds, cpu), good = recheck(checker, tree, home / "worker", warm, path, known)
        ratios.append((seconds / cold[0], cpu / cold[1]))
        right = right and good
        wrong = "" if good else ": WRONG diagnostics"
        print(f"  {ratios[-1][0]:.2f} of its time, {ratios[-1][1]:.2f} of its CPU time: {path}{wrong}", flush=True)
    times, cpus = zip(*ratios, strict=True)
    print(f"re-check of one changed module: time, median {statistics.median(times):.2f}, worst {max(times):.2f};")
    print(f"  CPU time, median {statistics.median(cpus):.2f}, worst {max(cpus):.2f} (at most {LIMIT})")
    return right and max(statistics.median(times), *cpus) <= LIMIT


def recheck(
    checker: MypyChecker, tree: Path, scratch: Path, warm: Path, path: str, known: tuple[Diagnostic, ...]
) -> tuple[tuple[float, float], bool]:
    """Times for a module with a mistake more, and whether that and nothing else is new."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    file = tree / path
    before = file.read_bytes()
    file.write_bytes(before + MISTAKE.encode())
    clock = Clock()
    warm_caches(warm, scratch)
    found = checker.check(tree, [path], scratch)
    seconds = clock.read()
    file.write_bytes(before)
    new = sorted({d.key for d in found} - {d.key for d in known if d.path == path})
    return seconds, [code for _, code, _ in new] == ["assignment"]


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
