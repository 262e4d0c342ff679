"""Comments of a run that its own fixes of other files have made needless: they go before the gate decides.

A worker sees the other files as they were on the base commit. What is annotated in one of them can leave a
`# type: ignore` of another with nothing to silence, which is a new diagnostic there, and nobody's fault.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.unused_ignore import rewrite
from stomper.fixers.suppress.comments import line_of_comment, name_of
from stomper.git.checkout_files import blob_bytes, store_blob
from stomper.git.commit_stream import CommitStream
from stomper.journal.run_folder import RunFolder
from stomper.landing.lander import Landed, Lander
from stomper.landing.shares import parts_of
from stomper.models import (
    Blob,
    Changed,
    Diagnostic,
    FixTask,
    Outcome,
    Step,
    suppressed_in,
)
from stomper.python import CannotReadError
from stomper.python.source_file import Content, read_content
from stomper.run.row import Row
from stomper.suppressions.comment_rows import rows_of
from stomper.suppressions.dialects import BY_TOOL
from stomper.suppressions.unused_words import read_unused
from stomper.units.division import LayoutOf
from stomper.worker.conclude import conclude

GONE = "what it had is gone by what was fixed in other files"


def without_needless(row: Row, landed: Sequence[Landed], lander: Lander, folder: RunFolder) -> list[Landed]:
    """The landed files; all of them landed anew where one has a comment that the whole does not need.

    Asks the checkers, and the tests with them, only if some files were fixed and some suppressed.
    """
    made = row.gate.made
    if not _is_mixed(row.items):
        return list(landed)
    found = defaultdict[str, list[Diagnostic]](list)
    for said in row.gate.findings(lander.head):
        if said.tool != "ruff" and read_unused(said.tool, said.code, said.message):
            found[said.path].append(said)
    better: dict[int, Outcome] = {}
    for item in row.items:
        mine = found.get(item.task.path, [])
        if isinstance(item.outcome, Changed) and mine:
            desk = Desk(made.site.top, row.stream, made.base, made.settings.suppress.reason, row.layout_of)
            better[item.task.index] = desk.relieve(item.task, item.outcome, mine)
    if all(better.get(item.task.index, item.outcome) is item.outcome for item in row.items):
        return list(landed)
    lander.go_back(row.tip)
    anew = {}
    for item in row.items:
        outcome = better.get(item.task.index, item.outcome)
        anew[item.task.index] = lander.land(item.task, folder.store(item.task, outcome))
    lander.settle()
    return [anew.get(item.task.index, item) for item in landed]


def _is_mixed(chain: Sequence[Landed]) -> bool:
    suppressed = any(d.tool in BY_TOOL and d.tool != "ruff" for item in chain for d in suppressed_in(item.outcome))
    return suppressed and any(_has_fixes(item.outcome) for item in chain)


def _has_fixes(outcome: Outcome) -> bool:
    return isinstance(outcome, Changed) and len(outcome.before) > len(outcome.after) + len(suppressed_in(outcome))


class Desk:
    """The place in which outcomes are made anew: repository, stream of commits, base commit, layouts of its files."""

    def __init__(self, top: Path, stream: CommitStream, base: str, reason: str, layout_of: LayoutOf) -> None:
        self.top, self.stream, self.base, self.reason, self.layout_of = top, stream, base, reason, layout_of

    def relieve(self, task: FixTask, outcome: Changed, idle: Sequence[Diagnostic]) -> Outcome:
        """The outcome without those of its comments that are `idle`; the very same one if none of its own is.

        It stays, too, if its file cannot be laid out without them.
        """
        blob = next((b for b in outcome.patch.blobs if b.path == outcome.path), None)
        if blob is None or not blob.id:
            return outcome
        try:
            content = read_content(blob_bytes(self.top, blob.id))
        except CannotReadError:  # nobody has written a comment into what cannot be read
            return outcome
        needless, mine = _needless(content, suppressed_in(outcome), idle)
        text = rewrite(Source(content.text, outcome.path, self.top, self.reason), mine) if mine else None
        laid_out = self.layout_of(outcome.path)(content.encode(text)) if text is not None else None
        if laid_out is None:
            return outcome
        new = replace(blob, id=store_blob(self.top, laid_out))
        kept = tuple(d for d in suppressed_in(outcome) if d not in needless)
        return self._anew(task, outcome, new, kept)

    def _anew(self, task: FixTask, outcome: Changed, blob: Blob, kept: tuple[Diagnostic, ...]) -> Outcome:
        """The outcome with another content of its file, and with fewer diagnostics suppressed."""
        tree = self._tree(outcome, blob)
        patch = self.stream.patch_between(self.base, tree)
        return conclude(
            task,
            left=outcome.after,
            suppressed=kept,
            patch=patch,
            steps=self._steps(outcome, tree, kept),
            attempts=outcome.attempts,
            timing=outcome.timing,
            reason=outcome.reason if patch.blobs else GONE,
            withheld=outcome.withheld,
        )

    def _steps(self, outcome: Changed, tree: str, kept: tuple[Diagnostic, ...]) -> tuple[Step, ...]:
        """The steps, of which the last one suppresses less; it is none if it changes nothing any more."""
        *others, last = parts_of(outcome)
        before = self.stream.tree_of(self.base)
        for step in others:
            before = self.stream.tree_with(before, step.patch)
        patch = self.stream.patch_between(before, tree)
        credit = (*last.after, *kept)  # what others have fixed is not to this commit's
        steps = [*others, replace(last, before=credit, patch=patch, suppressed=kept)] if patch.blobs else others
        return tuple(steps)

    def _tree(self, outcome: Changed, blob: Blob) -> str:
        blobs = [blob if b.path == blob.path else b for b in outcome.patch.blobs]
        return self.stream.tree_with_blobs(self.stream.tree_of(self.base), blobs)


def _is_about(said: Diagnostic, found: Diagnostic) -> bool:
    """Say whether a comment that silences nothing is, by what is said of it, one for a diagnostic."""
    unused = read_unused(said.tool, said.code, said.message)
    mine = unused is not None and found.tool in unused.dialect.tools
    return unused is not None and mine and (unused.codes is None or name_of(found) in unused.codes)


def _needless(
    content: Content, suppressed: Sequence[Diagnostic], idle: Sequence[Diagnostic]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Give the diagnostics that need not be suppressed, and those that say so of the comments for them."""
    rows, by_line = rows_of(content.text), defaultdict[int | None, list[Diagnostic]](list)
    for found in suppressed:
        if found.tool in BY_TOOL and found.tool != "ruff":
            by_line[line_of_comment(rows, found)].append(found)
    pairs = [(found, said) for said in idle for found in by_line.get(said.line, ()) if _is_about(said, found)]
    return [found for found, _ in pairs], list({id(said): said for _, said in pairs}.values())
