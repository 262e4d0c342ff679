"""A language server as a checker: `[tool.stomper.checker.NAME]` with `format = "lsp"`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.server_access import Access, Questions, texts_of
from stomper.language_servers.positions import Places
from stomper.models import Diagnostic, Severity, Told, in_order
from stomper.settings import CheckerSettings

AT_ONCE = 50  # files that are open at the same time
SEVERITIES = {
    types.DiagnosticSeverity.Error: Severity.ERROR,
    types.DiagnosticSeverity.Warning: Severity.WARNING,
    types.DiagnosticSeverity.Information: Severity.INFORMATION,
    types.DiagnosticSeverity.Hint: Severity.HINT,
}


@dataclass(frozen=True, slots=True)
class LanguageServerChecker(Looking):
    """Asks the server of `settings`. `command` is the one of the settings with its program found.

    In an attempt it asks a server that this process keeps, which is shown what the attempt has changed; anybody else
    gets a server of his own, opened on the checkout and ended afterwards.
    """

    settings: CheckerSettings
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.settings.name

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        given = sorted(set(paths))
        texts, unread = texts_of(root, given)
        found = [not_checked(self.name, path, why) for path, why in unread.items()]
        if texts:
            with Access(self.settings, self.command, root, scratch) as access:
                questions = Questions(access)
                for some in _parts(list(texts), AT_ONCE):
                    found += self._look_at(questions, {path: texts[path] for path in some})
        return Look(tuple(paths), in_order(found))

    def _look_at(self, questions: Questions, texts: Mapping[str, str]) -> Iterator[Diagnostic]:
        for path, answer in questions.ask(texts).items():
            if isinstance(answer, str):
                yield not_checked(self.name, path, answer)
            else:
                places = Places(texts[path], questions.access.encoding)
                yield from (diagnostic_of(self.name, path, one, places) for one in answer if is_complaint(one))


def _parts(paths: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    yield from (paths[start : start + most] for start in range(0, len(paths), most))


def is_complaint(found: types.Diagnostic) -> bool:
    """Say whether something is complained about: a hint with a tag only has an editor show a place paler."""
    return not (found.severity == types.DiagnosticSeverity.Hint and found.tags)


def diagnostic_of(tool: str, path: str, found: types.Diagnostic, places: Places) -> Diagnostic:
    """A server's diagnostic as one of ours. Without a code of its own it has the name of what found it."""
    line, column = places.line_and_column(found.range.start)
    page = str(found.code_description.href) if found.code_description else ""
    return Diagnostic(
        tool,
        code_of(tool, found),
        message_of(found),
        path,
        line,
        column,
        SEVERITIES[found.severity or types.DiagnosticSeverity.Error],
        told=Told(end=places.line_and_column(found.range.end), page=page),
    )


def message_of(found: types.Diagnostic) -> str:
    """The message on one line: notes and advice come after an empty one."""
    text = str(found.message).strip()
    return " ".join(text.partition("\n\n")[0].split())


def code_of(tool: str, found: types.Diagnostic) -> str:
    return str(found.code) if found.code not in (None, "") else found.source or tool
