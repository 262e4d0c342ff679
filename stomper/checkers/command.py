"""A program as a checker: `[tool.stomper.checker.NAME]`, or a preset. It need not be about Python."""

import contextlib
import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers.caches import own_place
from stomper.checkers.command_words import calls_of, needs_place, variables_of
from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.json_paths import read_failures, read_json, read_paths
from stomper.checkers.nearest import Place, places_of
from stomper.checkers.pattern import came_to_its_end, read_pattern
from stomper.checkers.read_only_options import NO_BYTECODE
from stomper.checkers.result import BY_HAND, Bases, Result, contradiction, no_result, unexpected_code
from stomper.checkers.sarif import read_sarif, targets_of
from stomper.checkers.uris import in_project
from stomper.errors import CheckerError
from stomper.globs import matches
from stomper.models import Diagnostic, in_order
from stomper.settings import CheckerSettings


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one call of a command; `seen` are the files it looked at, None if it does not tell."""

    results: list[Result]
    seen: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CommandChecker(Looking):
    """Runs the command of `settings` in a checkout and reads its output.

    It is run at the top, or where the nearest configuration of the tool is if the settings say what that is
    (`configured_by`); with `configured_only`, only where one is. `command` is the one of the settings with its program
    and its interpreter found, in which `calls_of` replaces what is in braces. `roots` are the import roots of the
    project.
    """

    settings: CheckerSettings
    command: tuple[str, ...]
    roots: tuple[str, ...] = ()
    configured_only: bool = False

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def program(self) -> str:
        return self.command[0]

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        places = places_of(root, paths, self.settings, self.configured_only)
        answers, refused = self._of_each(root, places, scratch)
        wanted = {path for place in places for path in place.paths}
        found = [r.diagnostic for answer in answers for r in answer.results if not r.suppressed]
        seen = [answer.seen for answer in answers]
        silent = wanted.difference(*(s for s in seen if s is not None)) if seen and None not in seen else set()
        out = frozenset({*silent.difference(d.path for d in refused), *(path for path in paths if path not in wanted)})
        told = [*refused, *(self._told(d) for d in found if d.path in wanted)]
        return Look(tuple(paths), in_order(told), out)

    def _of_each(
        self, root: Path, places: Sequence[Place], scratch: Path | None
    ) -> tuple[list[Answer], list[Diagnostic]]:
        """The answers of all places, and the files of those without one. Raises CheckerError if no place has one.

        Where a configuration stops the tool, the files of others are checked all the same.
        """
        answers: list[Answer] = []
        refused: list[Diagnostic] = []
        errors: list[CheckerError] = []
        for place in places:
            try:
                answers += self._answers(root, [place], scratch)
            except CheckerError as error:
                errors.append(error)
                refused += [not_checked(self.name, path, error.message) for path in place.paths]
        if len(errors) == len(places) and errors:
            raise errors[0]
        return answers, refused

    def results(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> list[Result]:
        """Give the tool's results for `paths`, suppressed ones too. Raises CheckerError if it gave none."""
        places = places_of(root, paths, self.settings, self.configured_only)
        found = (result for answer in self._answers(root, places, scratch) for result in answer.results)
        return [result for result in found if result.diagnostic.path in set(paths)]

    def _told(self, diagnostic: Diagnostic) -> Diagnostic:
        """What the tool says of a file; that it could not look at it is no diagnostic of what is in it."""
        if not diagnostic.code.startswith(self.settings.not_checked or ("\0",)):
            return diagnostic
        return not_checked(self.name, diagnostic.path, f"{diagnostic.code}: {diagnostic.message}")

    def _answers(self, root: Path, places: Sequence[Place], scratch: Path | None) -> list[Answer]:
        # One that is made here would stay after a kill.
        with own_place(scratch) if needs_place(self.settings) else contextlib.nullcontext(scratch) as own:
            return [
                self._call(root, place, argv, own)
                for place in places
                for argv in calls_of(self.command, self.settings, place, self.roots, root)
            ]

    def _call(self, root: Path, place: Place, argv: Sequence[str], scratch: Path | None) -> Answer:
        done = process.run(
            argv,
            cwd=root / place.folder,
            env={**NO_BYTECODE, **variables_of(self.settings, self.roots, root, scratch)},
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
        told = [result for result in read if not matches(result.diagnostic.path, self.settings.no_files)]
        found = list(self._of_project(root, place, told))
        # What a tool says of its own options is a reason for its exit code, too.
        if done.returncode and not found and len(told) == len(read):
            raise contradiction(self.name, done, hint=BY_HAND)
        return Answer(found, self._seen(root, place, done))

    def _require_result(self, done: process.Completed) -> None:
        if not done.ended or done.returncode < 0:
            raise no_result(self.name, done)
        if done.returncode not in self.settings.exit_codes:
            raise unexpected_code(self.name, done, f"checker.{self.name}.exit_codes", self.settings.exit_codes)
        if not came_to_its_end(self.name, done.stdout + b"\n" + done.stderr, self.settings.end):
            raise CheckerError(f"{self.name} did not come to its end ({done.how()}): {done.words(400)}", BY_HAND)

    def _seen(self, root: Path, place: Place, done: process.Completed) -> frozenset[str] | None:
        """The files that the tool says it has looked at; None if it cannot say so."""
        targets = self._targets(done)
        if targets is None:
            return None
        top, folder = os.path.realpath(root), root / place.folder
        return frozenset(os.path.relpath(os.path.realpath(folder / target), top) for target in targets)

    def _targets(self, done: process.Completed) -> Iterable[str] | None:
        """The files that it has looked at, by its own word; None if it has none for that."""
        places = dict(self.settings.looked_at)
        if self.settings.format == "sarif":
            return targets_of(done.stdout)
        if not places:
            return None
        if self.settings.format == "json":
            return read_paths(self.name, document_of(done), places)
        told = read_pattern(self.name, done.stdout, places["pattern"])
        return (result.diagnostic.path for result in told)

    def _read(self, done: process.Completed) -> list[Result]:
        first = Bases(self.settings.line_base, self.settings.column_base)
        match self.settings.format:
            case "sarif":
                return read_sarif(self.name, done.stdout)
            case "json":
                told = document_of(done)
                failures = read_failures(self.name, told, dict(self.settings.failures))
                return [*read_json(self.name, told, dict(self.settings.json), first), *failures]
            case "pattern":
                return list(read_pattern(self.name, done.stdout + b"\n" + done.stderr, self.settings.pattern, first))
            case "lsp":
                raise AssertionError("a language server is no such command")

    def _of_project(self, root: Path, place: Place, results: Sequence[Result]) -> Iterator[Result]:
        """Give those about files of the project, by their paths from its top."""
        for result in results:
            told = result.diagnostic.path
            try:
                path = in_project(str(Path(place.folder) / told) if "://" not in told else told, root)
            except (FileNotFoundError, ValueError):
                raise CheckerError(
                    f"{self.name} complains about {told!r:.400}, which is not there",
                    "Its paths must count from the folder where it is run: that of its configuration, or the top.",
                ) from None
            if path is not None:
                yield dataclasses.replace(result, diagnostic=dataclasses.replace(result.diagnostic, path=path))


def document_of(done: process.Completed) -> bytes:
    """The JSON that a program has printed: stylelint prints it on stderr."""
    return done.stderr if not done.stdout.strip() and done.stderr.lstrip()[:1] in (b"[", b"{") else done.stdout
