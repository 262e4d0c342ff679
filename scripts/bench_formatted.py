"""Measure that formatted files stay so: real packages, clean for their formatters before and after `stomper fix`.

    python scripts/bench_formatted.py                                  # all packages, as they are and with --proof none
    python scripts/bench_formatted.py --packages mako,asgiref --keep /tmp/bench --downloads /tmp/downloads

Every package is unpacked from its source distribution into a git repository of its own, with the hooks that its
formatters have in its own repository, and ruff's rules as below. A file is clean if its formatters, run by hand on a
copy of the whole tree, leave it as it is. Of packages that are not formatted it is measured how far changes go: a
hunk counts as near if it is within two lines of a finding that was there before, and as an import if it changes
nothing else. Writes a table in Markdown to stdout, progress to stderr. Exit code 1 if a file is not clean any more.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

BIN = Path(sysconfig.get_path("scripts"))
# Each with its formatters; of those without one the changes are looked at.
PACKAGES = """aiofiles==25.1.0:ruff aiosignal==1.4.0:isort,black aiosqlite==0.22.1:black asgiref==3.13.0:isort,black
environs==15.2.0:ruff httpcore==1.0.9:ruff itsdangerous==2.2.0:ruff mako==1.4.3:black markupsafe==3.0.4:ruff
responses==0.26.3:black structlog==26.1.0:ruff tomlkit==0.15.2:ruff wsproto==1.3.2:ruff
python-slugify==9.2.0: xmltodict==1.0.4: webencodings==0.6.1:"""
RULES = ("E", "F", "W", "I", "B", "UP", "SIM", "C4", "RUF")
HOOKS = {"ruff": "ruff-format", "black": "black", "isort": "isort"}
BY_HAND = {"ruff": ("ruff", "format", "--no-cache", "-q"), "black": ("black", "-q"), "isort": ("isort", "-q")}
NEAR = 2
HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


@dataclass(slots=True)
class Trial:
    """One run on one package: the clean files before and after, and hunks: near a finding, imports, and others."""

    name: str
    formatters: tuple[str, ...]
    proof: str
    files: int = 0
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    changed: int = 0
    findings: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    exit_code: int = 0
    hunks: tuple[int, int, list[str]] = field(default_factory=lambda: (0, 0, []))

    @property
    def lost(self) -> list[str]:
        return sorted(self.before - self.after)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", default="", help="names from the list, comma-separated; all where empty")
    parser.add_argument("--proof", default="none,tested", help="the grades that fixes need, one run for each")
    parser.add_argument("--stomper", type=Path, default=BIN / "stomper")
    parser.add_argument("--words", default="", help="further words for `stomper fix`, such as --no-format")
    parser.add_argument("--keep", type=Path, help="a folder for the repositories, which stay there")
    parser.add_argument("--downloads", type=Path, help="a folder of source distributions, used again if they are there")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="formatted-") as temporary:
        work = options.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        trials = [trial for package in chosen(options.packages) for trial in tried(package, options, work)]
    print("\n".join(report(trials)))
    return 1 if any(trial.lost or trial.exit_code not in (0, 1) for trial in trials) else 0


def chosen(names: str) -> list[tuple[str, tuple[str, ...]]]:
    """The packages with their versions, and their formatters."""
    entries = [entry.partition(":") for entry in PACKAGES.split()]
    wanted = names.split(",") if names else None
    found = [(pin, tuple(filter(None, of.split(",")))) for pin, _, of in entries]
    return [(pin, of) for pin, of in found if wanted is None or pin.partition("==")[0] in wanted]


def tried(package: tuple[str, tuple[str, ...]], options: argparse.Namespace, work: Path) -> Iterator[Trial]:
    pinned, formatters = package
    source = unpacked(pinned, options.downloads or work / "downloads", work)
    configure(source, formatters)
    environment = surroundings(work)
    for words in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "-m", "as it came"]):
        subprocess.run(["git", *words], cwd=source, env=environment, check=True)
    for proof in options.proof.split(","):
        top = work / f"{source.name}.{proof}"
        shutil.rmtree(top, ignore_errors=True)
        shutil.copytree(source, top, symlinks=True)
        trial = run(Trial(pinned, formatters, proof), top, environment, options)
        print(progress(trial), file=sys.stderr, flush=True)
        yield trial


def run(trial: Trial, top: Path, environment: dict[str, str], options: argparse.Namespace) -> Trial:
    trial.before, found = clean(top, trial.formatters), findings(top)
    words = [
        str(options.stomper),
        "fix",
        "-q",
        "-j",
        str(options.j),
        "--ruff",
        "--no-mypy",
        "--test-validation",
        "none",
    ]
    began = time.monotonic()
    words += ["--proof", trial.proof, *options.words.split()]
    done = subprocess.run(words, cwd=top, env=environment, capture_output=True, text=True)
    trial.seconds, trial.exit_code = time.monotonic() - began, done.returncode
    if done.returncode not in (0, 1):
        print(done.stderr[-2000:], file=sys.stderr)
    trial.files, trial.after = len(list(files_of(top))), clean(top, trial.formatters)
    trial.findings = total(found), total(findings(top))
    diff = subprocess.run(["git", "diff", "-U0", "HEAD~1"], cwd=top, env=environment, capture_output=True, text=True)
    trial.changed = diff.stdout.count("\ndiff --git ") + diff.stdout.startswith("diff --git ")
    if not trial.formatters:
        trial.hunks = sorted_hunks(diff.stdout, found)
    return trial


def unpacked(pinned: str, downloads: Path, work: Path) -> Path:
    """A fresh folder with what the package's source distribution holds."""
    name = pinned.partition("==")[0]
    folder, top = downloads / name, work / name
    if not folder.exists():
        words = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name, "--dest", str(folder), pinned]
        subprocess.run([sys.executable, *words], check=True)
    (archive,) = folder.iterdir()
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir()
    with tarfile.open(archive) as tar:
        tar.extractall(top, filter="data")
    (inner,) = top.iterdir()
    shutil.copytree(inner, top, dirs_exist_ok=True)
    shutil.rmtree(inner)
    return top


