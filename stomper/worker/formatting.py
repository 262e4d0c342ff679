"""Format what becomes of a file that was clean in the base commit: in its worktree, before it is judged."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from stomper.formatters.formatter import Formatter
from stomper.formatters.layout import Layout, LayoutError, layout_of
from stomper.git.trees import SYMLINK, Entry
from stomper.process import Room
from stomper.workspace.contents import REGULAR, Snapshot, write_files
from stomper.workspace.worktree import Worktree


@dataclass(slots=True)
class Formatting:
    """Formats contents of the file `path` by those of the `formatters` that leave it alone as the base commit has it.

    Programs are started in `room`, if there is one, with the worktree `tree`; the file there is then whatever was
    formatted last. Which formatters are the file's is found out when it is first asked.
    """

    tree: Worktree
    path: str
    formatters: Sequence[Formatter] = ()
    room: Room | None = None
    _layout: Layout | None = None

    def snapshot(self, now: Snapshot) -> Snapshot:
        """Format the file of a snapshot. Raises LayoutError if that cannot be done."""
        blob = now.get(self.path)
        if not self.formatters or blob is None or blob.id is None or blob.mode == SYMLINK:
            return now
        content = self.tree.contents.bytes_of(blob)
        formatted = self.content(content)
        return now if formatted == content else self.tree.contents.changed(now, self.path, formatted)

    def content(self, content: bytes) -> bytes:
        """Format a content of the file. Raises LayoutError if that cannot be done."""
        if not self.formatters:
            return content
        with self._within():
            return self.layout.formatted(content)

    def tried(self, content: bytes) -> bytes | None:
        """Format a content of the file; None if that cannot be done."""
        try:
            return self.content(content)
        except LayoutError:
            return None

    @property
    def refused(self) -> tuple[str, ...]:
        """The words of formatters that refuse to format the file, as far as they were asked."""
        return self._layout.refused if self._layout is not None else ()

    @property
    def layout(self) -> Layout:
        if self._layout is None:
            base = self.tree.contents.base_blob(self.path)
            kept = self.formatters if base.id is not None and base.mode != SYMLINK else ()
            place = self.tree.root, self.path, self.tree.scratch
            self._layout = layout_of(kept, place, self.tree.contents.base_bytes(self.path), self._write)
        return self._layout

    def _write(self, content: bytes) -> None:
        mode = self.tree.contents.base_blob(self.path).mode or REGULAR
        write_files(self.tree.root, [(Entry(mode, "", self.path), content)])

    def _within(self) -> AbstractContextManager[None]:
        return self.room.entered(self.tree.root, self.tree.scratch) if self.room else nullcontext()
