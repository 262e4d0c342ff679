"""How much is left: real packages before, after `ruff check --fix`, and after `stomper fix` with its default chain.

    python scripts/bench_fix_rate.py                           # all packages, ruff's codes
    python scripts/bench_fix_rate.py --packages lark,mako --keep /tmp/bench
    python scripts/bench_fix_rate.py --suites --checkers ruff,mypy     # packages with their own tests and the gate
    python scripts/bench_fix_rate.py --suites --stomper dist/stomper --record /tmp/bench.jsonl

Every package is unpacked into a git repository of its own: from its wheel; with `--suites` from its source
distribution, whose tests are run before and after, and of which only the package itself is looked at, without its
tests. Counts are those of the checkers themselves, run by hand on the checked out tree, in the configuration below.
Writes tables in Markdown to stdout, progress to stderr; ^C ends it with what there is. What `--record` names keeps
each package's result, and those that are in it are not tried again: a long run can be done in parts.
"""

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sysconfig.get_path("scripts"))
PACKAGES = """aiohttp==3.14.5 alembic==1.20.1 amqp==5.4.2 arrow==1.4.0 astroid==4.3.4 babel==2.18.0
beautifulsoup4==4.15.0 biopython==1.88 boltons==26.2.0 boto3==1.44.5 cachetools==8.0.1 cattrs==26.2.1 celery==5.7.0
click==8.5.1 deepdiff==9.1.0 diskcache==5.6.3 dnspython==2.9.2 docker==7.2.0 docutils==0.23 feedparser==6.0.14
flask==3.1.3 freezegun==1.5.5 fsspec==2026.9.0 gitpython==3.2.1 gunicorn==27.0.1 html5lib==1.1 httplib2==0.32.1
httpx==0.28.1 humanize==4.17.0 invoke==3.0.3 isort==9.0.2 jinja2==3.1.6 jsonschema==4.26.0 kombu==5.7.0 lark==1.3.1
loguru==0.7.3 mako==1.4.3 markdown==3.11.3 marshmallow==4.4.0 python-dateutil==4.0.0"""
# Those whose tests need nothing but pytest and what Stomper itself has installed, and where their code is.
SUITES = """addict==2.4.0:addict appdirs==1.4.4:appdirs.py boltons==26.2.0:boltons boolean.py==5.0:boolean
bottle==0.13.4:bottle.py cachetools==8.0.1:src/cachetools colorama==0.4.6:colorama configobj==5.0.9:src
dominate==2.9.1:dominate first==2.0.2:first.py html2text==2025.4.15:html2text hyperlink==21.0.0:src/hyperlink
inflection==0.5.1:inflection iniconfig==2.3.1:src/iniconfig lark==1.3.1:lark mako==1.4.3:mako mistune==3.4.0:src/mistune
munch==4.0.0:munch ordered-set==4.1.0:ordered_set parse==1.22.4:parse parsimonious==0.11.0:parsimonious
pyasn1==0.6.5:pyasn1 pycparser==3.12:pycparser pyflakes==4.1.0:pyflakes pyjwt==2.15.1:jwt pyphen==0.18.1:pyphen
pystache==0.6.8:pystache pytz==2026.6:pytz rfc3986==2.0.0:src/rfc3986 schedule==1.2.2:schedule semver==3.1.2:src/semver
simplejson==4.3.0:simplejson six==1.17.0:six.py smmap==5.0.3:smmap sqlparse==0.6.1:sqlparse tabulate==0.8.10:tabulate.py
termcolor==3.3.0:src/termcolor text-unidecode==1.3:src/text_unidecode tinydb==4.9.0:tinydb toolz==1.0.0:toolz
unidiff==1.0.1:unidiff uritemplate==4.2.0:uritemplate voluptuous==0.16.0:voluptuous webencodings==0.6.1:webencodings
webob==1.8.11:src/webob wrapt==2.5.2:src/wrapt xmltodict==1.0.4:xmltodict.py"""
TESTS = ("test", "tests")
SELECT = "E,F,W,I,B,UP,SIM,C4,RUF"
CODES_SHOWN = 40
COUNTS = ("before", "ruff", "ours")
COUNTERS = (*COUNTS, "proposers")
BASE = "refs/bench/base"
ANY = re.compile(r"^[+-](?![+-]{2} ).*\bAny\b")
KEPT = re.compile(r"^annotate: kept ([\w-]+=\d+(?:, [\w-]+=\d+)*)", re.MULTILINE)
ANNOTATING = ("annotate", "annotate-used")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:drill_sergeant")


