"""Make the commits that are delivered, of those that passed the gate: grouped, seen by the user's hooks, and signed.

They are made in one pass, after all else, on what the run stands on. Files that a hook refuses are rejected.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from stomper.errors import GitError
from stomper.git.commit_stream import CommitStream, PatchRefusedError
from stomper.landing.grouping import Group, Piece
from stomper.landing.wording import Wording
from stomper.models import Blob, Patch
from stomper.run.commit_hooks import CommitHooks, Hooked

MOST_TRIES = 3
STANDS_ON = "it stands on a change that was refused"
HOOK_CHANGED = "a hook has changed the same lines of the file"
UNDONE = "the hooks undid it"


@dataclass(slots=True)
class Written:
    """The commits that were made: the `head`, the final commit of each one that landed, and why files were refused.

    Refusals are by the index of the task; `logs` are what the hooks printed.
    """

    head: str
    finals: dict[str, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    logs: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes commits in a `stream`, worded by `wording`; each passes the `hooks`, if there are any, and is signed.

    `stopped` raises an error once the user wants the run to stop.
    """

    stream: CommitStream
    wording: Wording
    signs: bool
    hooks: CommitHooks | None
    stopped: Callable[[], None]

    def write(self, groups: Sequence[Group], tip: str) -> Written:
        """Make the commits of groups on a tip. Raises GitError if one cannot be made or signed.

        A file is refused as a whole: if an earlier part of it has a commit by then, all is made again without the file.
        """
        refused, logs = dict[int, str](), dict[int, str]()
        while True:
            written = self._pass(groups, tip, refused)
            committed = {p.task.index for g in groups for p in g.pieces if p.commit in written.finals}
            refused, logs = refused | written.refused, written.logs | logs
            if not committed & refused.keys():
                written.refused, written.logs = refused, logs
                return written

    def _pass(self, groups: Sequence[Group], tip: str, refused: Mapping[int, str]) -> Written:
        written, stale, hung = Written(tip), set[str](), ""
        for group in groups:
            self.stopped()
            pieces = []
            for piece in group.pieces:
                if piece.task.index in refused or stale & piece.share.paths:
                    self._refuse(written, [piece], refused.get(piece.task.index, STANDS_ON), stale)
                else:
                    pieces.append(piece)
            if hung and pieces:
                self._refuse(written, pieces, hung, stale)
            elif pieces and (hooked := self._commit(written, Group(group.name, tuple(pieces)), stale)).hung:
                hung = hooked.refusal
        return written

    def _refuse(self, written: Written, pieces: Sequence[Piece], why: str, stale: set[str], log: str = "") -> None:
        for piece in pieces:
            written.refused.setdefault(piece.task.index, why)
            written.logs.setdefault(piece.task.index, log)
            stale |= piece.share.paths

    def _commit(self, written: Written, group: Group, stale: set[str]) -> Hooked:
        """Commit a group, less the pieces that no longer apply. Returns what the hooks made of it."""
        before = tree = self.stream.tree_of(written.head)
        there = []
        for piece in group.pieces:
            try:
                tree = self._with(tree, piece.share.step.patch)
                there.append(piece)
            except GitError:
                self._refuse(written, [piece], HOOK_CHANGED, stale)
        if not there:
            return Hooked("")
        message = self.wording.message([piece.share for piece in there], group.name)
        tree, hooked = self.hooked(tree, written.head, message)
        if hooked.refusal or tree == before:
            self._refuse(written, there, hooked.refusal or UNDONE, stale, hooked.log)
            return hooked
        written.head = self.made(tree, written.head, hooked.message)
        written.finals |= {piece.commit: written.head for piece in there}
        return hooked

    def _with(self, tree: str, patch: Patch) -> str:
        """Apply a patch, to a file that a hook has edited by a merge. Raises GitError if that is a conflict."""
        try:
            return self.stream.tree_with(tree, patch)
        except PatchRefusedError:
            return self.stream.tree_merged(tree, patch)

    def hooked(self, tree: str, parent: str, message: str) -> tuple[str, Hooked]:
        """Let the hooks see a commit. Returns the tree that they made of it, and what else.

        A hook that edits files and refuses is asked again about what it made, as a person would do.
        """
        if self.hooks is None:
            return tree, Hooked(message)
        for _ in range(MOST_TRIES):
            commit = self.stream.commit(tree, parent, message)
            self.stream.store()
            hooked = self.hooks.run(commit, parent, message)
            self.stopped()  # a hook that a stop has ended has refused nothing
            before, tree = tree, self._edited(tree, hooked.edited)
            if not hooked.refusal or hooked.hung or tree == before:
                break
        return tree, hooked

    def _edited(self, tree: str, edited: Mapping[Blob, bytes]) -> str:
        blobs = [Blob(blob.path, blob.mode, self.stream.blob(content)) for blob, content in edited.items() if blob.id]
        self.stream.store()
        return self.stream.tree_with_blobs(tree, blobs)

    def made(self, tree: str, parent: str, message: str) -> str:
        """Make one commit, signed where that is wanted."""
        make = self.stream.signed_commit if self.signs else self.stream.commit
        return make(tree, parent, message)
