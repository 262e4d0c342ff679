"""Judge a change by all guards together."""

import os
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import PurePath

from stomper.git.trees import SYMLINK
from stomper.guards.collected_tests import changed_cases, lost_tests, tests
from stomper.guards.comments import added, silencing, suppressing
from stomper.guards.disabled_code import disabled
from stomper.guards.dynamic_names import more_indirect
from stomper.guards.lost_assertions import Losses, losses_of
from stomper.guards.lost_types import given_up
from stomper.guards.readings import require_one_reading
from stomper.guards.refusal import Finding, Refusal, refuse
from stomper.guards.removed_code import deleted
from stomper.guards.skipped_tests import more_skipped
from stomper.guards.source import Source, read_source
from stomper.guards.statement_context import SKIPPED
from stomper.guards.test_doubles import replaced
from stomper.models import Blob, printable
from stomper.python import CannotReadError, cells, decode, is_notebook, is_python, no_python, read_notebook, read_tokens
from stomper.settings import GuardSettings, Policy
from stomper.suppressions.other_languages import more_markers
from stomper.text.counts import plural, shorten

SHOWN = 3
STUB = ".pyi"
# No fix adds as much, and to read it takes a hundred times as much memory: 11 MB of code took 6 GB and nine minutes.
MOST_GROWTH = 1_000_000
CANNOT_JUDGE = "cannot be judged: "
CYTHON = (".pyx", ".pxd", ".pxi")
TEST_FOLDERS = frozenset({"test", "tests", "testing"})
STRICTNESS: tuple[Policy, ...] = ("allow", "warn", "reject")


def refuse_other_files(path: str, changed: Collection[str]) -> str:
    """Why a change that goes beyond the task's file is refused, naming the files; empty if it does not."""
    others = sorted(set(changed) - {path})
    if not others:
        return ""
    return f"touches other files: {shorten([printable(other) for other in others], SHOWN)}"


def judge_beside(path: str, before: bytes, settings: GuardSettings) -> list[Refusal]:
    """Judge an allowed change to another file than the task's: a new stub hides code from checkers."""
    if not path.endswith(STUB) or before or settings.suppressions == "allow":
        return []
    return [Refusal(settings.suppressions, f"puts a stub beside the code: {printable(path)}")]


def judge_change(path: str, before: bytes, after: bytes, settings: GuardSettings) -> list[Refusal]:
    """Everything that the guards have to say of one file's change, allowed things left out.

    A file that cannot be read, before or after, is refused as strictly as the strictest of those who would read it.
    """
    if (grown := len(after) - len(before)) > MOST_GROWTH:
        return [Refusal("reject", f"{CANNOT_JUDGE}it makes the file {grown} bytes larger")]
    found = []
    if is_notebook(path):
        found += _judge_rest(before, after)
    if settings.deletion != "allow":
        old, new = _written(path, before), _written(path, after)
        found += refuse(settings.deletion, deleted(old, new, settings.deletion_percent))
    if is_python(path) or is_notebook(path):
        if set(_policies(settings)) != {"allow"}:
            found += _judge_code(path, before, after, settings)
    elif path.endswith(CYTHON):
        found += _judge_comments(before, after, settings)
    elif text := more_markers(before, after):
        found.append(Refusal(settings.suppressions, text))
    return [refusal for refusal in found if refusal.policy != "allow"]


def _written(path: str, content: bytes) -> bytes:
    """What somebody has written of a file: of a notebook its code, which is little beside the outputs."""
    try:
        return cells(content).encode() if is_notebook(path) else content
    except CannotReadError:
        return content


def _judge_rest(before: bytes, after: bytes) -> list[Refusal]:
    """Refuse a change of a notebook beyond its Python: outputs, metadata, text, magics, how the JSON is written."""
    try:
        changed = bool(before) and no_python(read_notebook(before)) != no_python(read_notebook(after))
    except CannotReadError as error:
        return [Refusal("reject", f"{CANNOT_JUDGE}{error}")]
    return [Refusal("reject", "changes the notebook beyond the code of its cells")] if changed else []


def _policies(settings: GuardSettings) -> tuple[Policy, ...]:
    """The policies of the guards that read code."""
    return (
        settings.suppressions,
        settings.removed_tests,
        settings.skipped_tests,
        settings.removed_assertions,
        settings.unreachable_assertions,
        settings.weakened_assertions,
        settings.disabled_code,
        settings.indirect_names,
    )