@dataclass(slots=True)
class Trial:
    """One package: counts of (tool, code) before, after `ruff check --fix` and after ours; tests that differ.

    `again` are the files that a second run changes, `any` the times that the first one wrote the word `Any`. `cpu` are
    the seconds of processors that the first one took, with all of its programs; other work on the machine adds none.
    `annotated` are the seconds that each file was annotated in, and `proposers` count the annotations that stayed.
    """

    name: str
    files: int = 0
    before: Counter[str] = field(default_factory=Counter)
    ruff: Counter[str] = field(default_factory=Counter)
    ours: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0
    exit_code: int | None = None
    tests: int = 0
    changed: list[str] = field(default_factory=list)
    any: int = 0
    again: list[str] = field(default_factory=list)
    annotated: list[float] = field(default_factory=list)
    proposers: Counter[str] = field(default_factory=Counter)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", default="", help="names from the list, comma-separated; all where empty")
    parser.add_argument("--checkers", default="ruff", help="ruff, or ruff,mypy (--strict)")
    parser.add_argument("--fixers", default="ruff,codemods")
    parser.add_argument("--suites", action="store_true", help="only packages whose tests run here, with the gate")
    parser.add_argument("--proof", default="tested", help="the grade that fixes need: safe, proved, tested or none")
    parser.add_argument("--stomper", type=Path, default=BIN / "stomper")
    parser.add_argument("--again", action="store_true", help="run a second time, and count the files that changes")
    parser.add_argument("--record", type=Path, help="a file that keeps results, a line of JSON each")
    parser.add_argument("--keep", type=Path, help="a folder for the repositories, which stay there")
    parser.add_argument("--downloads", type=Path, help="a folder of downloads, used again where they are there")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fix-rate-") as temporary:
        work = options.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        trials: list[Trial] = []
        with contextlib.suppress(KeyboardInterrupt):  # what is there by then is worth a table
            for pinned, path in chosen(options):
                trials += [recorded(pinned, options) or keep(run(pinned, path, options, work), options)]
    print("\n".join(report(trials, options.checkers.split(","))))
    return 1 if any(trial.changed or trial.exit_code not in (0, 1) for trial in trials) else 0


