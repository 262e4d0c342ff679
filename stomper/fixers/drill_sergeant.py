"""pytest-drill-sergeant's own writing of markers into test files."""

from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.checkers.pytest_record import own_cache
from stomper.checkers.pytest_run import PytestRunner
from stomper.checkers.pytest_start import start_pytest
from stomper.checkers.quiet_pytest import quiet_words
from stomper.fixers.base import FixReply, FixRequest, reply_of
from stomper.models import Diagnostic

NAME = "drill-sergeant"
NO_TESTS = 5


@dataclass(frozen=True, slots=True)
class DrillSergeantFixer:
    """Lets the plugin collect one file: it writes the markers that the folder stands for. No test is run."""

    runner: PytestRunner
    name: str = NAME
    divisible: bool = False
    learns: bool = False

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return any(d.tool == NAME and d.fixable for d in diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        quiet = (*quiet_words(request.scratch), *own_cache(request.scratch))
        argv = [*start_pytest(self.runner.python), *quiet, "--collect-only", "--quiet"]
        env = self.runner.environment(request.root, request.scratch) | {"DRILL_SERGEANT_WRITE_MARKERS": "true"}
        done = process.run(
            [*argv, f"./{request.path}"], cwd=request.root, env=env, timeout=self.runner.timeout, contained=True
        )
        return FixReply(log=reply_of(NAME, done).log) if done.returncode == NO_TESTS else reply_of(NAME, done)
