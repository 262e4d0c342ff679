"""Do all of a release that needs no network: look at what `make wheel sdist binary` has built, run it, and sum it up.

`--tag v0.2.0` also asks that this is the version, and that CHANGELOG.md has a section for it. It writes SHA256SUMS,
sbom.json and NOTES.md beside the built files.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from release_notes import CHANGELOG, UNRELEASED, notes_of
from sbom import sbom

from stomper import __version__

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


class Wrong(Exception):  # noqa: N818  # says what is wrong with a release
    """What is wrong, in words."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", help="the tag of the release")
    parser.add_argument("--without", action="append", default=[], choices=["wheel", "sdist", "binary"])
    given = parser.parse_args()
    try:
        write_notes(given.tag)
        built = [path for kind, path in artefacts() if kind not in given.without]
        for path in built:
            check(path)
        (DIST / "sbom.json").write_text(json.dumps(sbom(), indent=2) + "\n")
        write_sums([*built, DIST / "sbom.json"])
    except Wrong as wrong:
        print(f"release-check: {wrong}", file=sys.stderr)
        return 1
    print(f"release-check: {__version__} could be released")
    return 0


def artefacts() -> Iterator[tuple[str, Path]]:
    yield "wheel", DIST / f"stomper_fix-{__version__}-py3-none-any.whl"
    yield "sdist", DIST / f"stomper_fix-{__version__}.tar.gz"
    yield "binary", DIST / "stomper"


def write_notes(tag: str | None) -> None:
    if tag is not None and tag != f"v{__version__}":
        raise Wrong(f"the tag is {tag}, and the version {__version__}")
    version = __version__ if tag is not None else UNRELEASED
    text = CHANGELOG.read_text("utf-8")
    notes = notes_of(version, text) or ("" if tag else notes_of(__version__, text))
    if not notes:
        raise Wrong(f"CHANGELOG.md says nothing of {version}")
    DIST.mkdir(exist_ok=True)
    (DIST / "NOTES.md").write_text(notes + "\n")
    print(f"notes: {len(notes.splitlines())} lines on {version}")


def check(path: Path) -> None:
    if not path.exists():
        raise Wrong(f"there is no {path.relative_to(ROOT)}: make wheel sdist binary")
    {".whl": check_wheel, ".gz": check_sdist}.get(path.suffix, check_binary)(path)


def sources() -> set[str]:
    """The files of the package, as git has them."""
    told = subprocess.run(["git", "ls-files", "-z", "stomper"], cwd=ROOT, capture_output=True, check=True).stdout
    return set(told.decode().split("\0")) - {""}


def check_wheel(path: Path) -> None:
    """All of the package is in it, and nothing else; it runs without the sources."""
    with zipfile.ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    if names != sources():
        raise Wrong(f"{path.name} is not what git has: {sorted(names ^ sources())[:5]}")
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--no-index", "--target", folder, str(path)])
        said = run([sys.executable, "-P", "-m", "stomper", "--version"], env={"PYTHONPATH": folder})
        where = run([sys.executable, "-P", "-c", "import stomper; print(stomper.__file__)"], env={"PYTHONPATH": folder})
        if not where.startswith(folder) or said.split()[1] != __version__:
            raise Wrong(f"{path.name} does not run from where it is installed: {where}, {said}")
        run([sys.executable, "-P", "-m", "stomper", "demo", "4", "2"], env={"PYTHONPATH": folder})
    print(f"wheel: {path.name}, {len(names)} files, runs")


def check_sdist(path: Path) -> None:
    """What is needed to build and to test is in it, and nothing of this machine."""
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    missing = {*sources(), "pyproject.toml", "stomper.spec", "constraints.txt", "LICENSE", "tests/conftest.py"} - names
    foreign = [name for name in names if name.startswith((".venv/", "dist/", "build/work/", ".git/"))]
    if missing or foreign:
        raise Wrong(f"{path.name}: missing {sorted(missing)[:5]}, too many {foreign[:5]}")
    print(f"sdist: {path.name}, {len(names)} files")


def check_binary(path: Path) -> None:
    """It says that it works, and works, with nothing but git on PATH."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "git").symlink_to(shutil.which("git") or "git")
        env = {"PATH": folder}
        said = run([str(path), "--version"], env=env)
        if said.split()[1] != __version__:
            raise Wrong(f"the binary is another version: {said}; make binary")
        told = json.loads(run([str(path), "doctor", "--binary", "--format", "json"], env=env))
        run([str(path), "demo", "4", "2"], env=env)
    for finding in told["findings"]:
        if finding["name"] in ("machine", "glibc", "ruff"):
            print(f"binary: {finding['name']}: {finding['text']}")


def run(argv: Sequence[str], env: dict[str, str] | None = None) -> str:
    """Run a program in a folder of no repository; its output. Raises Wrong if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(argv, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True)
    if done.returncode:
        raise Wrong(f"{' '.join(map(str, argv))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def write_sums(paths: Sequence[Path]) -> None:
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (DIST / "SHA256SUMS").write_text("".join(lines))
    print(f"sums: {len(lines)} files in dist/SHA256SUMS")


if __name__ == "__main__":
    sys.exit(main())