def configure(top: Path, formatters: Sequence[str]) -> None:
    """The rules, over the project's own configuration of ruff; and the hooks of its formatters."""
    file = top / "pyproject.toml"
    tools = tomllib.loads(file.read_text()).get("tool", {}) if file.exists() else {}
    width = tools.get("black", {}).get("line-length", 88)
    own = next((name for name in ("ruff.toml", ".ruff.toml") if (top / name).exists()), "")
    if own:
        (top / own).rename(top / "ruff-base.toml")
    base = "ruff-base.toml" if own else "pyproject.toml" if "ruff" in tools else ""
    head = f'extend = "{base}"' if base else f"line-length = {width}"
    (top / "ruff.toml").write_text(f"{head}\nlint.select = {json.dumps(RULES)}\n")
    hooks = "".join(f"      - id: {HOOKS[name]}\n" for name in formatters)
    (top / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: local\n    hooks:\n{hooks}" if hooks else "repos: []\n"
    )
    (top / "stomper.toml").write_text(f"[environment]\npython = {json.dumps(sys.executable)}\n")


def surroundings(work: Path) -> dict[str, str]:
    """The environment of git and Stomper: a home of its own, nobody's settings, the formatters on PATH."""
    home = work / "home"
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text("[user]\n\tname = Bench\n\temail = bench@example.org\n")
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    return {**kept, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "STOMPER_TRUST": "1"}


def files_of(top: Path) -> Iterator[Path]:
    return (file for file in sorted(top.rglob("*.py")) if ".git" not in file.parts)


def clean(top: Path, formatters: Sequence[str]) -> frozenset[str]:
    """The files that the formatters leave as they are, when they are run by hand at the top."""
    if not formatters:
        return frozenset()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(top, copy, symlinks=True)
        for name in formatters:
            program, *words = BY_HAND[name]
            subprocess.run([BIN / program, *words, "."], cwd=copy, capture_output=True)
        inner = [file.relative_to(top) for file in files_of(top)]
        return frozenset(str(one) for one in inner if (top / one).read_bytes() == (copy / one).read_bytes())


def findings(top: Path) -> dict[str, list[range]]:
    """The lines of each finding of ruff, by path."""
    words: list[str | Path] = [BIN / "ruff", "check", "--no-cache", "--exit-zero", "--output-format", "json"]
    found: dict[str, list[range]] = {}
    for row in json.loads(subprocess.run(words, cwd=top, capture_output=True, check=True).stdout):
        path = Path(row["filename"]).relative_to(top.resolve()).as_posix()
        found.setdefault(path, []).append(range(row["location"]["row"], row["end_location"]["row"] + 1))
    return found


def total(found: dict[str, list[range]]) -> int:
    return sum(map(len, found.values()))


def sorted_hunks(diff: str, found: dict[str, list[range]]) -> tuple[int, int, list[str]]:
    """Count the hunks that are near a finding of before, and those that only change imports; name the others."""
    near, imports, others, path = 0, 0, list[str](), ""
    lines = diff.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("--- "):
            path = line.removeprefix("--- a/")
        elif match := HUNK.match(line):
            first, count = int(match[1]), int(match[2] or 1)
            places = range(first - NEAR, first + max(count, 1) + NEAR)
            body = [one[1:] for one in body_of(lines[number + 1 :])]
            if any(one.start < places.stop and places.start < one.stop for one in found.get(path, ())):
                near += 1
            elif all(not text.strip() or text.startswith(("import ", "from ")) for text in body):
                imports += 1
            else:
                others.append(f"{path}:{first}")
    return near, imports, others


def body_of(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith(("+", "-")) or line.startswith(("--- ", "+++ ")):
            return
        yield line


def progress(trial: Trial) -> str:
    facts = f"{len(trial.before)} of {trial.files} files clean before, {len(trial.lost)} of these not after"
    hunks = "" if trial.formatters else f"; hunks {trial.hunks}"
    return f"{trial.name} --proof {trial.proof}: {facts}, {trial.changed} changed, {trial.seconds:.0f} s{hunks}"


def report(trials: Sequence[Trial]) -> list[str]:
    lines = ["| package | formatters | proof | files | clean before | of these after | files changed | findings |"]
    lines += ["|---|---|---|---:|---:|---:|---:|---:|"]
    for t in (one for one in trials if one.formatters):
        kept = f"{len(t.before)} | {len(t.before) - len(t.lost)}"
        names = ", ".join(t.formatters)
        findings = f"{t.findings[0]} -> {t.findings[1]}"
        lines.append(f"| {t.name} | {names} | {t.proof} | {t.files} | {kept} | {t.changed} | {findings} |")
    lines += [f"not clean any more in {t.name} ({t.proof}): {', '.join(t.lost)}" for t in trials if t.lost]
    lines += ["", "| not formatted | proof | files changed | hunks near a finding | imports alone | others |"]
    lines += ["|---|---|---:|---:|---:|---|"]
    for t in (one for one in trials if not one.formatters):
        near, imports, others = t.hunks
        lines.append(f"| {t.name} | {t.proof} | {t.changed} | {near} | {imports} | {', '.join(others) or '-'} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
