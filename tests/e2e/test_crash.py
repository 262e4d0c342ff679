"""The crash matrix: whatever step a run dies at, nothing is lost and `resume` ends where an unbroken run does."""

from collections.abc import Callable

import pytest

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import (
    KILLED,
    Outcome,
    assert_intact,
    crash_at,
    is_complete,
    outcome_of,
    resume_or_fix,
    seconds_until_none_is_marked,
)
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo
from tests.kit.wait import eventually

pytestmark = [pytest.mark.cache, pytest.mark.crew]  # a run may die while it keeps an outcome too
FILES = 5
NOT_BEGUN = ("locked", "header")
WORKING = (
    *(
        "created",
        "site-noted",
        "site-made",
        "site-token-torn",
        "worktree-register",
        "worktree-populate",
        "worktree-remove",
        "planned",
    ),
    *("started", "started:4", "patch-stored", "patch-stored:3", "stored", "stored:4"),
    *("land-move", "land-move:3", "landed", f"landed:{FILES}", "recheck", "deliver"),
)
DELIVERED = ("delivered", "recorded", "handed-over", "report-written", "report-written:2")
OVER = ("finished", "site-forgotten", "site-emptied")
# With one job, the work on a file is done in the process that is killed.
IN_PROCESS = (
    *("worktree-register:2", "worktree-populate:3", "worktree-remove:2", "worktree-remove:4"),
    *("worktree-put-back", "worktree-put-back:3"),
    *("worker-fix", "worker-fix:3", "worker-fixed", "worker-fixed:2", "worker-done", f"worker-done:{FILES}"),
)
# With several, workers are about, or just ended; before and after that the number makes no difference.
BESIDE_WORKERS = ("planned", "started:4", "patch-stored:3", "stored", "landed", "recheck")
# The journal's lines for one job: started, outcome, landing of each file; delivered; finished.
TORN = tuple(f"journal-torn:{n}" for n in (1, 2, 3, 8, 3 * FILES, 3 * FILES + 1, 3 * FILES + 2))

_known: list[Outcome] = []


@pytest.fixture
def unbroken(stomper: Stomper, make_repo: Callable[[str], GitRepo]) -> Outcome:
    """What a run in a twin repository led to. Found out once: it is the same for every test."""
    if not _known:
        twin = findings_repo(make_repo("twin"), FILES)
        stomper.run(twin, "fix", "--quiet", "-j", "1").check()
        _known.append(outcome_of(twin))
    return _known[0]


@pytest.mark.matrix(every=24)
@pytest.mark.parametrize(
    ("point", "jobs"),
    [
        *((point, 1) for point in (*NOT_BEGUN, *WORKING, *DELIVERED, *OVER, *IN_PROCESS, *TORN)),
        *((point, 3) for point in BESIDE_WORKERS),
    ],
)
def test_a_run_killed_anywhere_loses_nothing(
    point: str,
    jobs: int,
    repo: GitRepo,
    stomper: Stomper,
    hermetic: Hermetic,
    leaks: Leaks,
    unbroken: Outcome,
    record_property: Callable[[str, object], None],
) -> None:
    before = findings_repo(repo, FILES).checkout_state()
    assert stomper.run(repo, "fix", "--quiet", "-j", str(jobs), env=crash_at(point)).code == KILLED
    record_property("seconds until nothing is marked", seconds_until_none_is_marked(hermetic))
    assert_intact(repo, before, unbroken)
    if point in (*NOT_BEGUN, *WORKING, *IN_PROCESS):
        assert repo.checkout_state() == before
    elif point in (*DELIVERED, *OVER):
        assert is_complete(repo, unbroken)

    word, done = resume_or_fix(stomper, repo, "-j", str(jobs))
    done.check()
    assert word == ("fix" if point in (*NOT_BEGUN, *OVER) else "resume")
    assert is_complete(repo, unbroken)
    eventually(lambda: not leaks.find(), "nothing left behind")

    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")


@pytest.mark.matrix
@pytest.mark.parametrize("point", ["stored:3", "planned", "delivered"])
def test_a_resume_can_be_killed_too(
    point: str, repo: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks, unbroken: Outcome
) -> None:
    before = findings_repo(repo, FILES).checkout_state()
    assert stomper.run(repo, "fix", "--quiet", env=crash_at("created")).code == KILLED
    assert stomper.run(repo, "resume", "--quiet", env=crash_at(point)).code == KILLED
    last = "recheck" if point != "delivered" else "recorded"
    assert stomper.run(repo, "resume", "--quiet", env=crash_at(last)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    assert_intact(repo, before, unbroken)
    stomper.run(repo, "resume", "--quiet").check()
    assert is_complete(repo, unbroken)
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")
