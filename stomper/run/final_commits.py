"""The last stage before delivery: turn the commits that passed the gate into those that the user wants to have."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stomper.disk.remove_trees import delete_folder
from stomper.errors import GitError, StoppedError, ToolError
from stomper.git.hooks import HOOKS, find_hooks, hooks_folder
from stomper.git.signing import signs
from stomper.landing.able_to_commit import BLAME_FILE
from stomper.landing.blame_list import blame_list
from stomper.landing.grouping import group, pieces_of
from stomper.landing.lander import Landed, Lander
from stomper.models import Blob, Changed
from stomper.process.crash import crash_point
from stomper.project_tests.verdict import Verdict
from stomper.run.check_whole import INTERRUPTED
from stomper.run.commit_hooks import CommitHooks
from stomper.run.drop_culprits import SHOWN, Passed
from stomper.run.gate import Gate
from stomper.run.rounds import Done
from stomper.run.session import Run
from stomper.run.survey import Survey
from stomper.run.write_commits import Writer, Written
from stomper.text.counts import plural, shorten
from stomper.workspace.clone import STORE, Clones, make_clones

REGULAR = "100644"


@dataclass(frozen=True, slots=True)
class Final:
    """The rounds with the commits that are delivered; `problem` says why these could not be made, '' if they are."""

    rounds: tuple[Done, ...]
    problem: str = ""


def final_commits(run: Run, surveyed: Survey, rounds: tuple[Done, ...], lander: Lander) -> Final:
    """Make the commits that are delivered, if those that landed are not these already, and look again at their tree.

    The run's ref moves to the last one once the journal knows them.
    """
    passed = rounds[-1].passed
    if passed.problem or passed.head == run.tip or not is_wanted(run):
        return Final(rounds)
    with run.stopwatch.measure("commit"):
        return _final_commits(run, surveyed, rounds, lander)


def _final_commits(run: Run, surveyed: Survey, rounds: tuple[Done, ...], lander: Lander) -> Final:
    passed = rounds[-1].passed
    landed = [item for done in rounds for item in done.passed.landed]
    groups = group(pieces_of(landed), run.settings.git.commit_per)
    run.progress.stage(f"making {plural(len(groups), 'commit')}")
    try:
        writer = _writer(run, surveyed, lander)
        written = writer.write(groups, run.tip)
        as_judged = lander.stream.tree_of(written.head) == lander.stream.tree_of(passed.head)
        if run.settings.git.blame_ignore_revs and written.finals:
            as_judged &= _list_for_blame(run, writer, written)
        lander.stream.store()
    except StoppedError:
        return Final(_with_last(rounds, dataclasses.replace(passed, problem=INTERRUPTED)))
    except (GitError, ToolError) as error:
        return Final(rounds, error.message)
    rounds = _with_finals(rounds, written)
    _note(run, landed, rounds, written, lander)
    return Final(rounds if as_judged else _judged(run, surveyed, rounds))


def is_wanted(run: Run) -> bool:
    """Say whether the commits that land are not yet those that are delivered."""
    git = run.settings.git
    if not run.destination.makes_commits:
        return False
    grouped = git.commit_per in ("folder", "tool", "run")
    return grouped or git.hooks or git.blame_ignore_revs or signs(run.repository.top, git.sign)


def _writer(run: Run, surveyed: Survey, lander: Lander) -> Writer:
    git = run.settings.git
    hooks = _hooks(run, surveyed) if git.hooks else None
    signed = signs(run.repository.top, git.sign)
    return Writer(lander.stream, lander.wording, signed, hooks, _stopper(run, hooked=hooks is not None))


def _stopper(run: Run, hooked: bool) -> Callable[[], None]:
    """Give what raises StoppedError once the user wants a stop: hooks take long, the rest is done in a moment."""

    def stopped() -> None:
        if run.interrupts.stop_now or (hooked and run.interrupts.stopping):
            raise StoppedError("stopped while the commits were made")

    return stopped


def _hooks(run: Run, surveyed: Survey) -> CommitHooks | None:
    """The user's hooks; None, which is said, if there is none."""
    hooks = find_hooks(run.repository)
    if not hooks:
        run.progress.note(f"no hooks are run: {hooks_folder(run.repository)} has no {', '.join(HOOKS)}")
        return None
    clones = _clones(run, surveyed)
    return CommitHooks(hooks, clones, run.set_up.project, run.settings.git.hook_timeout)


