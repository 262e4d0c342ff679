"""Measure what the cache of outcomes saves: processor time and processes of whole dry runs, all of their own included.

    python scripts/bench_cache.py [--files 100] [--fixer NAME]...

In one run: a dry run without the cache, one that fills it, one that finds everything in it, and one after a commit that
changed a single file. Each is shown as a share of the first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

BAD = "import os\nimport sys\nimport re\n\n\ndef f{n}(x):\n    return x + {n}\n"
LINES = "\n".join(f"V{k} = {k}" for k in range(40)) + "\n"
CASES: tuple[tuple[str, list[str]], ...] = (
    ("without the cache", ["--no-cache"]),
    ("the cache is empty", []),
    ("everything is known", []),
    ("all but one file is known", []),
)


def make_repository(path: Path, files: int) -> None:
    """Make a repository of so many files, each with three findings."""
    for number in range(files):
        file = path / f"pkg{number // 100:03}" / f"m{number % 100:02}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(BAD.format(n=number) + LINES)
    (path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    git(path, "init", "-q")
    commit(path)


def commit(path: Path) -> None:
    git(path, "add", "-A")
    git(path, "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "b")


def git(path: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(path), *words], check=True)


def used_by(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> tuple[float, float]:
    """Run a program to its end; give its seconds of user and of system time. Raises SystemExit if it fails."""
    process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: exit code {process.returncode}")
    return used.ru_utime, used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--fixer", action="append", default=[])
    given = parser.parse_args()
    fixers = [word for name in given.fixer for word in ("--fixer", name)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "repository")
        folder.mkdir()
        make_repository(folder, given.files)
        env = {**os.environ, "HOME": place, "XDG_STATE_HOME": f"{place}/state", "XDG_CACHE_HOME": f"{place}/cache"}
        print(f"{'dry run, ' + str(given.files) + ' files':32}{'user':>9}{'system':>9}{'share':>8}")
        first = 0.0
        for name, words in CASES:
            if name == CASES[-1][0]:
                (folder / "pkg000" / "m00.py").write_text(BAD.format(n=-1) + LINES)
                commit(folder)
            command = [sys.executable, "-m", "stomper", "fix", "-qj2", "--dry-run", *fixers, *words]
            user, system = used_by(command, folder, env)
            first = first or user + system
            print(f"{name:32}{user:8.2f}s{system:8.2f}s{(user + system) / first:8.2f}", flush=True)


if __name__ == "__main__":
    main()
