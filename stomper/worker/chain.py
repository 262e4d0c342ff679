"""The chain of fixers on one file: make an attempt, check it, keep it if it is better, else roll it back."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from stomper.checkers import Checker
from stomper.disk.regular_files import NotAFileError
from stomper.errors import ToolError
from stomper.fixers import Fixer, FixReply, FixRequest, SiteFixer, Suppressor
from stomper.fixers.base import Failure, Lesson, hide, is_ours
from stomper.fixers.codemods.base import Claim
from stomper.models import (
    Attempt,
    AttemptResult,
    CodeTally,
    Diagnostic,
    DiagnosticKey,
    FixTask,
    Patch,
    Step,
    has_escaped,
    left_of,
    printable,
)
from stomper.process import Room, Sandbox
from stomper.process.own_time import OverTimeError, own_time
from stomper.settings import Settings
from stomper.worker.checkout_watch import Watch
from stomper.worker.conclude import ChainResult
from stomper.worker.recheck import Recheck, Seen
from stomper.worker.suppression_guard import vanished
from stomper.workspace.contents import Snapshot
from stomper.workspace.worktree import Worktree

MOST_TRIES = 24  # of one guess of a fixer that is divided: enough to find two bad places among hundreds
DIVIDED = (AttemptResult.WORSE, AttemptResult.REFUSED)


@dataclass(slots=True)
class Chain:
    """The state of one file's work: the best snapshot so far, all diagnostics it has, and the attempts that led there.

    `log` takes text for the task's log; `announce` hears of each attempt before it starts. Agents' programs are
    started in `sandbox`, other fixers' in `room`; if there is a `watch` it is asked what they changed outside. Only
    the files `within` are looked at after each step, if these are given: whoever says so looks at the rest at the end.
    `lessons` are the attempts of agents; those in `hopeless` are not asked again about this file. `remarks` say why one
    could not be asked, and `held` why not now (a budget, a provider's limits). `suppressed` are the diagnostics that
    comments silence in the end.
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
    best: Snapshot = field(default_factory=dict)
    current: tuple[Diagnostic, ...] = ()
    attempts: list[Attempt] = field(default_factory=list)
    vain: dict[tuple[str, Collection[Claim]], list[DiagnosticKey]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
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

    def run(self, fixers: Sequence[Fixer]) -> ChainResult:
        """Try the fixers in order, cheapest first; again while that helps. What they leave may then be suppressed."""
        self._fix([fixer for fixer in fixers if not isinstance(fixer, Suppressor)])
        for fixer in fixers:
            # What a budget or a provider's limits kept from a model is not left yet.
            if isinstance(fixer, Suppressor) and self.left and not self.over and not self.held:
                self._suppress(fixer)
        return ChainResult(
            content=self.best,
            patch=Patch(b"", ()) if self.over else self.tree.patch(self.best),  # that of one that is over lands nowhere
            steps=tuple(self.steps),
            left=self.left,
            suppressed=self.suppressed,
            attempts=tuple(self.attempts),
            remarks=tuple(self.remarks),
            held=self.held,
        )

    def _fix(self, fixers: Sequence[Fixer]) -> None:
        """Go through the fixers, and `max_retries` times more while that helps."""
        for _ in range(1 + self.settings.max_retries):
            kept = self._all_codes(fixers) if self.settings.git.commit_per == "file" else self._code_by_code(fixers)
            if not kept or not self.left:
                return

    def _suppress(self, fixer: Suppressor) -> None:
        """Let a fixer accept what is left. That is a step of its own, so that its commit can be reverted alone."""
        best, before, tried = self.best, self.left, len(self.attempts)
        self._try(fixer)
        if self.best == best or not best:  # if nothing was fixed, the whole patch is that one step
            return
        if not self.steps:
            self.steps.append(Step(self.task.diagnostics, before, self.tree.patch(best), tuple(self.attempts[:tried])))
        patch, attempts = self.tree.patch(self.best, since=best), tuple(self.attempts[tried:])
        self.steps.append(Step(before, self.left, patch, attempts, self.suppressed))

    def _all_codes(self, fixers: Sequence[Fixer]) -> bool:
        kept = [self._try(fixer) for fixer in fixers if self.left and not self.over]
        return any(kept)

    def _code_by_code(self, fixers: Sequence[Fixer]) -> bool:
        """Each code gets the whole chain for itself, and what comes of it is a step."""
        kept = [self._step(code, fixers) for code in sorted({d.code for d in self.left})]
        return any(kept)

    def _step(self, code: str, fixers: Sequence[Fixer]) -> bool:
        best, before, tried = self.best, self.left, len(self.attempts)
        for fixer in fixers:
            mine = tuple(d for d in self.left if d.code == code)
            if mine and not self.over and fixer.takes(mine):
                self._guess(fixer, code) if isinstance(fixer, SiteFixer) else self._work(fixer, frozenset({code}), code)
        if self.best == best:
            return False
        patch = self.tree.patch(self.best, since=best)
        self.steps.append(Step(before, self.left, patch, tuple(self.attempts[tried:])))
        return True

    @property
    def stopped(self) -> bool:
        return any(attempt.result is AttemptResult.STOPPED for attempt in self.attempts)

    @property
    def over(self) -> bool:
        """Return whether no more attempts are made: the user has stopped them, or a program got out."""
        return self.stopped or has_escaped(self.attempts)

    def _try(self, fixer: Fixer) -> bool:
        """Run a fixer. Return whether a change of it was kept: as a whole, or code by code."""
        if not fixer.takes(self.left):
            return False
        if fixer.learns:
            return self._work(fixer, self._wanted_codes())
        if isinstance(fixer, SiteFixer):
            return self._guess(fixer)
        result = self._attempt(fixer, self._wanted_codes())
        if result is not AttemptResult.WORSE or not fixer.divisible:
            return result is AttemptResult.KEPT
        results = [self._attempt(fixer, frozenset({code})) for code in self._fixable_codes()]
        return AttemptResult.KEPT in results

    def _work(self, fixer: Fixer, codes: frozenset[str] | None, only: str | None = None) -> bool:
        """Ask a fixer until nothing is left (of the code `only`, if any); whether anything was kept.

        One that does not learn is asked once. One that does is asked `max_retries` more times about a file
        at most, and not after an attempt that gave the same change once more.
        """
        kept = False
        while mine := tuple(d for d in self.left if only in (None, d.code)):
            if self.over or not self._may_try(fixer):
                break
            tried = len(self.attempts)
            kept |= self._attempt(fixer, codes, mine if only else None) is AttemptResult.KEPT
            if not fixer.learns or len(self.attempts) == tried:
                break
        return kept

    def _may_try(self, fixer: Fixer) -> bool:
        tried = sum(attempt.fixer == fixer.name for attempt in self.attempts)
        return not fixer.learns or (fixer.name not in self.hopeless and tried <= self.settings.max_retries)

    def _guess(self, fixer: SiteFixer, only: str | None = None) -> bool:
        """Make an attempt with each guess of the fixer (only about the code `only`, if given), or else with its halves.

        A guess about the same diagnostics as at its last attempt is not made again. A guess that was partly kept is:
        overlapping fixes are applied in a later attempt.
        """
        kept = False
        for guess in fixer.guesses(self.left):
            seen = [d.key for d in self._places(guess, only)]
            if seen and self.vain.get((fixer.name, guess)) != seen:
                self.vain[fixer.name, guess] = seen
                kept |= self._divide(fixer, guess, only)
        return kept

    def _divide(self, fixer: SiteFixer, guess: Collection[Claim], only: str | None) -> bool:
        """Try the places of a guess, the last ones first: what is changed below moves no line above.

        `sizes` are of the groups still to be tried, from the first place down.
        """
        kept, codes = False, frozenset({only}) if only else self._wanted_codes()
        sizes, tries = [len(self._places(guess, only))], MOST_TRIES
        while sizes and sizes[-1] and tries and not self.over:
            size, tries = sizes.pop(), tries - 1
            result = self._attempt(fixer, codes, self._places(guess, only)[sum(sizes) :][:size])
            kept |= result is AttemptResult.KEPT
            if result in DIVIDED and size > 1:
                sizes += [size // 2, size - size // 2]
        return kept

    def _places(self, guess: Collection[Claim], only: str | None) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.left if (d.tool, d.code) in guess and only in (None, d.code))

    def _wanted_codes(self) -> frozenset[str] | None:
        """The codes that a fixer may touch now: those of the task's that something is left of; None for all."""
        return None if self.task.codes is None else self.task.codes & {diagnostic.code for diagnostic in self.left}

    def _fixable_codes(self) -> Iterator[str]:
        for code in sorted({d.code for d in self.left if d.fixable}):
            if any(d.code == code for d in self.left):
                yield code

    def _attempt(
        self, fixer: Fixer, codes: frozenset[str] | None, mine: tuple[Diagnostic, ...] | None = None
    ) -> AttemptResult:
        """One attempt at what is left, or at those of it that are `mine` to fix now. One that is held is no attempt."""
        wanted = self.left
        began = time.monotonic()
        self.announce(fixer.name, len(self.attempts) + 1)
        place = self._place_for(fixer)
        place.contents.settle()
        request = self._request(place, fixer, codes, mine or wanted)
        content = request.content() if isinstance(fixer, Suppressor) else None
        reply, escape = self._ask(fixer, place, request)
        self.log(reply.log)
        self.remarks += reply.remarks
        if reply.held:
            self._hold(fixer, reply)
            if not reply.timed_out:
                return AttemptResult.NO_CHANGE
        seen, diff = self._judge(fixer, place, reply, escape, content)
        codes_gone = tally(request.diagnostics, wanted, self.left)
        self.attempts.append(self._told(fixer, reply, seen, len(wanted), time.monotonic() - began, codes_gone))
        if fixer.learns:
            self._learn(fixer, reply, Lesson(fixer.name, seen.result, seen.detail, diff, seen.found))
        self.log(f"{fixer.name}: {seen.result} {seen.detail}".rstrip())
        return seen.result

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
        )

    def _told(
        self, fixer: Fixer, reply: FixReply, seen: Seen, before: int, seconds: float, codes: tuple[CodeTally, ...]
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
        )

    def _hold(self, fixer: Fixer, reply: FixReply) -> None:
        """Remember why a fixer cannot be asked now, or any more; the others are not held by that."""
        self.remarks.append(reply.held)
        if reply.failure is not Failure.UNUSABLE:
            self.held = self.held or reply.held
        self.hopeless.add(fixer.name)
        self.log(f"{fixer.name}: held: {reply.held}")

    def _learn(self, fixer: Fixer, reply: FixReply, lesson: Lesson) -> None:
        """Remember an attempt. If it repeats an earlier one that was not kept, more attempts are in vain."""
        again = any((old.fixer, old.diff) == (lesson.fixer, lesson.diff) for old in self.lessons)
        vain = again and lesson.result is not AttemptResult.KEPT
        if vain or lesson.result is AttemptResult.ESCAPED or reply.failure in (Failure.REFUSED, Failure.UNUSABLE):
            self.hopeless.add(fixer.name)
        self.lessons.append(lesson)

    def _ask(self, fixer: Fixer, place: Worktree, request: FixRequest) -> tuple[FixReply, str]:
        """Run the fixer. Give its reply, and its changes outside of its worktree."""
        sight = self.watch.look() if self.watch and fixer.learns else None
        seconds = self.settings.checker_timeout
        try:
            with own_time(seconds), self._within(fixer, request):
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
        self, fixer: Fixer, place: Worktree, reply: FixReply, escape: str, content: bytes | None
    ) -> tuple[Seen, str]:
        """Finish an attempt: give its result and its diff, for the next attempt. Roll back anything but KEPT."""
        seconds, diff = self.settings.checker_timeout, ""
        shown = self.tree, self.task, self.checkers, self.settings, self.best, self.current, content, self.within
        recheck = Recheck(*shown)
        try:
            with own_time(seconds):
                now = self.best if escape or reply.timed_out or reply.stopped else place.snapshot(self.within)
                diff = self._diff(now, reply) if fixer.learns else ""
                seen = recheck.judge(reply, escape, now)
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

    def _diff(self, now: Snapshot, reply: FixReply) -> str:
        """Give the diff of an attempt, for people and for the next attempt. A cut-off one has none."""
        patch = self.tree.patch(now, since=self.best)
        return hide(patch.data.decode("utf-8", "backslashreplace"), reply.secrets)


def tally(
    asked: Sequence[Diagnostic], before: Sequence[Diagnostic], after: Sequence[Diagnostic]
) -> tuple[CodeTally, ...]:
    """Count the effect of an attempt on each code that it was `asked` for: `before` became `after` by it."""
    tried = Counter((d.tool, d.code) for d in asked)
    gone = Counter((d.tool, d.code) for d in before) - Counter((d.tool, d.code) for d in after)
    return tuple(CodeTally(*code, count, min(count, gone[code])) for code, count in sorted(tried.items()))
