"""One file's attempts: ask a fixer, judge what it has changed, keep it if it is better, else roll it back."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from stomper.checkers import Checker
from stomper.checkers.attempt import attempted
from stomper.disk.regular_files import NotAFileError
from stomper.errors import ToolError
from stomper.fixers import Fixer, FixReply, FixRequest, Suppressor
from stomper.fixers.base import Failure, Lesson, hide, is_ours
from stomper.formatters.layout import LayoutError
from stomper.grades import Part
from stomper.models import (
    Attempt,
    AttemptResult,
    CodeTally,
    Diagnostic,
    FixTask,
    has_escaped,
    left_of,
    printable,
)
from stomper.process import Room, Sandbox
from stomper.process.own_time import OverTimeError, own_time
from stomper.settings import Settings
from stomper.worker.checkout_watch import Watch
from stomper.worker.formatting import Formatting
from stomper.worker.proofs import Proofs, gone_of
from stomper.worker.recheck import Recheck, Seen
from stomper.worker.suppression_guard import vanished
from stomper.workspace.contents import Snapshot
from stomper.workspace.worktree import Worktree


@dataclass(slots=True)
class Attempts:
    """The state of one file's work: the best snapshot so far, all diagnostics it has, and the attempts that led there.

    `log` takes text for the task's log; `announce` hears of each attempt before it starts. Agents' programs are
    started in `sandbox`, other fixers' in `room`; if there is a `watch` it is asked what they changed outside. Only
    the files `within` are looked at after each step, if these are given: whoever says so looks at the rest at the end.
    `lessons` are the attempts of agents; those in `hopeless` are not asked again about this file. `remarks` say why one
    could not be asked, and `held` why not now (a budget, a provider's limits). `suppressed` are the diagnostics that
    comments silence in the end. With `proof` each guess is graded; `parts` are those that were kept. What each attempt
    has made of the file is laid out by `formatting`, and judged so.
    """

    tree: Worktree
    task: FixTask
    checkers: Sequence[Checker]
    settings: Settings
    log: Callable[[str], None]
    announce: Callable[[str, int], None]
    sandbox: Sandbox | None = None
    watch: Watch | None = None
    workshop: Callable[[], Worktree] | None = None
    room: Room | None = None
    within: Collection[str] | None = None
    proof: Proofs | None = None
    formatting: Formatting | None = None
    best: Snapshot = field(default_factory=dict)
    current: tuple[Diagnostic, ...] = ()
    attempts: list[Attempt] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    hopeless: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    held: str = ""
    suppressed: tuple[Diagnostic, ...] = ()
    _left: tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]] = ((), ())

    def __post_init__(self) -> None:
        self.current = (*self.task.diagnostics, *self.task.others)

    @property
    def left(self) -> tuple[Diagnostic, ...]:
        """Give the task's own diagnostics that remain. Read at each step, counted once for each attempt."""
        if self._left[0] is not self.current:
            self._left = self.current, self._left_of(self.current)
        return self._left[1]

    def _left_of(self, found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
        return left_of(self.task.diagnostics, found, self.task.others)

    @property
    def stopped(self) -> bool:
        return any(attempt.result is AttemptResult.STOPPED for attempt in self.attempts)

    @property
    def over(self) -> bool:
        """Return whether no more attempts are made: the user has stopped them, or a program got out."""
        return self.stopped or has_escaped(self.attempts)

    def attempt(
        self,
        fixer: Fixer,
        codes: frozenset[str] | None,
        mine: tuple[Diagnostic, ...] | None = None,
        by_types: bool = False,
    ) -> AttemptResult:
        """One attempt at what is left, or at those of it that are `mine` to fix now. One that is held is no attempt.

        `by_types`: types prove all of these.
        """
        wanted = self.left
        began = time.monotonic()
        self.announce(fixer.name, len(self.attempts) + 1)
        place = self._place_for(fixer)
        place.contents.settle()
        request = self._request(place, fixer, codes, mine or wanted)
        content = request.content() if isinstance(fixer, Suppressor) else None
        reply, escape = self._ask(fixer, place, request)
        self._note(reply)
        if reply.held:
            self._hold(fixer, reply)
            if not reply.timed_out:
                return AttemptResult.NO_CHANGE
        seen, diff = self._judge(fixer, place, reply, escape, content, by_types)
        codes_gone = tally(request.diagnostics, wanted, self.left)
        seconds = time.monotonic() - began
        self.attempts.append(self._told(fixer, request, reply, seen, len(wanted), seconds, codes_gone))
        if fixer.learns:
            self._learn(fixer, reply, Lesson(fixer.name, seen.result, seen.detail, diff, seen.found))
        self.log(f"{fixer.name}: {seen.result} {seen.detail}".rstrip())
        return seen.result

    def _note(self, reply: FixReply) -> None:
        """Log what a fixer says, and remember why it did not do more: a reason shows only some of that."""
        self.log(reply.log)
        for remark in reply.remarks:
            if remark not in self.remarks and remark not in reply.log:
                self.log(remark)
            self.remarks.append(remark)

    def _place_for(self, fixer: Fixer) -> Worktree:
        """The worktree that a fixer works in, with the best so far in it."""
        if self.workshop is None or is_ours(fixer):
            return self.tree
        place = self.workshop()
        place.restore(self.best)
        return place

    def _request(
        self, place: Worktree, fixer: Fixer, codes: frozenset[str] | None, asked: tuple[Diagnostic, ...]
    ) -> FixRequest:
        return FixRequest(
            place.root,
            self.task.path,
            asked,
            codes,
            place.scratch,
            tuple(self.lessons) if fixer.learns else (),
            sandbox=self.sandbox,
            others=vanished(self.current, self.left) if isinstance(fixer, Suppressor) else (),
            seen=self.proof.seen_types() if self.proof is not None and is_ours(fixer) else None,
        )

    def _told(
        self,
        fixer: Fixer,
        request: FixRequest,
        reply: FixReply,
        seen: Seen,
        before: int,
        seconds: float,
        codes: tuple[CodeTally, ...],
    ) -> Attempt:
        """The attempt for the report."""
        return Attempt(
            fixer=fixer.name,
            result=seen.result,
            before=before,
            after=None if seen.found is None else len(self._left_of(seen.found)),
            seconds=seconds,
            detail=seen.detail,
            usage=reply.usage,
            strategy=reply.strategy,
            codes=codes,
            warned=seen.warned,
            own_words=seen.own_words,
            grade=seen.grade,
            elsewhere=_counted(seen.elsewhere) if seen.result is AttemptResult.KEPT else (),
            left_codes=left_codes(fixer, request, self.left),
        )

    def _hold(self, fixer: Fixer, reply: FixReply) -> None:
        """Remember why a fixer cannot be asked now, or any more; the others are not held by that."""
        self.remarks.append(reply.held)
        if reply.failure is not Failure.UNUSABLE:
            self.held = self.held or reply.held
        self.hopeless.add(fixer.name)
        self.log(f"{fixer.name}: held: {reply.held}")

    def _learn(self, fixer: Fixer, reply: FixReply, lesson: Lesson) -> None:
        """Remember an attempt. If it repeats an earlier one that was not kept, more attempts are in vain.

        So they are after one that was withheld or got out of its worktree, and if the fixer cannot be used any more.
        """
        again = any((old.fixer, old.diff) == (lesson.fixer, lesson.diff) for old in self.lessons)
        vain = again and lesson.result is not AttemptResult.KEPT
        if (
            vain
            or lesson.result in (AttemptResult.ESCAPED, AttemptResult.WITHHELD)
            or reply.failure in (Failure.REFUSED, Failure.UNUSABLE)
        ):
            self.hopeless.add(fixer.name)
        self.lessons.append(lesson)

    def _ask(self, fixer: Fixer, place: Worktree, request: FixRequest) -> tuple[FixReply, str]:
        """Run the fixer. Give its reply, and its changes outside of its worktree."""
        sight = self.watch.look() if self.watch and fixer.learns else None
        seconds = self.settings.checker_timeout
        try:
            told = attempted(place.root, self.best, place.contents.base_bytes)
            with own_time(seconds), self._within(fixer, request), told:
                reply = fixer.fix(request)
        except ToolError as error:
            reply = FixReply(f"{fixer.name}: {error.message}")
        except OverTimeError:
            reply = FixReply(f"{fixer.name}: cut off, busy for more than {seconds:g} s", timed_out=True)
        if fixer.learns or not is_ours(fixer):
            place.reclaim()
        if place is not self.tree:
            self.tree.reclaim()
        return reply, self.watch.changes_since(sight) if self.watch and sight else ""

    def _within(self, fixer: Fixer, request: FixRequest) -> AbstractContextManager[None]:
        """Give the room for the programs of a fixer. An agent has a sandbox of its own, with the network."""
        if self.room is None or fixer.learns:
            return nullcontext()
        return self.room.entered(request.root, request.scratch)

    def _judge(
        self, fixer: Fixer, place: Worktree, reply: FixReply, escape: str, content: bytes | None, by_types: bool
    ) -> tuple[Seen, str]:
        """Finish an attempt: give its result and its diff, for the next attempt. Roll back anything but KEPT."""
        seconds, diff = self.settings.checker_timeout, ""
        shown = self.tree, self.task, self.checkers, self.settings, self.best, self.current, content, self.within
        recheck = Recheck(*shown)
        try:
            with own_time(seconds):
                now = self.best if escape or reply.timed_out or reply.stopped else place.snapshot(self.within)
                diff = self._diff(now, reply) if fixer.learns else ""
                seen = self._graded(fixer, self._laid_out(recheck, reply, escape, now), now, by_types)
        except OverTimeError:
            words = f"cannot be judged: the guards were busy for more than {seconds:g} s"
            seen = Seen(AttemptResult.TIMEOUT, self.best, None, words)
        except NotAFileError as error:
            words = f"cannot be judged: {printable(str(error.filename))} {error.strerror}"
            seen = Seen(AttemptResult.REFUSED, self.best, None, words)
        if seen.result is AttemptResult.KEPT:
            self.best, self.current = seen.now, seen.found or ()
            self.suppressed += seen.suppressed
        elif seen.result is not AttemptResult.NO_CHANGE:
            self.tree.restore(self.best, self.within)
        return seen, diff

    def _laid_out(self, recheck: Recheck, reply: FixReply, escape: str, now: Snapshot) -> Seen:
        """Judge an attempt's snapshot as the file's formatters lay it out.

        If they cannot, it is refused, unless there is more to say against it.
        """
        if self.formatting is None or now == self.best:
            return recheck.judge(reply, escape, now)
        try:
            formatted = self.formatting.snapshot(now)
        except LayoutError as error:
            seen = recheck.judge(reply, escape, now)
            refused = Seen(AttemptResult.REFUSED, self.best, None, error.message)
            return refused if seen.result is AttemptResult.KEPT else seen
        if formatted == self.best:
            words = f"{self.formatting.layout} takes it back"
            return Seen(AttemptResult.NOT_BETTER, self.best, self.current, words)
        seen = recheck.judge(reply, escape, formatted)
        if seen.result is AttemptResult.NOT_BETTER and formatted != now:
            return replace(seen, detail=f"as {self.formatting.layout} formats it, no diagnostic went away")
        return seen

    def _graded(self, fixer: Fixer, seen: Seen, written: Snapshot, by_types: bool) -> Seen:
        """Grade what would be kept, and withhold it if nothing stands behind it. The fixer itself has `written`."""
        if seen.result is not AttemptResult.KEPT or self.proof is None:
            return seen
        gone = gone_of(self.current, seen.found or ())
        # What wins nothing here is judged by what the fixer is for.
        about = gone or tuple(found for found in self.left if fixer.takes((found,)))
        after = written, seen.now
        judged = self.proof.judge(fixer, self.best, after, meant(fixer, about), by_types)
        if self.proof.lets(about, judged.grade):
            self.parts.append(self.proof.part(fixer, self.best, after, gone, judged.grade))
            return replace(seen, grade=judged.grade)
        needs = judged.needs or f'proof = "{judged.grade}"'  # something does stand behind it, but more is asked for
        self.proof.withhold(fixer, self.best, about, needs)
        words = f"withheld: it needs {needs}"
        return replace(seen, result=AttemptResult.WITHHELD, detail=words, grade=judged.grade)

    def _diff(self, now: Snapshot, reply: FixReply) -> str:
        """Give the diff of an attempt, for people and for the next attempt. A cut-off one has none."""
        patch = self.tree.patch(now, since=self.best)
        return hide(patch.data.decode("utf-8", "backslashreplace"), reply.secrets)


def meant(fixer: Fixer, gone: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Give those of what an edit took away that it was made for: of the tools of which the fixer takes any of them.

    What another checker said of the same place is gone by the way, and needs no word of its own.
    """
    tools = {found.tool for found in gone if fixer.takes((found,))}
    return tuple(found for found in gone if found.tool in tools) or gone


def _counted(gone: Sequence[Diagnostic]) -> tuple[CodeTally, ...]:
    counts = Counter((d.tool, d.code) for d in gone)
    return tuple(CodeTally(*code, count, count) for code, count in sorted(counts.items()))


def left_codes(fixer: Fixer, request: FixRequest, left: Sequence[Diagnostic]) -> tuple[str, ...]:
    """Give the codes of what is left that a fixer was asked for and takes."""
    by_code: dict[tuple[str, str], list[Diagnostic]] = {}
    asked = {(d.tool, d.code) for d in request.diagnostics if request.codes is None or d.code in request.codes}
    for diagnostic in left:
        if (diagnostic.tool, diagnostic.code) in asked:
            by_code.setdefault((diagnostic.tool, diagnostic.code), []).append(diagnostic)
    return tuple(sorted({code for (_, code), mine in by_code.items() if fixer.takes(mine)}))


def tally(
    asked: Sequence[Diagnostic], before: Sequence[Diagnostic], after: Sequence[Diagnostic]
) -> tuple[CodeTally, ...]:
    """Count the effect of an attempt on each code that it was `asked` for: `before` became `after` by it."""
    tried = Counter((d.tool, d.code) for d in asked)
    gone = Counter((d.tool, d.code) for d in before) - Counter((d.tool, d.code) for d in after)
    return tuple(CodeTally(*code, count, min(count, gone[code])) for code, count in sorted(tried.items()))
