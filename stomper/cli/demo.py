"""`stomper demo`: the whole thing on a sample repository, with a fixer as slow as an agent."""

import contextlib
import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from stomper.cli.printing import tell
from stomper.commands.demo import make_sample
from stomper.commands.fix import Finished, fix
from stomper.git.repository import Repository, open_repository, require_git
from stomper.progress import make_progress
from stomper.report import Concurrency, to_lines
from stomper.settings import MAX_WORKERS, Settings, WorkflowSettings

COMPARED = (1, 2, 4, 8)


@click.command()
@click.argument("files", type=click.IntRange(1, 500), default=12)
@click.argument("workers", type=click.IntRange(1, MAX_WORKERS), default=4)
@click.option("--compare", is_flag=True, help=f"Do it with {', '.join(map(str, COMPARED))} workers and print a table.")
def command(files: int, workers: int, compare: bool) -> int:
    """Fix a sample repository in a temporary folder, to watch Stomper work.

    The demo makes a repository of FILES Python files (12), each with something to fix, and fixes it with
    WORKERS workers (4). Each fix takes a random 0.5 to 2 seconds, like that of an agent. The demo touches
    nothing of yours and leaves nothing behind.
    """
    require_git()
    if compare:
        return show_comparison(files)
    finished = run_demo(files, workers)
    c = finished.report.concurrency
    tell(*to_lines(finished.report, None))
    tell(f"peak: {c.peak} files at once (at most {c.max_parallel_files} allowed)")
    tell(f"{c.worker_seconds:.1f} s of work in {c.wall_seconds:.1f} s: {c.speedup:.1f} times as fast as one by one")
    return finished.report.exit_code


def show_comparison(files: int) -> int:
    """The same sample at several numbers of workers, against the ideal. Returns the worst exit code."""
    tell("files  workers  peak   wall s  ideal s  efficiency")
    worst = 0
    for workers in COMPARED:
        finished = run_demo(files, workers)
        c = finished.report.concurrency
        ideal = ideal_seconds(c, [file.seconds for file in finished.report.files], workers)
        tell(f"{files:5}  {workers:7}  {c.peak:4}  {c.wall_seconds:7.2f}  {ideal:7.2f}  {ideal / c.wall_seconds:10.2f}")
        worst = max(worst, finished.report.exit_code)
    return worst


def ideal_seconds(measured: Concurrency, seconds: list[float], workers: int) -> float:
    """The shortest time this work could take: shared out evenly, but never less than its longest part."""
    return max(measured.worker_seconds / workers, max(seconds, default=0.0))


def run_demo(files: int, workers: int) -> Finished:
    settings = Settings(fixers=("demo",), workflow=dataclasses.replace(WorkflowSettings(), max_parallel_files=workers))
    with sample_repository(files) as repository:
        return fix(repository, settings, (), make_progress(quiet=False, verbose=False))


@contextlib.contextmanager
def sample_repository(files: int) -> Iterator[Repository]:
    with tempfile.TemporaryDirectory(prefix="stomper-demo-") as folder:
        make_sample(Path(folder), files)
        yield open_repository(Path(folder))
