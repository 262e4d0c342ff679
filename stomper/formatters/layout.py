"""The layout of one file: by which formatters it is clean, and how what becomes of it stays so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import ToolError
from stomper.formatters.formatter import Formatter
from stomper.python import is_python

ROUNDS = 3


class LayoutError(ToolError):
    """A content cannot be formatted so that all formatters leave it as it is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The `formatters` that leave the file `path` of a checkout as it was in the base commit; none may be left.

    `write` puts a content in the place of the file, and `scratch` is for temporary files.
    """

    formatters: tuple[Formatter, ...]
    root: Path
    path: str
    scratch: Path
    write: Callable[[bytes], None]

    def __str__(self) -> str:
        return ", ".join(map(str, self.formatters))

    def formatted(self, content: bytes) -> bytes:
        """Format a content of the file, until nothing changes any more. Raises LayoutError if there is no end to it."""
        if not self.formatters:
            return content
        self.write(content)
        for _ in range(ROUNDS):
            before = content
            for formatter in self.formatters:
                content = self._by(formatter)
            if content == before:
                return content
        raise LayoutError(f"{self} always finds something else to change")

    def _by(self, formatter: Formatter) -> bytes:
        try:
            return formatter.format(self.root, self.path, self.scratch)
        except (ToolError, OSError) as error:
            raise LayoutError(f"{formatter} cannot format it: {getattr(error, 'message', error)}") from None


def layout_of(
    formatters: Sequence[Formatter],
    place: tuple[Path, str, Path],
    base: bytes,
    write: Callable[[bytes], None],
    log: Callable[[str], None] = lambda _: None,
) -> Layout:
    """The layout of a file that the base commit has as `base`; `place` is root, path, folder for temporary files.

    Of the formatters that the project does not configure, the first counts for which the file is clean. One that
    cannot format it is none of the file's; the `log` hears why.
    """
    root, path, scratch = place
    kept: list[Formatter] = []
    for formatter in formatters if is_python(path) else ():
        if formatter.guessed and any(other.guessed for other in kept):
            continue
        write(base)
        if _is_clean(formatter, place, base, log):
            kept.append(formatter)
    return Layout(tuple(kept), root, path, scratch, write)


def _is_clean(formatter: Formatter, place: tuple[Path, str, Path], base: bytes, log: Callable[[str], None]) -> bool:
    try:
        return formatter.format(*place) == base
    except (ToolError, OSError) as error:
        log(f"layout: {getattr(error, 'message', error)}")
        return False
