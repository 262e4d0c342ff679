"""A program of the user's own as a checker: `[tool.stomper.checker.NAME]`. It need not be about Python."""

import dataclasses
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers.completeness import Look, Looking
from stomper.checkers.json_paths import read_json
from stomper.checkers.pattern import read_pattern
from stomper.checkers.read_only_options import NO_BYTECODE
from stomper.checkers.result import BY_HAND, Bases, Result, contradiction, no_result, unexpected_code
from stomper.checkers.sarif import read_sarif, targets_of
from stomper.checkers.uris import in_project
from stomper.errors import CheckerError
from stomper.models import in_order
from stomper.settings import CheckerSettings

FILES, FILE = "{files}", "{file}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one call of a command; `seen` are the files it looked at, None if it does not tell."""

    results: list[Result]
    seen: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CommandChecker(Looking):
    """Runs the command of `settings` at the top of a checkout and reads its output.

    `{files}` is replaced by the paths; with a `{file}` the command is run once for each; with neither
    the paths come last, unless the command is for the whole project. `command` is the one of the
    settings with its program found.
    """

    settings: CheckerSettings
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.settings.name

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        answers = self._answers(root, paths, scratch)
        found = [result.diagnostic for answer in answers for result in answer.results if not result.suppressed]
        wanted = set(paths)
        seen = [answer.seen for answer in answers]
        left_out = wanted.difference(*(s for s in seen if s is not None)) if seen and None not in seen else ()
        return Look(tuple(paths), in_order(d for d in found if d.path in wanted), frozenset(left_out))

    def results(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> list[Result]:
        """Give the tool's results for `paths`, suppressed ones too. Raises CheckerError if it gave none."""
        found = (result for answer in self._answers(root, paths, scratch) for result in answer.results)
        return [result for result in found if result.diagnostic.path in set(paths)]

    def _answers(self, root: Path, paths: Sequence[str], scratch: Path | None) -> list[Answer]:
        calls = self._calls(sorted(set(paths))) if paths else ()
        return [self._call(root, argv, scratch) for argv in calls]

    def _calls(self, paths: Sequence[str]) -> Iterator[list[str]]:
        # What begins with a dash would be taken for an option.
        words = [f"./{path}" if path.startswith("-") else path for path in paths]
        if self.settings.whole_project:
            yield list(self.command)
        elif any(FILE in word for word in self.command):
            yield from ([part.replace(FILE, word) for part in self.command] for word in words)
        else:
            template = self.command if FILES in self.command else (*self.command, FILES)
            place = template.index(FILES)
            for chunk in process.split_arguments(words):
                yield [*template[:place], *chunk, *template[place + 1 :]]

    def _call(self, root: Path, argv: Sequence[str], scratch: Path | None) -> Answer:
        done = process.run(
            argv,
            cwd=root,
            env={**NO_BYTECODE, **({"TMPDIR": str(scratch)} if scratch else {})},
            timeout=self.settings.timeout,
            contained=True,
        )
        self._require_result(done)
        try:
            read = self._read(done)
        except CheckerError as error:
            # The tool's own words are more often on stderr than in what it left of its output.
            words = done.stderr.strip().decode("utf-8", "backslashreplace")[-400:]
            raise CheckerError(f"{error.message} ({done.how()}){f': {words}' if words else ''}", BY_HAND) from None
        found = list(self._of_project(root, read))
        if done.returncode and not found:
            raise contradiction(self.name, done, hint=BY_HAND)
        return Answer(found, self._seen(root, done))

    def _require_result(self, done: process.Completed) -> None:
        if not done.ended or done.returncode < 0:
            raise no_result(self.name, done)
        if done.returncode not in self.settings.exit_codes:
            raise unexpected_code(self.name, done, f"checker.{self.name}.exit_codes", self.settings.exit_codes)

    def _seen(self, root: Path, done: process.Completed) -> frozenset[str] | None:
        """The files that the tool says it has looked at; None if it cannot say so."""
        targets = targets_of(done.stdout) if self.settings.format == "sarif" else None
        if targets is None:
            return None
        inside = [os.path.relpath(os.path.realpath(root / place), os.path.realpath(root)) for place in targets]
        return frozenset(inside)

    def _read(self, done: process.Completed) -> list[Result]:
        first = Bases(self.settings.line_base, self.settings.column_base)
        match self.settings.format:
            case "sarif":
                return read_sarif(self.name, done.stdout)
            case "json":
                return list(read_json(self.name, done.stdout, dict(self.settings.json), first))
            case "pattern":
                return list(read_pattern(self.name, done.stdout + b"\n" + done.stderr, self.settings.pattern, first))
            case "lsp":
                raise AssertionError("a language server is no such command")

    def _of_project(self, root: Path, results: Sequence[Result]) -> Iterator[Result]:
        """Give those about files of the project, by their paths in it."""
        for result in results:
            try:
                path = in_project(result.diagnostic.path, root)
            except (FileNotFoundError, ValueError):
                raise CheckerError(
                    f"{self.name} complains about {result.diagnostic.path!r:.400}, which is not there",
                    "Its paths must count from the top of the repository, where it is run.",
                ) from None
            if path is not None:
                yield dataclasses.replace(result, diagnostic=dataclasses.replace(result.diagnostic, path=path))
