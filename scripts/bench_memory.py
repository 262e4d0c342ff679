"""Measure the memory of a run, and what its records cost when there are many.

    python scripts/bench_memory.py                        100,000 tracked files, 5,000 to fix; records of 20,000
    python scripts/bench_memory.py --tracked 2000 --fixed 300 --records 2000 --real

The first run is a dry one with the true survey, landing, gate and report; in the place of its workers something
answers at once, with outcomes made by really editing the files. `--no-landing` leaves out landing and gate. `--real`
adds a run with true workers, whose memory is watched too. The records are a finished run of so many files, one commit
each, written by `RunFolder`; times are CPU seconds of a command with all that it starts, beside those of
`stomper --version`. Ends with 1 where the parent takes 300 MiB or more, or a command over the records more than 10 s.
Memory is told by Linux alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from stomper import __version__
from stomper.commands import fix as stages
from stomper.config import load_settings
from stomper.git.blobs import blob_id
from stomper.git.commits import commits_between
from stomper.git.repository import open_repository
from stomper.journal.find_run import runs_folder
from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.landing.lander import Landed, Lander
from stomper.models import (
    Attempt,
    AttemptResult,
    Blob,
    Diagnostic,
    Fixed,
    FixTask,
    Outcome,
    Patch,
    Plan,
    Severity,
    Timing,
)
from stomper.progress import make_progress
from stomper.report import FileReport, RunReport, measure, to_json, to_toml
from stomper.run import fix_and_land, rounds
from stomper.run.drop_culprits import Passed
from stomper.run.survey import Survey
from stomper.worker.fix_file import Job

ROOT = Path(__file__).resolve().parents[1]
MEMORY_BAR = 300  # MiB
TIME_BAR = 10.0  # CPU seconds
IMPORTS = b"import os\nimport sys\nimport re\n"
STAGES = {
    stages: ("survey", "make_lander", "hand_over", "build_report", "to_toml"),
    rounds: ("make_job", "fix_and_land", "check_whole"),
}
COMMANDS = (("status",), ("status", "--format", "json"), ("undo",), ("redo",))
READ = "from pathlib import Path; from stomper.journal.run_folder import RunFolder; f = RunFolder(Path({!r})); {}"
RESUME = "print(len(f.history(plan=f.read_plan()).outcomes))"
RUN = "20260101-000000-0001"
IDENTITY = "bench <bench@localhost> 1767225600 +0000"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracked", type=int, default=100_000)
    parser.add_argument("--fixed", type=int, default=5_000)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--no-landing", action="store_true", help="leave out landing and gate")
    parser.add_argument("--real", action="store_true", help="also run with true workers")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        make_records(asked.write, asked.records)
        return 0
    if asked.inside:
        return run_inside(asked.inside, landing=not asked.no_landing)
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        good = [measure_run(Path(folder) / "run", asked.tracked, asked.fixed, asked.no_landing, asked.real)]
        good.append(measure_records(Path(folder) / "records", asked.records))
    return 0 if all(good) else 1


def measure_run(top: Path, tracked: int, fixed: int, no_landing: bool, real: bool) -> bool:
    """Print a line for each stage of a run; says whether the parent stayed below the bar."""
    make_repository(top, tracked, fixed)
    print(f"{tracked} tracked files, {fixed} to fix\nstage             seconds  MiB now  MiB at most", flush=True)
    words = [sys.executable, __file__, "--inside", str(top), *(["--no-landing"] if no_landing else [])]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    print(done.stdout, end="", flush=True)
    most = max(float(line.split()[-1]) for line in done.stdout.splitlines())
    if real:
        print("with true workers, MiB at most: parent {:.0f}, a worker {:.0f}".format(*watch(top)), flush=True)
    return most < MEMORY_BAR


def run_inside(top: Path, landing: bool) -> int:
    """Do a dry run in this process, and print a line for each of its stages."""
    stand_ins: list[tuple[Any, str, Any]] = [(fix_and_land, "run_tasks", answer_at_once)]
    stand_ins += [] if landing else [(Lander, "land", land_nothing), (rounds, "check_whole", pass_unseen)]
    for place, name, stand_in in stand_ins:
        setattr(place, name, stand_in)
    say("start", time.monotonic())
    for place, names in STAGES.items():
        for name in names:
            setattr(place, name, told(name, getattr(place, name)))
    repository = open_repository(top)
    settings = load_settings(repository.top, {})
    settings = replace(settings, landing=replace(settings.landing, dry_run=True))
    finished = stages.fix(repository, settings, [], make_progress(True, False))
    count = finished.report.count("fixed")
    return 0 if count == len(finished.report.files) else 1


def told(name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
    """The same stage, with a line about it at its end."""

    def with_line(*given: Any) -> Any:
        began = time.monotonic()
        try:
            return stage(*given)
        finally:
            say(name, began)

    return with_line


def say(name: str, began: float) -> None:
    now, most = own_memory()
    print(f"{name:16}  {time.monotonic() - began:7.1f}  {now:7.0f}  {most:11.0f}", flush=True)
    Path("/proc/self/clear_refs").write_text("5")  # what comes next has a peak of its own


def own_memory(pid: str | int = "self") -> tuple[float, float]:
    """The resident memory of a process now and at its peak, in MiB."""
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(facts["VmRSS"].split()[0]) / 1024, int(facts["VmHWM"].split()[0]) / 1024


def answer_at_once(
    job: Job, tasks: Sequence[FixTask], _workers: int, _interrupts: object, on_start: Callable[[FixTask], None], *_: Any
) -> Iterator[tuple[FixTask, Outcome]]:
    """Give the outcomes that ruff would lead to; the blobs are in the object store, as a worker leaves them."""
    top = job.site.top
    for first in range(0, len(tasks), 500):
        some = tasks[first : first + 500]
        contents = [(top / task.path).read_bytes().removeprefix(IMPORTS) for task in some]
        fast_import(top, (b"blob\ndata %d\n%s\n" % (len(content), content) for content in contents))
        for task, content in zip(some, contents, strict=True):
            on_start(task)
            yield task, outcome_of(task, content)


def land_nothing(lander: Lander, task: FixTask, outcome: Outcome) -> Landed:
    lander.before_move([(task, lander.head)])
    return Landed(task, outcome, lander.head, (lander.head,))


def pass_unseen(_run: object, surveyed: Survey, landed: Sequence[Landed], lander: Lander) -> Passed:
    return Passed(tuple(landed), lander.head, surveyed.found)


def outcome_of(task: FixTask, content: bytes) -> Fixed:
    """The outcome of a task whose file lost its imports; `content` is what is left of it."""
    old, new, path = blob_id(IMPORTS + content), blob_id(content), task.path
    gone = "".join(f"-{line}\n" for line in IMPORTS.decode().splitlines())
    rest = "".join(f" {line}\n" for line in content.decode().splitlines()[:3])
    head = f"diff --git a/{path} b/{path}\nindex {old}..{new} 100644\n--- a/{path}\n+++ b/{path}\n@@ -1,6 +1,3 @@\n"
    return Fixed(
        path=path,
        before=tuple(replace(diagnostic) for diagnostic in task.diagnostics),
        attempts=(Attempt("ruff", AttemptResult.KEPT, len(task.diagnostics), 0, 0.01),),
        timing=Timing(time.monotonic() - 0.01, time.monotonic(), os.getpid()),
        patch=Patch(f"{head}{gone}{rest}".encode(), (Blob(path, "100644", new),)),
    )


def watch(top: Path) -> tuple[float, float]:
    """Run with true workers. Gives the peaks of the parent and of the largest worker, in MiB."""
    import psutil

    words = [sys.executable, "-m", "stomper", "-C", str(top), "fix", "-j2", "--dry-run", "--quiet"]
    env = {**os.environ, "STOMPER_TRUST": "1"}
    with subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as running:
        parent, most = psutil.Process(running.pid), {"parent": 0.0, "worker": 0.0}
        while running.poll() is None:
            try:
                workers = [p for p in parent.children(recursive=True) if any("multiproc" in w for w in p.cmdline())]
                most["parent"] = max(most["parent"], own_memory(running.pid)[1])
                most["worker"] = max([most["worker"], *(own_memory(p.pid)[1] for p in workers)])
            except (OSError, KeyError, psutil.Error):  # one of them ended in this moment
                pass
            time.sleep(0.1)
    return most["parent"], most["worker"]


def measure_records(top: Path, count: int) -> bool:
    """Print a line for each command over the records of a run of so many files; says whether all kept to the bar."""
    make_repository(top, count, count)
    # By a process of its own: what this one had at most would count as the peak of each that it starts.
    seconds, _ = cost(__file__, "--write", str(top), "--records", str(count))
    folder = runs_folder(top / ".git" / "stomper") / RUN
    journal = (folder / "journal.jsonl").stat().st_size / 2**20
    print(f"\nrecords of {count} files: written in {seconds:.1f} s, journal {journal:.1f} MiB")
    print("command                          CPU s  starts  MiB at most", flush=True)
    base, _ = cost("-m", "stomper", "--version")
    rows = [(" ".join(words), ("-m", "stomper", "-C", str(top), *words)) for words in COMMANDS]
    rows.append(("what resume reads", ("-c", READ.format(str(folder), RESUME))))
    good = True
    for name, words in rows:
        seconds, memory = cost(*words)
        good = good and seconds <= TIME_BAR
        miss = "" if seconds <= TIME_BAR else "  <- misses the bar"
        print(f"{name:30}  {seconds:6.2f}  {seconds / base:6.1f}  {memory:11.0f}{miss}", flush=True)
    return good


def cost(*words: str) -> tuple[float, float]:
    """CPU seconds of a Python with all that it starts, and the peak of the largest of these processes in MiB."""
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def path_of(number: int) -> str:
    return f"pkg{number // 100:05}/m{number % 100:02}.py"


def content_of(number: int) -> bytes:
    """The content of a file without anything to fix."""
    lines = "".join(f"V{line} = {line}\n" for line in range(40))
    return f"\n\ndef f{number}(x):\n    return x + {number}\n\n\n{lines}".encode()


def make_repository(top: Path, tracked: int, fixed: int) -> None:
    """Make a repository with one commit of so many files; those to fix are spread over it."""
    git(top.parent, "init", "--quiet", "--initial-branch=main", str(top))
    for name, value in (("user.name", "bench"), ("user.email", "bench@localhost")):
        git(top, "config", name, value)
    step = tracked // fixed if fixed else tracked + 1
    dirty = {number * step for number in range(fixed)}
    contents = ((path_of(n), (IMPORTS if n in dirty else b"") + content_of(n)) for n in range(tracked))
    fast_import(top, [b"commit refs/heads/main\n", *about("base"), *(edit(*file) for file in contents)])
    git(top, "reset", "--hard", "--quiet", "main")


def about(message: str) -> list[bytes]:
    return [f"committer {IDENTITY}\ndata {len(message)}\n{message}\n".encode()]


def edit(path: str, content: bytes) -> bytes:
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)


def fast_import(top: Path, stream: Iterable[bytes]) -> None:
    words = ["git", "-C", str(top), "fast-import", "--quiet", "--date-format=raw"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None
        importer.stdin.writelines(stream)
    if importer.returncode:
        raise SystemExit(f"git fast-import ended with {importer.returncode}")


def git(where: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True, text=True).stdout.strip()


def make_records(top: Path, count: int) -> None:
    """Make a finished run that fixed all files of a repository: commits, the branch there, journal, plan, report."""
    os.fsync = os.fdatasync = lambda _: None  # type: ignore[assignment]  # nobody needs these after a power cut
    base = git(top, "rev-parse", "main")
    fast_import(top, (commit_fixing(number, b"" if number else b"from refs/heads/main^0\n") for number in range(count)))
    git(top, "reset", "--hard", "--quiet", "main")
    repository = open_repository(top)
    folder = RunFolder(runs_folder(repository.state) / RUN)
    header = Header(
        run=RUN, format=FORMAT, version=__version__, top=str(top), folder=str(top.parent), base=base,
        branch="refs/heads/main", started=time.time(), named=(), settings=load_settings(top, {}),
    )  # fmt: skip
    folder.create(header)
    tasks = tuple(FixTask(n, path_of(n), found_in(path_of(n))) for n in range(count))
    folder.write_plan(Plan(tasks, (), tuple(task.path for task in tasks), 3 * count))
    commits_made = commits_between(top, base, "main")
    for task, commit in zip(tasks, commits_made, strict=True):
        folder.started(task)
        folder.store(task, outcome_of(task, content_of(task.index)))
        folder.append("landing", index=task.index, commit=commit)
    end = {"ref": "refs/heads/main", "old": base, "new": commits_made[-1], "kept": False, "commit": True}
    folder.append("delivered", **end)
    report = report_of(header, tasks, commits_made)
    folder.finish(0, {"report.json": to_json(report), "report.toml": to_toml(report)}, judged=True)


def commit_fixing(number: int, start: bytes) -> bytes:
    head = [b"commit refs/heads/main\n", *about(f"fix {number}"), start]
    return b"".join([*head, edit(path_of(number), content_of(number))])


def report_of(header: Header, tasks: Sequence[FixTask], commits: Sequence[str]) -> RunReport:
    """The report of a run that fixed everything."""
    attempts, timing = (Attempt("ruff", AttemptResult.KEPT, 3, 0, 0.01),), Timing(0.0, 0.01, 1)
    patches = runs_folder(Path(header.top) / ".git" / "stomper") / RUN / "patches"
    return RunReport(
        run=RUN,
        stomper_version=__version__,
        repository=header.top,
        base_commit=header.base,
        head_commit=commits[-1],
        branch="refs/heads/main",
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T01:00:00Z",
        diagnostics_before=3 * len(tasks),
        diagnostics_after=0,
        concurrency=measure([[timing] * len(tasks)], 1),
        files=tuple(
            FileReport(
                task.path, "fixed", "", 3, 0, {"F401": 3}, 0.01, commit, attempts,
                str(patches / f"{task.index:05}.patch"), None,
            )
            for task, commit in zip(tasks, commits, strict=True)
        ),
    )  # fmt: skip


def found_in(path: str) -> tuple[Diagnostic, ...]:
    names = ("os", "sys", "re")
    return tuple(
        Diagnostic("ruff", "F401", f"`{name}` imported but unused", path, line, 8, Severity.ERROR, fixable=True)
        for line, name in enumerate(names, 1)
    )


if __name__ == "__main__":
    sys.exit(main())
