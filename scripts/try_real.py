"""Try it on real packages: `stomper fix -j 4` must make of each what `ruff check --fix` makes of a copy.

    python scripts/try_real.py flask==3.0.0 six==1.16.0
    python scripts/try_real.py --select F,UP --keep /tmp/real sympy==1.12

Source distributions come from pip's index, unpacked and committed as they are; nothing of them is run.
A package without a ruff configuration of its own gets one that selects `--select`. Every differing file
is listed with what the report says of it: a try that was rolled back is a difference on purpose, to be
read; anything else is a mistake of ours. Ends with 1 where any file differs or a run had no result.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pip._internal.commands import create_command
from pip._internal.network.download import Downloader
from pip._vendor.packaging.requirements import Requirement

from stomper.project.find_tools import find_tool

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_CODES = "E,F,W,I,UP,B"
# Bytes are committed and checked out as they came, whatever a package's .gitattributes say.
ATTRIBUTES = "* -text -ident -filter -working-tree-encoding\n"
ON_PURPOSE = {"worse", "not-better", "refused"}


@dataclass(frozen=True, slots=True)
class Trial:
    """One package. `different` is one line for each file that is not as ruff makes it; `problem` is for no result."""

    name: str
    files: int
    before: int = 0
    after: int = 0
    fixed: int = 0
    seconds: float = 0.0
    different: tuple[str, ...] = ()
    problem: str = ""

    def row(self) -> str:
        verdict = self.problem or (f"{len(self.different)} differ" if self.different else "identical")
        numbers = f"{self.files:6} {self.before:7} {self.after:7} {self.fixed:6} {self.seconds:8.1f}"
        return "\n  ".join([f"{self.name:28} {numbers}  {verdict}", *self.different])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", metavar="NAME==VERSION")
    parser.add_argument("--select", default=DEFAULT_CODES, metavar="CODES")
    parser.add_argument("-j", "--workers", type=int, default=4)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work here and leave everything there")
    asked = parser.parse_args()
    good = True
    print(f"{'package':28} {'files':>6} {'before':>7} {'after':>7} {'fixed':>6} {'seconds':>8}", flush=True)
    with tempfile.TemporaryDirectory(prefix="stomper-real-") as temporary:
        for package in asked.packages:
            folder = (asked.keep or Path(temporary)).resolve() / package
            trial = try_package(package, folder, asked.select.split(","), asked.workers)
            print(trial.row(), flush=True)
            good &= not trial.different and not trial.problem
    return 0 if good else 1


def try_package(package: str, folder: Path, codes: Sequence[str], workers: int) -> Trial:
    """Fix a package both ways, in `folder`, which is made."""
    folder.mkdir(parents=True)
    repository = unpack(download(package, folder), folder / "ours")
    choose_codes(repository, codes)
    commit(repository)
    # A name of its own would change what ruff takes for the project's own modules.
    theirs = folder / "theirs" / repository.name
    shutil.copytree(repository, theirs, symlinks=True)
    paths = python_files(repository)
    words = ["check", "--fix", "--no-cache", "--force-exclude", "--quiet", "--", *paths]
    subprocess.run([find_tool("ruff", repository).path, *words], cwd=theirs, capture_output=True)
    return fix_and_compare(package, repository, theirs, folder / "report.json", workers)


def fix_and_compare(package: str, repository: Path, theirs: Path, target: Path, workers: int) -> Trial:
    files = len(python_files(repository))
    words = ["-C", str(repository), "fix", "-j", str(workers), "--no-run-tests", "--quiet", "--report", str(target)]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "stomper", *words],
        cwd=ROOT,
        env={**os.environ, "STOMPER_TRUST": "1"},
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - began
    if done.returncode not in (0, 1) or not target.exists():
        return Trial(package, files, seconds=seconds, problem=f"exit code {done.returncode}: {done.stderr.strip()}")
    report = json.loads(target.read_text())
    told = {file["path"]: file for file in report["files"]}
    different = tuple(f"{path}: {explain(told.get(path))}" for path in differing(repository, theirs))
    s = report["summary"]
    counts = s["diagnostics_before"], s["diagnostics_after"], s["files_fixed"] + s["files_partial"]
    return Trial(package, files, *counts, seconds, different)


def download(package: str, folder: Path) -> Path:
    """Fetch a source distribution by pip's own means. `pip download` itself would run its build back end."""
    wanted = Requirement(package)
    command: Any = create_command("download")
    options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", "--ignore-requires-python", "-qq"])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options, session, ignore_requires_python=True)
        best = finder.find_best_candidate(wanted.name, wanted.specifier).best_candidate
        if best is None:
            raise SystemExit(f"{package}: no source distribution was found")
        path, _ = Downloader(session, "off")(best.link, str(folder))
        if hashes := best.link.as_hashes():
            hashes.check_against_path(path)
    return Path(path)


def unpack(archive: Path, folder: Path) -> Path:
    """The one folder that a source distribution holds."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(folder)
    else:
        with tarfile.open(archive) as tarred:
            tarred.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


def choose_codes(repository: Path, codes: Sequence[str]) -> None:
    """Have ruff look for these codes, in a project that does not say what it wants."""
    project = repository / "pyproject.toml"
    own = [repository / name for name in ("ruff.toml", ".ruff.toml")]
    if any(path.exists() for path in own) or (project.exists() and "[tool.ruff" in project.read_text()):
        return
    (repository / "ruff.toml").write_text(f"[lint]\nselect = {json.dumps(list(codes))}\n")


def commit(repository: Path) -> None:
    git(repository, "init", "--quiet")
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "attributes").write_text(ATTRIBUTES)
    git(repository, "config", "user.name", "Real")
    git(repository, "config", "user.email", "real@example.org")
    git(repository, "-c", "core.autocrlf=false", "add", "--all", "--force")
    git(repository, "commit", "--quiet", "--no-verify", "--message", "as it came")


def git(repository: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=repository, check=True, capture_output=True, text=True).stdout


def python_files(repository: Path) -> list[str]:
    tracked = git(repository, "ls-files", "-z", "--", "*.py", "*.pyi").split("\0")
    return [path for path in tracked if path and not (repository / path).is_symlink()]


def differing(ours: Path, theirs: Path) -> list[str]:
    """The files that are not the same in both, those that only one of them has, and what git sees uncommitted."""
    listings = [{path.relative_to(top): path for path in top.rglob("*")} for top in (ours, theirs)]
    names = {name for listing in listings for name in listing if name.parts[0] != ".git"}
    wrong = {str(name) for name in names if _content(ours / name) != _content(theirs / name)}
    wrong |= {record[3:] for record in git(ours, "status", "--porcelain", "-z").split("\0") if record}
    return sorted(wrong)


def _content(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    return path.read_bytes() if path.is_file() else path.exists()


def explain(file: dict[str, Any] | None) -> str:
    """What the report says of a file that differs."""
    if file is None:
        return "MISTAKE: not in the report"
    purpose = any(attempt["result"] in ON_PURPOSE for attempt in file["attempts"])
    return f"{'on purpose' if purpose else 'MISTAKE'}: {file['status']}: {file.get('reason', '')}"


if __name__ == "__main__":
    sys.exit(main())
