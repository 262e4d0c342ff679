"""`stomper init`: write a configuration after a look at the project, in which the other keys stand as comments."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers.enabled import configured_checkers, has_checker
from stomper.config.every_key import EVERY_KEY
from stomper.config.files import file_layer
from stomper.errors import StomperError, UsageError
from stomper.git.repository import Repository, read_head
from stomper.git.trees import match_tracked
from stomper.metadata.config_files import read_text
from stomper.settings import Settings
from stomper.text.counts import plural

TABLE = re.compile(r"\[([^\[\]]+)\]")
KEY = re.compile(r"(?:# )?([a-z_]+) = ")
TESTS = ("test_*.py", "*_test.py")
# Code that is not the project's own, or that a program writes: patterns that are left out where they match anything.
FOREIGN = ("vendor/", "_vendor/", "third_party/", "*_pb2.py", "*_pb2_grpc.py", "*_pb2.pyi", "*/migrations/[0-9]*.py")
# What most projects come to; `--all` has the others too.
COMMON = frozenset(
    {
        *("fixers", "formatters", "unsafe_fixes", "workflow.max_parallel_files", "workflow.test_validation"),
        *("budget.max_cost", "files.include", "files.exclude", "ignores.files", "ignores.errors", "git.commit_per"),
        *("tests.command", "tests.pythonpath", "environment.python", "environment.copy", "proof.level"),
    }
)
HEAD = """\
# How Stomper works in this repository. A line that begins with `# ` is a key with its default, or an example.
# An option of the command line beats it. `stomper doctor -v` shows what counts, and where it was said.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A key to write: its `value` as TOML, and what of the project it goes by."""

    value: str
    why: str


def propose(repository: Repository, everything: bool = False) -> str:
    """Give a configuration for a repository, as the text of a stomper.toml. Nothing of it is executed.

    `everything` has each key there is; those that nothing was found out about are comments.
    """
    lines = [HEAD, *_lines(look(repository), everything)]
    return "\n".join(lines).rstrip() + "\n"


def require_none(top: Path) -> None:
    """Raises UsageError if the repository has settings already, ConfigError if what it has cannot be read."""
    layer = file_layer(top)
    if layer:
        source = Path(next(iter(layer.values())).source).name
        raise UsageError(f"{source} has settings already", "`stomper init -o -` prints what would be written.")


def look(repository: Repository) -> dict[str, Found]:
    """Find what the project says about the keys."""
    found = dict(_checkers(repository.top))
    commit = read_head(repository).commit
    if foreign := [pattern for pattern in FOREIGN if match_tracked(repository.top, [pattern], (), commit)]:
        found["files.exclude"] = Found(_list(foreign), "code of others, or written by a program")
    if tests := match_tracked(repository.top, TESTS, foreign, commit):
        found["workflow.test_validation"] = Found('"final"', f"goes by {plural(len(tests), 'test file')}")
    return found


def _checkers(top: Path) -> Iterator[tuple[str, Found]]:
    """The checkers; none are named where one is configured and not installed: it is one by itself once it is there."""
    configured = configured_checkers(Settings(), {}, top)
    if not all(_has(name, top) for name in configured):
        return
    why = [f"{name} in {config}" for name, config in configured.items()]
    if any((top / name).is_file() for name in ("ruff.toml", ".ruff.toml")) or "[tool.ruff" in _text(top):
        why.insert(0, "ruff is configured here")
    yield "checkers", Found(_list(["ruff", *configured]), ", ".join(why) or "ruff by its own defaults")


def _has(name: str, top: Path) -> bool:
    try:
        return has_checker(name, Settings(), top)
    except StomperError:
        return False


def _text(top: Path) -> str:
    return read_text(top / "pyproject.toml")


def _lines(found: Mapping[str, Found], everything: bool) -> Iterator[str]:
    for table, lines in _tables(EVERY_KEY):
        shown = [_line(table, line, found) for line in lines if everything or _is_shown(table, line, found)]
        if not shown:
            continue
        if table:
            used = any(not line.startswith("#") for line in shown)
            yield f"\n[{table}]" if used else f"\n# [{table}]"
        yield from shown


def _tables(text: str) -> Iterator[tuple[str, list[str]]]:
    """Give each table with the lines of its keys; the first has no name."""
    table, lines = "", list[str]()
    for line in text.splitlines():
        if header := TABLE.match(line):
            yield table, lines
            table, lines = header[1], []
        elif line.strip():
            lines.append(line)
    yield table, lines


def _key(table: str, line: str) -> str:
    named = KEY.match(line)
    return ".".join(filter(None, (table, named[1]))) if named else ""


def _is_shown(table: str, line: str, found: Mapping[str, Found]) -> bool:
    key = _key(table, line)
    return key in found or key in COMMON


def _line(table: str, line: str, found: Mapping[str, Found]) -> str:
    if known := found.get(_key(table, line)):
        return f"{KEY.match(line)[1]} = {known.value}  # {known.why}"  # type: ignore[index]  # it has a key
    return line if line.startswith("#") else f"# {line}"


def _list(words: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