def _clones(run: Run, surveyed: Survey) -> Clones:
    """Clones on the branch that the commits are for, of the copy that the tests have, or of one that is made now."""
    suite, branch = surveyed.tests.suite, run.destination.branch(run.start)
    if suite is not None and suite.clones is not None:
        return dataclasses.replace(suite.clones, branch=branch)
    delete_folder(run.set_up.site.folder / STORE)
    return make_clones(run.set_up.site, run.base, branch)


def _list_for_blame(run: Run, writer: Writer, written: Written) -> bool:
    """Commit the list of the commits. Returns whether the hooks left that as it is."""
    stream, before = writer.stream, writer.stream.tree_of(written.head)
    stream.store()
    mode, name = stream.entry_of(before, BLAME_FILE) or (REGULAR, "")
    (old,) = stream.contents(name) if name else (b"",)
    commits = tuple(dict.fromkeys(written.finals.values()))
    blob = Blob(BLAME_FILE, mode, stream.blob(blame_list(old or b"", run.header.run, commits)))
    stream.store()
    wanted = stream.tree_with_blobs(before, [blob])
    tree, hooked = writer.hooked(wanted, written.head, writer.wording.listing(BLAME_FILE, len(commits)))
    if hooked.refusal:
        run.progress.note(f"warning: {BLAME_FILE} is not written: {hooked.refusal}")
        return True
    written.head = writer.made(tree, written.head, hooked.message)
    return tree == wanted


def _with_finals(rounds: Sequence[Done], written: Written) -> tuple[Done, ...]:
    """The rounds with the final commits in the place of those that landed."""
    named = [
        dataclasses.replace(done.passed, landed=tuple(_final(item, written) for item in done.passed.landed))
        for done in rounds
    ]
    found = tuple(dataclasses.replace(done, passed=passed) for done, passed in zip(rounds, named, strict=True))
    return _with_last(found, dataclasses.replace(named[-1], head=written.head))


def _with_last(rounds: Sequence[Done], passed: Passed) -> tuple[Done, ...]:
    return (*rounds[:-1], dataclasses.replace(rounds[-1], passed=passed))


def _final(item: Landed, written: Written) -> Landed:
    if isinstance(item.outcome, Changed) and item.task.index in written.refused:
        return Landed(item.task, item.outcome.rejected(written.refused[item.task.index]))
    commits = tuple(dict.fromkeys(written.finals[commit] for commit in item.commits))
    return dataclasses.replace(item, commit=commits[-1], commits=commits) if commits else item


def _note(run: Run, landed: Sequence[Landed], rounds: Sequence[Done], written: Written, lander: Lander) -> None:
    """Have refusals, final commits and their head in the journal, and then the run's ref at the head."""
    finals = [item for done in rounds for item in done.passed.landed]
    for before, item in zip(landed, finals, strict=True):
        if before.commit and not item.commit:
            run.folder.write_log(item.task, f"{written.refused[item.task.index]}\n\n{written.logs[item.task.index]}")
            run.folder.store(item.task, item.outcome)
    run.folder.landing([(item.task, item.commit) for item in finals if item.commits and item.commit])
    run.folder.append("written", head=written.head)
    crash_point("written")
    lander.adopt(written.head)
    crash_point("adopted")


def _judged(run: Run, surveyed: Survey, rounds: tuple[Done, ...]) -> tuple[Done, ...]:
    """Judge what the hooks made of the tree; one that is red is delivered to nobody."""
    passed, tests = rounds[-1].passed, surveyed.tests
    if passed.head == run.tip:
        return _with_last(rounds, dataclasses.replace(passed, after=surveyed.found))
    run.progress.stage("checking what the hooks made of the result")
    gate = Gate(run.set_up, tests.suite, tests.before, surveyed.paths, surveyed.found, tests.record)
    verdict = gate.judge_surely(passed.head)
    after = gate.found.get(passed.head, gate.known)
    return _with_last(rounds, dataclasses.replace(passed, after=after, problem=_problem(verdict)))


def _problem(verdict: Verdict) -> str:
    if verdict.problem or not verdict.red:
        return verdict.problem
    return f"what the hooks made of the result breaks {shorten(list(verdict.witnesses), SHOWN)}"