def chosen(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The packages to try, with their versions, and where in them to look."""
    entries = [entry.partition(":") for entry in (SUITES if options.suites else PACKAGES).split()]
    pins = {pin.partition("==")[0]: (pin, path or ".") for pin, _, path in entries}
    return [pins[name] for name in (options.packages.split(",") if options.packages else pins)]


def recorded(pinned: str, options: argparse.Namespace) -> Trial | None:
    if not options.record or not options.record.exists():
        return None
    rows = [json.loads(line) for line in options.record.read_text().splitlines()]
    trials = [Trial(**{**row, **{part: Counter(row[part]) for part in COUNTERS}}) for row in rows]
    return next((trial for trial in trials if trial.name == pinned), None)


def keep(trial: Trial, options: argparse.Namespace) -> Trial:
    if options.record:
        with options.record.open("a") as file:
            file.write(json.dumps({part.name: getattr(trial, part.name) for part in fields(trial)}) + "\n")
    return trial


def run(pinned: str, path: str, options: argparse.Namespace, work: Path) -> Trial:
    trial, checkers = Trial(pinned), options.checkers.split(",")
    top = unpack(pinned, options.downloads or work / "downloads", work, options.suites)
    configure(top, checkers, path if options.suites else "")
    environment = surroundings(work)
    commit(top, environment)
    trial.files = len([file for file in files_of(top / path) if not options.suites or not {*file.parts} & {*TESTS}])
    trial.before = count(top, path, checkers)
    copy = work / f"{top.name}.ruff"
    shutil.copytree(top, copy)
    subprocess.run([BIN / "ruff", "check", "--fix-only", "--no-cache", "--quiet", path], cwd=copy, check=True)
    trial.ruff = count(copy, path, checkers)
    shutil.rmtree(copy)
    tests = run_tests(top) if options.suites else {}
    told = work / f"{top.name}.json"
    words = [*stomper(options, checkers), "--report", str(told), path]
    began, spent = time.monotonic(), cpu_seconds()
    done = subprocess.run(words, cwd=top, env=environment, capture_output=True, text=True)
    trial.seconds, trial.cpu, trial.exit_code = time.monotonic() - began, cpu_seconds() - spent, done.returncode
    trial.annotated, trial.proposers = read_report(told), kept_slots(top)
    trial.ours = count(top, path, checkers)
    trial.any = new_any(top, environment)
    trial.tests = len(tests)
    after = run_tests(top) if options.suites else {}
    trial.changed = [name for name in sorted(tests.keys() | after.keys()) if tests.get(name) != after.get(name)]
    if options.again:
        trial.again = changed_again(words, top, environment)
    words = [done.stderr[-2000:]] if done.returncode not in (0, 1) else []
    print(progress(trial), *words, file=sys.stderr, flush=True)
    if not options.keep:
        shutil.rmtree(top)
    return trial


def cpu_seconds() -> float:
    """Give the seconds of processors that all programs together took that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_report(told: Path) -> list[float]:
    """Read from a run's report how long each file was annotated, in seconds."""
    files = json.loads(told.read_text())["files"] if told.exists() else []
    attempts = ([one for one in file.get("attempts", []) if one["fixer"] in ANNOTATING] for file in files)
    return [sum(one["seconds"] for one in mine) for mine in attempts if mine]


def kept_slots(top: Path) -> Counter[str]:
    """Count by proposer the annotations that stayed, from the logs of files; one that is fixed whole has none."""
    kept = Counter[str]()
    for log in top.glob(".git/stomper/runs/*/logs/*.log"):
        for found in KEPT.finditer(log.read_text(errors="replace")):
            pairs = (pair.split("=") for pair in found[1].split(", "))
            kept.update({name: int(number) for name, number in pairs})
    return kept


def new_any(top: Path, environment: dict[str, str]) -> int:
    """Count how many more lines with the word `Any` a run has written than it took away."""
    words = ["git", "log", "-p", "--format=", "--unified=0", "HEAD", "--not", BASE]
    diff = subprocess.run(words, cwd=top, env=environment, capture_output=True).stdout.decode("utf-8", "replace")
    rows = [line[0] for line in diff.splitlines() if ANY.search(line) and line[:1] in "+-"]
    return max(0, rows.count("+") - rows.count("-"))


def changed_again(words: Sequence[str], top: Path, environment: dict[str, str]) -> list[str]:
    """Run a second time. Give the files that this changes."""
    head = ["git", "rev-parse", "HEAD"]
    before = subprocess.run(head, cwd=top, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(words, cwd=top, env=environment, capture_output=True)
    diff = ["git", "diff", "--name-only", before, "HEAD"]
    return subprocess.run(diff, cwd=top, env=environment, capture_output=True, text=True, check=True).stdout.split()


def files_of(place: Path) -> list[Path]:
    return [place] if place.is_file() else [file.relative_to(place) for file in place.rglob("*.py")]


def unpack(pinned: str, downloads: Path, work: Path, source: bool) -> Path:
    """A fresh folder with what the package's wheel holds, or its source distribution."""
    name = pinned.partition("==")[0]
    kind = ["--no-binary", name] if source else ["--only-binary", ":all:"]
    folder = downloads / ("source" if source else "wheel") / name
    if not folder.exists():
        pip: list[str | Path] = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            *kind,
            "--dest",
            folder,
            pinned,
        ]
        subprocess.run(pip, check=True)
    (archive,) = folder.iterdir()
    top = work / name
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir()
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(top)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(top, filter="data")
        (inner,) = top.iterdir()
        shutil.copytree(inner, top, dirs_exist_ok=True)
        shutil.rmtree(inner)
    for extra in (*top.glob("*.dist-info"), *top.glob("*.egg-info")):
        shutil.rmtree(extra)
    return top


def configure(top: Path, checkers: Sequence[str], path: str) -> None:
    """The same configuration for all; a project's own would be another measure for each. With a path, no tests."""
    for other in (".ruff.toml", "ruff.toml", "mypy.ini", ".mypy.ini"):
        (top / other).unlink(missing_ok=True)
    codes = ", ".join(f'"{family}"' for family in SELECT.split(","))
    (top / "ruff.toml").write_text(
        f"lint.select = [{codes}]\n" + (f"extend-exclude = {json.dumps(TESTS)}\n" if path else "")
    )
    if "mypy" in checkers:
        files = f"files = {path}\nexclude = (^|/)({'|'.join(TESTS)})/\n" if path else ""
        (top / "mypy.ini").write_text(f"[mypy]\nstrict = True\nignore_missing_imports = True\n{files}")
    # The plugin is here to be tested by Stomper's own tests, not to judge others'.
    command = json.dumps([sys.executable, *PYTEST])
    python = json.dumps(sys.executable)
    # Named, so that those which the project has configured besides are not among them.
    named = f"checkers = {json.dumps([*checkers])}\n"
    (top / "stomper.toml").write_text(f"{named}[environment]\npython = {python}\n[tests]\ncommand = {command}\n")


def surroundings(work: Path) -> dict[str, str]:
    """The environment of git and Stomper: a home of its own, nobody's settings."""
    home = work / "home"
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text("[user]\n\tname = Bench\n\temail = bench@example.org\n")
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "STOMPER_TRUST": "1"}


def commit(top: Path, environment: dict[str, str]) -> None:
    made = (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "-m", "as it came"], ["update-ref", BASE, "HEAD"])
    for words in made:
        subprocess.run(["git", *words], cwd=top, env=environment, check=True)


