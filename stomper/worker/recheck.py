"""Judge a fixer's attempt: only the diff, the guards and a re-check by every checker decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from stomper import process
from stomper.checkers import Checker
from stomper.errors import CheckerError
from stomper.fixers import FixReply
from stomper.git.filters import filtered_paths
from stomper.git.trees import SYMLINK
from stomper.grades import Grade
from stomper.guards import Refusal, judge_beside, judge_change, judge_kind, judge_secrets, refuse_other_files
from stomper.metadata.config_files import is_config
from stomper.models import AttemptResult, Diagnostic, FixTask, blind_spots, count_keys, left_of, path_and_key, printable
from stomper.multisets import surplus
from stomper.settings import Settings
from stomper.worker.run_checkers import check_worktree
from stomper.worker.suppression_guard import judge_suppressing, vanished
from stomper.workspace.contents import Snapshot
from stomper.workspace.worktree import Worktree

# Names by which git, and Python at its start, take something without being told to.
STEERING = frozenset({".gitignore", ".gitattributes", ".gitmodules", "sitecustomize.py", "usercustomize.py"})


@dataclass(frozen=True, slots=True)
class Seen:
    """An attempt as it was seen: `now` is the file after it, `found` the re-check's findings, None without a re-check.

    `suppressed` are the diagnostics that are gone because a comment silences them. `warned`: a guard that may only warn
    objects, as `detail` says. `own_words`: the fixer itself says `detail`, which begins with its name. `grade` is that
    of a change fit to be kept. `elsewhere` are the diagnostics of other files that it takes away.
    """

    result: AttemptResult
    now: Snapshot
    found: tuple[Diagnostic, ...] | None
    detail: str = ""
    suppressed: tuple[Diagnostic, ...] = ()
    warned: bool = False
    own_words: bool = False
    grade: Grade | None = None
    elsewhere: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Recheck:
    """Judges attempts at a task. `best` is the file before the attempt, `current` are all diagnostics that it had.

    `content` is the file before an attempt that may only suppress what is left; None for any other attempt. Only the
    files `within` can have been written to, if these are given.
    """

    tree: Worktree
    task: FixTask
    checkers: Sequence[Checker]
    settings: Settings
    best: Snapshot
    current: tuple[Diagnostic, ...]
    content: bytes | None = None
    within: Collection[str] | None = None

    def judge(self, reply: FixReply, escape: str, now: Snapshot) -> Seen:
        """Decide whether to keep an attempt's snapshot. `escape` names its changes outside of its worktree.

        A program that was cut off may have been in the middle of writing: its result is not looked at.
        """
        if escape:
            return self._unseen(AttemptResult.ESCAPED, escape)
        if reply.timed_out or reply.stopped:
            result = AttemptResult.STOPPED if reply.stopped else AttemptResult.TIMEOUT
            return Seen(result, self.best, None, reply.problem, own_words=True)
        if now == self.best:
            result = AttemptResult.FAILED if reply.problem else AttemptResult.NO_CHANGE
            return Seen(result, now, self.current, reply.problem, own_words=True)
        try:
            seen = self._look(now, reply)
        except CheckerError as error:
            result = AttemptResult.STOPPED if process.stop_due() else AttemptResult.FAILED
            return self._unseen(result, error.message)
        if seen.result is not AttemptResult.KEPT:
            return seen
        return replace(seen, detail="; ".join(filter(None, (seen.detail, reply.problem))))

    def _unseen(self, result: AttemptResult, detail: str) -> Seen:
        return Seen(result, self.best, None, detail)

    def _look(self, now: Snapshot, reply: FixReply) -> Seen:
        allowed = self.settings.allow_other_files
        if refusal := self._refuse_others(now) if allowed else refuse_other_files(self.task.path, now):
            return self._unseen(AttemptResult.REFUSED, refusal)
        warnings = []
        for seen in self._guard(now, reply.secrets):
            if seen.policy == "reject":
                return self._unseen(AttemptResult.REFUSED, seen.told)
            warnings.append(f"warning: {seen.told}")
        # The bytes of the blobs, and nothing beside them: what else an attempt has left has no say in what is found.
        found = check_worktree(self.checkers, self.tree, [self.task.path], now, self.within)
        unseen = blind_spots(self.current)
        judged = [d for d in found if (d.tool, d.path) not in unseen]
        if added := count_keys(judged) - count_keys(self.current):
            words = "would add " + ", ".join(sorted({code for _, code, _ in added}))
            return Seen(AttemptResult.WORSE, now, found, words)
        kept = Seen(AttemptResult.KEPT, now, found, "; ".join(warnings), warned=bool(warnings))
        if self._left(found) >= self._left(self.current):
            return self._judge_elsewhere(kept, reply.elsewhere)
        return kept if self.content is None else self._judge_suppressing(kept, found, self.content)

    def _judge_elsewhere(self, kept: Seen, named: Sequence[str]) -> Seen:
        """Keep a change by which the file itself wins nothing if others do, those that the fixer has named."""
        nothing = replace(kept, result=AttemptResult.NOT_BETTER, detail="changed the file, and no diagnostic went away")
        others = sorted({path for path in named if path in self.tree.contents.entries} - {self.task.path})
        if not others:
            return nothing
        before, after = (
            check_worktree(self.checkers, self.tree, others, state, self.within) for state in (self.best, kept.now)
        )
        gone = surplus(before, map(path_and_key, after), path_and_key)
        came = surplus(after, map(path_and_key, before), path_and_key)
        return replace(kept, elsewhere=gone) if gone and not came else nothing

    def _refuse_others(self, now: Snapshot) -> str:
        """Say why a change of other files is refused though they are allowed.

        Stored is not what the user sees of them, or they tell the checkers how to look.
        """
        others = sorted(now.keys() - {self.task.path})
        if steering := next(filter(_steers, others), ""):
            return f"touches {printable(steering)}, which tells tools how to look at what is judged"
        filters = filtered_paths(self.tree.root, others) if others else {}
        return f"touches {printable(next(iter(filters)))}, which goes through a filter of yours" if filters else ""

    def _judge_suppressing(self, seen: Seen, found: Sequence[Diagnostic], content: bytes) -> Seen:
        asked = left_of(self.task.diagnostics, self.current, self.task.others)
        after, gone = self._bytes(seen.now, self.task.path), vanished(self.current, found)
        reason = self.settings.suppress.reason
        judged = judge_suppressing(self.task.path, (content, after), gone, asked, reason)
        if judged.refusal:
            return self._unseen(AttemptResult.REFUSED, judged.refusal)
        return replace(seen, suppressed=judged.suppressed)

    def _bytes(self, now: Snapshot, path: str) -> bytes:
        """The content of a file of a snapshot, as it is stored and would land; empty for a link and for one gone."""
        blob = now.get(path) or self.tree.contents.base_blob(path)
        return b"" if blob.mode == SYMLINK else self.tree.contents.bytes_of(blob)

    def _left(self, found: Sequence[Diagnostic]) -> int:
        return len(left_of(self.task.diagnostics, found, self.task.others))

    def _guard(self, now: Snapshot, secrets: Sequence[str]) -> list[Refusal]:
        """Judge every file that an attempt changed by the guards, against the base commit."""
        found, settings = [], self.settings.guards
        if self.content is not None:
            settings = replace(settings, suppressions="allow")  # which ones is judged by the re-check
        for path in now:
            before, after = self.tree.contents.base_bytes(path), self._bytes(now, path)
            found += judge_change(path, before, after, settings)
            found += judge_beside(path, before, settings) if path != self.task.path else []
            found += judge_secrets(path, before, after, secrets)
        found += judge_kind(now.get(self.task.path), self.settings.guards)
        return found


def _steers(path: str) -> bool:
    """Say whether a file has a say in how others are looked at: configuration, and whatever git keeps for itself."""
    parts = path.lower().split("/")
    return is_config(path) or parts[-1] in STEERING or ".git" in parts
