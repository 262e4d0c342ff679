"""One formatter of a project: formats a content as the file of a checkout, as its program does by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.checkers.ruff_files import RuffLister
from stomper.disk.regular_files import read_regular
from stomper.errors import ToolError
from stomper.formatters.black_config import BlackConfig
from stomper.formatters.presets import BLACK, PRESETS, RUFF
from stomper.formatters.staying import STAYING, Entry, environment

WORDS = 400  # characters of what a formatter says


@dataclass(frozen=True, slots=True)
class Formatter:
    """A program that formats files in place, by the nearest configuration, and leaves alone those that it excludes.

    `entry` is that of a program in Python that can stay. `guessed`: the project does not configure it. `stands_for`:
    it lays out files as another one is configured to, which is not there. `timeout` is that of one call, in seconds.
    `clean` are the files that it leaves alone as the base commit has them; None if it was not asked about all.
    """

    name: str
    program: str
    entry: Entry | None = None
    guessed: bool = False
    stands_for: str = ""
    timeout: float = 300.0
    clean: frozenset[str] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.name} in the place of {self.stands_for}" if self.stands_for else self.name

    @property
    def lays_out(self) -> bool:
        return PRESETS[self.name].lays_out

    def format(self, root: Path, path: str, scratch: Path) -> bytes:
        """Format the file `path` below `root`. Returns its content.

        Raises ToolError, with the formatter's own words, if it cannot.
        """
        words = self._words(root, path, scratch)
        if words is not None:
            self._run([self.program, *PRESETS[self.name].words, *words, "--", path], root, scratch)
        return read_regular(root / path)

    def format_all(self, root: Path, paths: Sequence[str], scratch: Path) -> bool:
        """Format files below `root` by few calls. Say whether that is known to have worked: only ruff can say so."""
        if self.name != RUFF or self.stands_for:
            return False
        files = RuffLister(self.program, self.timeout).sort(root, paths, scratch)
        words = [self.program, *PRESETS[RUFF].words, *files.way, "--"]
        try:
            for some in process.split_arguments([path for path in paths if path not in files.left_out]):
                self._run([*words, *some], root, scratch)
        except ToolError:
            return False
        return not files.unread

    def _words(self, root: Path, path: str, scratch: Path) -> Sequence[str] | None:
        """The words that depend on the file; None for one that it leaves out."""
        if self.name == BLACK:
            return BlackConfig.nearest(root, path).excluding()
        if self.name != RUFF:
            return ()
        if self.stands_for:
            config = BlackConfig.nearest(root, path)
            return None if config.excludes(root, path) else config.for_ruff()
        files = RuffLister(self.program, self.timeout).sort(root, [path], scratch)
        return None if path in files.left_out else files.way

    def _run(self, argv: Sequence[str], root: Path, scratch: Path) -> None:
        """Raises ToolError if it does not end well."""
        if self.entry is not None:
            said = STAYING.ask(self.entry, argv, root, self.timeout)
            if said.code:
                raise ToolError(f"{self}: exit code {said.code}: {said.words.strip()[-WORDS:]}")
            return
        env = {**environment(), "TMPDIR": str(scratch)}
        done = process.run(argv, cwd=root, env=env, timeout=self.timeout, contained=True)
        if not done.ended or done.returncode:
            raise ToolError(f"{self}: {done.how()}: {done.words(WORDS)}")
