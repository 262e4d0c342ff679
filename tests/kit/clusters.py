"""A real scheduler of Dask and real workers, as processes on loopback that a test starts and kills."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.process.containment import adopting, disown
from tests.kit.cli import ROOT
from tests.kit.wait import eventually

STARTING = 200.0  # seconds; each is a Python that imports much
ENDING = 30.0


@dataclass
class Program:
    """One of them, with its log."""

    child: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until(self, text: str, patience: float = STARTING) -> None:
        eventually(lambda: text in self.said or self.child.poll() is not None, f"{text!r} in {self.log}", patience)
        assert text in self.said, self.said

    def kill(self) -> None:
        """SIGKILL, to this process alone."""
        self.child.kill()
        self._gone()

    def end(self) -> None:
        """Have it end, as an operator does."""
        self.child.terminate()
        try:
            self.child.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.child.kill()
        self._gone()

    def _gone(self) -> None:
        self.child.wait()
        disown(self.child.pid)


@dataclass
class Cluster:
    """A scheduler at `address`, which is also in `file`, and what was started of it."""

    place: Path
    address: str = ""
    programs: list[Program] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.place / "scheduler.json"

    @property
    def workers(self) -> list[Program]:
        return self.programs[1:]

    def start_scheduler(self, port: int = 0) -> Program:
        words = ["--port", str(port), "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(self.file)]
        made = self._start("dask_scheduler", *words, "--host", "127.0.0.1")
        made.wait_until("Scheduler at:")
        self.address = next(line.split()[-1] for line in made.said.splitlines() if "Scheduler at:" in line)
        return made

    def start_worker(self, *words: str, threads: int = 1, path: Path = ROOT) -> Program:
        """Start a worker, without a nanny: it is that process. `path` has the package that it loads."""
        local = ["--local-directory", str(self.place / "scratch"), "--nthreads", str(threads)]
        kind = ["--no-nanny"] if "--nanny" not in words else []
        made = self._start("dask_worker", self.address, *local, *kind, "--no-dashboard", *words, path=path)
        made.wait_until("Registered to:")
        return made

    def _start(self, module: str, *words: str, path: Path = ROOT) -> Program:
        log = self.place / f"{len(self.programs)}.log"
        env = {**os.environ, "PYTHONPATH": str(path), "DASK_TEMPORARY_DIRECTORY": str(self.place)}
        with log.open("wb") as out, adopting():
            child = subprocess.Popen(
                # In a folder of its own: `-m` finds the package of the current one before all others.
                [sys.executable, "-m", f"distributed.cli.{module}", *words],
                cwd=self.place,
                env=env,
                stdout=out,
                stderr=out,
            )
        self.programs.append(Program(child, log))
        return self.programs[-1]


@contextlib.contextmanager
def cluster(place: Path) -> Iterator[Cluster]:
    """A scheduler without a worker; whatever was started of it is ended at the end."""
    place.mkdir()
    made = Cluster(place)
    try:
        made.start_scheduler()
        yield made
    finally:
        for program in reversed(made.programs):
            if program.child.poll() is None:
                program.end()
            else:
                disown(program.child.pid)


@contextlib.contextmanager
def in_this_process(place: Path, threads: int) -> Iterator[str]:
    """A scheduler with one worker, in threads of this process, which costs a tenth; gives its address."""
    import dask
    import distributed

    kind: Any = distributed.LocalCluster
    with (
        dask.config.set({"temporary-directory": str(place)}),
        kind(
            n_workers=1,
            threads_per_worker=threads,
            processes=False,
            dashboard_address="127.0.0.1:0",
            protocol="tcp",
            host="127.0.0.1",
            local_directory=str(place),
            silence_logs=50,
            scheduler_kwargs={"dashboard": False},
        ) as made,
    ):
        yield str(made.scheduler_address)
