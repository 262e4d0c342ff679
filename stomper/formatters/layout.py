"""The layout of one file: by which formatters it is clean, and how what becomes of it stays so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import ToolError
from stomper.formatters.formatter import Formatter
from stomper.python import CannotReadError, decode, is_python, parses

MOST_TIMES = 3


class LayoutError(ToolError):
    """A content cannot be formatted so that all formatters leave it as it is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The `formatters` that leave the file `path` of a checkout as it was in the base commit; none may be left.

    `write` puts a content in the place of the file, and `scratch` is for temporary files. `refused` are the words of
    formatters that cannot format what the base commit has, though it is right.
    """

    formatters: tuple[Formatter, ...]
    root: Path
    path: str
    scratch: Path
    write: Callable[[bytes], None]
    refused: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(map(str, self.formatters))

    def formatted(self, content: bytes) -> bytes:
        """Format a content of the file, until nothing changes any more. Raises LayoutError if there is no end to it."""
        if not self.formatters:
            return content
        self.write(content)
        for _ in range(MOST_TIMES):
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
    formatters: Sequence[Formatter], place: tuple[Path, str, Path], base: bytes, write: Callable[[bytes], None]
) -> Layout:
    """The layout of a file that the base commit has as `base`; `place` is root, path, folder for temporary files.

    Of the formatters that the project does not configure, the first counts for which the file is clean. One that
    cannot format it is none of the file's.
    """
    root, path, scratch = place
    kept: list[Formatter] = []
    refused: list[str] = []
    for formatter in formatters if is_python(path) else ():
        if formatter.guessed and any(other.guessed for other in kept):
            continue
        if formatter.clean is not None:
            kept += [formatter] if path in formatter.clean else []
            continue
        write(base)
        try:
            if formatter.format(*place) == base:
                kept.append(formatter)
        except (ToolError, OSError) as error:
            refused += [getattr(error, "message", str(error))] if _is_right(base) else []
    return Layout(tuple(kept), root, path, scratch, write, tuple(refused))


def _is_right(content: bytes) -> bool:
    """Say whether a content is Python, so that it is not its fault if it cannot be formatted."""
    try:
        return parses(decode(content))
    except CannotReadError:
        return False