def _judge_code(path: str, before: bytes, after: bytes, settings: GuardSettings) -> list[Refusal]:
    """Give what the guards that read code say."""
    read = cells if is_notebook(path) else decode
    try:
        old, new = _readable(path, read, before, "before"), _readable(path, read, after, "after")
        if not is_notebook(path):  # JSON is UTF-8, whatever its code says
            require_one_reading(before, after)
        return _judge_sources(old, new, settings)
    except CannotReadError as error:
        return [Refusal(max(_policies(settings), key=STRICTNESS.index), f"{CANNOT_JUDGE}{error}")]
    except (RecursionError, MemoryError):
        return [Refusal(max(_policies(settings), key=STRICTNESS.index), f"{CANNOT_JUDGE}it is nested too deeply")]


def _readable(path: str, read: Callable[[bytes], str], content: bytes, when: str) -> Source:
    """One side of the change, of which there are tokens and a tree. Raises CannotReadError that says the side."""
    try:
        text = read(content)
        read_tokens(text)
        return read_source(path, text)
    except CannotReadError as error:
        raise CannotReadError(f"{when} the change, {error}") from None


def _judge_sources(old: Source, new: Source, settings: GuardSettings) -> list[Refusal]:
    losses, skipped = losses_of(old, new) if is_test_file(old) else Losses(), more_skipped(old, new)
    unreachable = [found for found in losses.unreachable if not (skipped and found.text.endswith(SKIPPED))]
    weakened = [*losses.weakened, *(_of_tests(old, new) if is_test_file(old) else ())]
    return [
        *refuse(settings.suppressions, added(suppressing(old), suppressing(new))),
        *refuse(settings.suppressions, given_up(old, new)),
        *refuse(settings.removed_tests, lost_tests(old, new)),
        *refuse(settings.skipped_tests, skipped),
        *refuse(settings.removed_assertions, _counted(losses.removed)),
        *refuse(settings.unreachable_assertions, unreachable),
        *refuse(settings.weakened_assertions, weakened),
        *refuse(settings.disabled_code, disabled(old, new, losses.scopes)),
        *refuse(settings.indirect_names, more_indirect(old, new)),
    ]


def _of_tests(old: Source, new: Source) -> list[Finding]:
    return [*changed_cases(old, new), *replaced(old, new)]


def _counted(removed: tuple[Finding, ...]) -> list[Finding]:
    """One finding for all assertions that are gone: their number, and the first of them."""
    if not removed:
        return []
    first, number = removed[0], plural(len(removed), "assertion")
    return [replace(first, text=f"removes {number} from a test file", code=first.text)]


def is_test_file(source: Source) -> bool:
    """Say whether what a file asserts is the project's tests' doing: by its name, its folder, or a test in it."""
    place = PurePath(source.path)
    return bool(tests(source)) or "test" in place.name or bool(TEST_FOLDERS & set(place.parts[:-1]))


def _judge_comments(before: bytes, after: bytes, settings: GuardSettings) -> list[Refusal]:
    """Give what there is to say of the comments of a language that has Python's tokens and another grammar."""
    try:
        require_one_reading(before, after)
        return refuse(settings.suppressions, added(silencing(decode(before)), silencing(decode(after))))
    except CannotReadError as error:
        return [Refusal(settings.suppressions, f"{CANNOT_JUDGE}{error}")]


def judge_secrets(path: str, before: bytes, after: bytes, secrets: Collection[str]) -> list[Refusal]:
    """Refuse a change that writes down a key which its fixer was given."""
    words = map(os.fsencode, secrets)
    text = f"writes a secret of its environment into {printable(path)}"
    return [Refusal("reject", text)] if any(after.count(word) > before.count(word) for word in words) else []


def judge_kind(blob: Blob | None, settings: GuardSettings) -> list[Refusal]:
    """Refuse a task's file that is gone or has become a link: checkers might find that clean."""
    if blob is None:
        return []
    if blob.id is None:
        return [Refusal(settings.deletion, "deletes the file")] if settings.deletion != "allow" else []
    return [Refusal("reject", "makes a symbolic link of the file")] if blob.mode == SYMLINK else []