def stomper(options: argparse.Namespace, checkers: Sequence[str]) -> list[str]:
    words = [str(options.stomper), "fix", "-q", "-j", str(options.j)]
    words += [f"--{'' if name in checkers else 'no-'}{name}" for name in ("ruff", "mypy")]
    words += [word for name in options.fixers.split(",") for word in ("--fixer", name)]
    words += ["--proof", options.proof]
    return [*words, "--test-validation", "final" if options.suites else "none"]


def count(top: Path, path: str, checkers: Sequence[str]) -> Counter[str]:
    """What the checkers find in the tree as it is, by `tool code`."""
    words: list[str | Path] = [BIN / "ruff", "check", "--no-cache", "--exit-zero", "--output-format", "json", path]
    rows = json.loads(subprocess.run(words, cwd=top, capture_output=True, check=True).stdout)
    found = Counter(f"ruff {row['code'] or 'invalid-syntax'}" for row in rows)
    if "mypy" in checkers:
        words = [BIN / "mypy", "--cache-dir", os.devnull, "--output", "json", path]
        done = subprocess.run(words, cwd=top, capture_output=True, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        found.update(f"mypy {line['code']}" for line in lines if line["severity"] == "error")
    return found


def run_tests(top: Path) -> dict[str, str]:
    """What became of each of the project's own tests."""
    roots = os.pathsep.join(str(top / root) for root in ("src", ".") if (top / root).is_dir())
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.xml"
        words = [*PYTEST, f"--junit-xml={result}"]
        environment = {**os.environ, "PYTHONPATH": roots, "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run([sys.executable, *words], cwd=top, env=environment, capture_output=True)
        cases = ET.parse(result).getroot().iter("testcase")
        return {f"{c.get('classname')}::{c.get('name')}": ",".join(sorted(e.tag for e in c)) for c in cases}


def progress(trial: Trial) -> str:
    sums = " -> ".join(str(part.total()) for part in (trial.before, trial.ruff, trial.ours))
    suite = f", {trial.tests} tests, {len(trial.changed)} changed" if trial.tests else ""
    more = f", Any {trial.any}, again {len(trial.again)} of {trial.files}, annotating {median(trial.annotated)}"
    took = f"{trial.seconds:.0f} s ({trial.cpu:.0f} s of CPU)"
    return f"{trial.name}: {sums} in {took}, exit code {trial.exit_code}{suite}{more}"


def median(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f} s" if seconds else "-"


def report(trials: Sequence[Trial], checkers: Sequence[str]) -> list[str]:
    lines = [
        "| package | files | before | after `ruff check --fix` | after ours | tests | changed | CPU seconds a file |"
    ]
    lines += ["|---|---:|---:|---:|---:|---:|---:|---:|"]
    for t in trials:
        numbers = f"{t.before.total()} | {t.ruff.total()} | {t.ours.total()} | {t.tests or '-'}"
        changed, cpu = len(t.changed) if t.tests else "-", t.cpu / max(1, t.files)
        lines.append(f"| {t.name} | {t.files} | {numbers} | {changed} | {cpu:.1f} |")
    before, ruff, ours = (_sum(trials, part) for part in COUNTS)
    for tool in checkers:
        sums = [_of(counts, tool) for counts in (before, ruff, ours)]
        share = f"{100 * sums[2] / sums[1]:.1f} % of what `ruff check --fix` leaves" if sums[1] else "nothing"
        lines += ["", f"{tool}: {sums[0]} before, {sums[1]} after `ruff check --fix`, {sums[2]} after ours: {share}."]
    seconds = [second for trial in trials for second in trial.annotated]
    lines += [
        "",
        f"`Any` was written {sum(trial.any for trial in trials)} times. Annotating: {median(seconds)} a file.",
    ]
    again, files = sum(len(trial.again) for trial in trials), sum(trial.files for trial in trials)
    lines += [f"A second run changes {again} of {files} files."]
    kept = [f"{name} {number}" for name, number in _sum(trials, "proposers").most_common()]
    lines += [f"Annotations that stayed, by proposer: {', '.join(kept)}."] if kept else []
    lines += ["", "| code | before | after `ruff check --fix` | after ours |", "|---|---:|---:|---:|"]
    for code, _ in ruff.most_common(CODES_SHOWN):
        lines.append(f"| {code} | {before[code]} | {ruff[code]} | {ours[code]} |")
    return lines


def _sum(trials: Sequence[Trial], part: str) -> Counter[str]:
    return sum((getattr(trial, part) for trial in trials), Counter())


def _of(counts: Counter[str], tool: str) -> int:
    return sum(number for code, number in counts.items() if code.startswith(f"{tool} "))


if __name__ == "__main__":
    sys.exit(main())
