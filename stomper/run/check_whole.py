"""Let what landed in a round pass the gate, as a whole."""

import contextlib
import dataclasses
from collections.abc import Sequence

from stomper.git.commit_stream import CommitStream
from stomper.landing.lander import Landed, Lander
from stomper.process.crash import crash_point
from stomper.project_tests.suite import TALLY_NAME, last_seconds
from stomper.run.drop_culprits import Passed, pass_gate
from stomper.run.drop_stale_suppressions import without_needless
from stomper.run.gate import Gate
from stomper.run.layouts import Layouts
from stomper.run.phase import watched
from stomper.run.row import Row
from stomper.run.search_trace import Trace
from stomper.run.session import Run
from stomper.run.survey import Survey
from stomper.run.test_runs import CHECKING, CountedSuite, TestRuns
from stomper.units.division import LayoutOf

INTERRUPTED = "interrupted before it was tested"


def check_whole(run: Run, surveyed: Survey, landed: Sequence[Landed], lander: Lander) -> Passed:
    """Let the landed tree pass the gate; what breaks it is dropped."""
    tests = surveyed.tests
    as_it_is = Passed(tuple(landed), lander.head, surveyed.found)
    if lander.head == run.set_up.base:
        return as_it_is
    if run.interrupts.stop_now or (run.interrupts.stopping and tests.suite is not None):
        return dataclasses.replace(as_it_is, problem=INTERRUPTED)
    run.progress.stage(CHECKING)
    crash_point("recheck")
    runs = TestRuns(last_seconds(run.folder.path / TALLY_NAME))
    suite = tests.suite and CountedSuite.of(tests.suite, runs)
    gate = Gate(run.set_up, suite, tests.before, surveyed.paths, surveyed.found, tests.record, runs=runs)
    with contextlib.closing(Layouts(run.set_up)) as layouts, watched(run.progress, run.folder, runs.note):
        landed = without_needless(row_of(run, gate, landed, lander.stream, layouts.of), landed, lander, run.folder)
        return pass_gate(row_of(run, gate, landed, lander.stream, layouts.of), landed, lander, run.folder)


def row_of(run: Run, gate: Gate, landed: Sequence[Landed], stream: CommitStream, layout_of: LayoutOf) -> Row:
    """The commits of this session of the run, for the gate to look at."""
    items = tuple(item for item in landed if item.commit and item.commit not in run.delivered)
    width = run.settings.workflow.max_parallel_files if run.settings.tests.parallel else 1
    trace = Trace(run.progress.event)
    return Row(gate, run.tip, items, stream, width, lambda: run.interrupts.stopping, layout_of, trace=trace)
