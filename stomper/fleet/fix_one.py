"""Work on one repository by a `stomper fix` of its own, and say what became of it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from stomper.errors import EXIT_INTERRUPTED, EXIT_USAGE
from stomper.fleet.call import FALLBACK, LOG, REPORT
from stomper.fleet.folder import FleetFolder
from stomper.fleet.prepare import DEFAULTS, Ready
from stomper.fleet.purse import Allowance
from stomper.fleet.read_report import read_report, result_of_run, why_without_report
from stomper.fleet.result import Result
from stomper.process.supervised import Ended, own_program, supervise
from stomper.settings import AUTO
from stomper.text.printable import one_line
from stomper.text.times import duration

STOPPED = (EXIT_INTERRUPTED, -signal.SIGINT, -signal.SIGTERM, -signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Worker:
    """What fixes repositories: the words that start `stomper`, whether they are trusted, and who says stop."""

    folder: FleetFolder
    trust: bool
    stop: Callable[[], int]
    program: tuple[str, ...] = field(default_factory=own_program)

    def fix(self, ready: Ready, share: int, allowed: Allowance) -> Result | None:
        """Fix one repository, `share` files at once. None if that was stopped, and can be taken up again."""
        if ready.report is not None:
            code = int(ready.report["exit_code"])
            return with_notes(result_of_run(ready.entry.name, ready.top, ready.report, code, 0.0), ready)
        place = self.folder.of(ready.entry.name)
        again = ["resume", ready.run, *_terms(share, self.trust, allowed)]
        anew = fix_words(ready, share, self.trust, allowed)
        ended = self._call(ready, place, again if ready.run else anew, allowed)
        if ready.run and ended.returncode == EXIT_USAGE and not (place / REPORT).exists():
            ended = self._call(ready, place, anew, allowed)  # that run had not come far enough
        if self.stop() and not ended.late and ended.returncode in STOPPED:
            return None
        return with_notes(conclude(ready, place, ended), ready)

    def _call(self, ready: Ready, place: Path, words: list[str], allowed: Allowance) -> Ended:
        report = place / REPORT
        report.unlink(missing_ok=True)
        env = {FALLBACK: str(place / DEFAULTS)} if ready.entry.config else {}
        argv = [*self.program, "-C", str(ready.top), *words, "--report", str(report)]
        return supervise(argv, ready.top, place / LOG, allowed.seconds, self.stop, env)


def _terms(share: int, trust: bool, allowed: Allowance) -> list[str]:
    return ["-j", str(share), "--trust" if trust else "--untrusted", *allowed.options()]


def fix_words(ready: Ready, share: int, trust: bool, allowed: Allowance) -> list[str]:
    """Give the words behind `stomper` that fix a repository, `share` files at once."""
    own = ["--setup"] if AUTO in ready.entry.set_up else []
    return ["fix", *own, *ready.entry.options, "--allow-empty", *_terms(share, trust, allowed)]


def conclude(ready: Ready, place: Path, ended: Ended) -> Result:
    """Make the result of a repository out of how its run ended, and of the report and the log in `place`."""
    name, report = ready.entry.name, read_report(place / REPORT)
    if ended.late and (report is None or ended.returncode == EXIT_INTERRUPTED):
        run = str(report["run"]) if report else ""
        reason = f"still at work after {duration(ended.seconds)}"
        return Result(name, "failed", reason, top=str(ready.top), run=run, seconds=round(ended.seconds, 3))
    if report is None:
        reason = one_line(why_without_report(place / LOG, ended.how()))
        return Result(
            name, "failed", reason, top=str(ready.top), exit_code=ended.returncode, seconds=round(ended.seconds, 3)
        )
    return result_of_run(name, ready.top, report, ended.returncode, ended.seconds)


def with_notes(result: Result, ready: Ready) -> Result:
    """Give a result with the notes on its repository."""
    return replace(result, notes=ready.notes)
