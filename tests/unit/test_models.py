"""The types that travel: comparison keys, printing of paths, and that they survive the way to a worker and back."""

import dataclasses
import pickle
from collections import Counter
from typing import get_args

import pytest

from stomper import errors, models
from stomper.errors import GitError, StomperError
from stomper.models import (
    Attempt,
    AttemptResult,
    Blob,
    Diagnostic,
    Failed,
    Fixed,
    FixTask,
    Outcome,
    Partial,
    Patch,
    Rejected,
    Skipped,
    Suppressed,
    Timing,
    Unchanged,
    count_keys,
    in_order,
    printable,
)
from stomper.settings import CommandSettings, Settings

PATH = "app/caf\udce9.py"
FINDING = Diagnostic("ruff", "F401", "`os` imported but unused", PATH, 3, 8, fixable=True)
PATCH = Patch(b"diff --git\r\n\0\xff", (Blob(PATH, "100644", "a" * 40), Blob("gone.py", None, None)))
ATTEMPT = Attempt("ruff", AttemptResult.KEPT, 1, 0, 0.25)
TIMING = Timing(10.0, 12.5, 4711)
OUTCOMES: tuple[Outcome, ...] = (
    Fixed(path=PATH, before=(FINDING,), patch=PATCH, attempts=(ATTEMPT,), timing=TIMING),
    Suppressed(
        path=PATH, before=(FINDING, FINDING), suppressed=(FINDING,), patch=PATCH, attempts=(ATTEMPT,), timing=TIMING
    ),
    Partial(
        path=PATH,
        before=(FINDING, FINDING),
        after=(FINDING,),
        patch=PATCH,
        attempts=(ATTEMPT,),
        timing=TIMING,
        reason="1 is left",
    ),
    Unchanged(path=PATH, before=(FINDING,), attempts=(ATTEMPT,), timing=TIMING, reason="no fixer changed it"),
    Skipped(path=PATH, before=(FINDING,), reason="changed since"),
    Rejected(path=PATH, before=(FINDING,), attempts=(ATTEMPT,), timing=TIMING, reason="touches other files"),
    Failed(path=PATH, before=(FINDING,), attempts=(), timing=None, reason="worker died", trace="Traceback"),
)


def diagnostic(message: str, *, code: str = "E501", tool: str = "ruff", line: int = 1) -> Diagnostic:
    return Diagnostic(tool, code, message, "a.py", line, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Line too long (95 > 88)", "Line too long (91 > 88)"),
        ("Redefinition of `f` from line 3", "Redefinition of `f` from line 33"),
        ("Use `x = a or b` instead", "Use `x = a if a else c` instead"),
        ("Use `assert x, 1`", "Use `assert y`"),
        ("Function is missing a type annotation", "Function is missing a return type annotation"),
        ("Function is missing a type annotation", "Function is missing a type annotation for one or more parameters"),
    ],
)
def test_the_same_complaint_has_the_same_key(one: str, other: str) -> None:
    assert diagnostic(one, line=1).key == diagnostic(other, line=9).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("`os` imported but unused", "`sys` imported but unused"),
        ("`os.path` imported but unused", "`os` imported but unused"),
        ("Undefined name `a`", "Undefined name `b`"),
        ("Name `a` is undefined in `b`", "Name `b` is undefined in `b`"),
    ],
)
def test_different_complaints_have_different_keys(one: str, other: str) -> None:
    assert diagnostic(one).key != diagnostic(other).key


def test_code_and_tool_are_part_of_the_key() -> None:
    message = "Missing annotation"
    keys = {diagnostic(message, code=code, tool=tool).key for code in ("A1", "A2") for tool in ("ruff", "mypy")}
    assert len(keys) == 4


def test_keys_are_counted_not_just_collected() -> None:
    twice = [diagnostic("Line too long (95 > 88)", line=1), diagnostic("Line too long (99 > 88)", line=2)]
    assert count_keys([*twice, diagnostic("other")]) == Counter({twice[0].key: 2, diagnostic("other").key: 1})


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a b/c'\".py", "a b/c'\".py"),
        ("grün/日本.py", "grün/日本.py"),
        ("tab\there.py", r"tab\there.py"),
        ("line\nbreak.py", r"line\nbreak.py"),
        ("\x1b[31mred.py", r"\x1b[31mred.py"),
        ("latin-\udce9.py", r"latin-\xe9.py"),
        ("right\u202eleft.py", r"right\u202eleft.py"),
    ],
)
def test_printable_keeps_words_and_escapes_the_rest(path: str, shown: str) -> None:
    assert printable(path) == shown
    printable(path).encode("utf-8")


@pytest.mark.parametrize("value", [*OUTCOMES, FixTask(0, PATH, (FINDING,), (FINDING,)), Settings(), ATTEMPT])
def test_what_travels_survives_pickling(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value


def test_there_is_one_outcome_class_for_each_state() -> None:
    assert [outcome.status for outcome in OUTCOMES] == list(get_args(models.Status))
    assert {type(outcome) for outcome in OUTCOMES} == set(get_args(models.Outcome))


@pytest.mark.parametrize("value", [*OUTCOMES, Settings(), FINDING])
def test_what_travels_is_frozen(value: Outcome | Settings | Diagnostic) -> None:
    first = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, first, None)


def test_timing_counts_seconds() -> None:
    assert TIMING.seconds == 2.5


ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, StomperError)]


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_survive_pickling_and_say_their_exit_code(kind: type[StomperError]) -> None:
    error = pickle.loads(pickle.dumps(kind("what", "do this")))
    assert (type(error), str(error), error.hint) == (kind, "what", "do this")
    assert error.exit_code in (errors.EXIT_USAGE, errors.EXIT_UNTRUSTED, errors.EXIT_INTERRUPTED)


def test_git_error_keeps_what_git_said_when_pickled() -> None:
    assert pickle.loads(pickle.dumps(GitError("failed", stderr="fatal: no"))).stderr == "fatal: no"


def test_settings_know_the_configured_path_of_a_tool() -> None:
    settings = Settings(tools=(("ruff", "/opt/ruff"),), commands=(CommandSettings("x", ("true",)),))
    assert settings.tool("ruff") == "/opt/ruff"
    assert settings.tool("mypy") is None


def test_diagnostics_are_in_one_order_whoever_found_them_first() -> None:
    found = [
        Diagnostic("ruff", "F401", "b", "a.py", 1, 2),
        Diagnostic("mypy", "misc", "a", "b.py", 1, 1),
        Diagnostic("ruff", "F401", "a", "a.py", 1, 2),
        Diagnostic("mypy", "misc", "z", "a.py", 1, 2),
        Diagnostic("ruff", "E501", "z", "a.py", 1, 2),
        Diagnostic("ruff", "W291", "z", "a.py", 1, 1),
    ]
    ordered = [found[n] for n in (5, 3, 4, 2, 0, 1)]
    assert in_order(found) == in_order(reversed(found)) == tuple(ordered)
