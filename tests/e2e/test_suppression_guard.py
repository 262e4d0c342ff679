"""The guard on suppressing: just the comments that silence what is gone, and nothing else."""

import pytest

from stomper.models import Diagnostic
from stomper.worker.suppression_guard import judge_suppressing, vanished

BEFORE = "import os\nx: int = f(1,\n    undefined)\ny = 1  # why\nz = 1  # noqa: E501\n"


def found(code: str, line: int, tool: str = "ruff") -> Diagnostic:
    return Diagnostic(tool, code, "", "a.py", line, 1)


F401, F821, OTHER = found("F401", 1), found("F821", 3), found("F841", 4)
MISC = found("misc", 2, "mypy")
ALL = (F401, F821, OTHER, MISC)


def judged(after: str, *gone: Diagnostic, before: str = BEFORE, reason: str = "") -> str:
    """Why the guard refuses a change by which these are gone; or what it says is suppressed."""
    judgement = judge_suppressing("a.py", (before.encode(), after.encode()), gone, ALL, reason)
    return judgement.refusal or "suppressed: " + ", ".join(d.code for d in judgement.suppressed)


def changed(*edits: str) -> str:
    """BEFORE with `old -> new` done."""
    text = BEFORE
    for edit in edits:
        old, _, new = edit.partition(" -> ")
        assert text.count(old) == 1, edit
        text = text.replace(old, new)
    return text


IMPORT = "import os -> import os  # noqa: F401"
CHANGES = "changes more than the comments that suppress"
CODE = "changes code, where it may add comments only"

ALLOWED: dict[str, tuple[str, tuple[Diagnostic, ...]]] = {
    "a code": (changed(IMPORT), (F401,)),
    "two tools": (changed("undefined) -> undefined)  # type: ignore[misc]  # noqa: F821"), (F821, MISC)),
    "with another comment": (changed("# why -> # why  # noqa: F841"), (OTHER,)),
    "in front of another comment": (changed("# why -> # type: ignore[arg]  # why"), (found("arg", 4, "mypy"),)),
    "beside another code": (changed("# noqa: E501 -> # noqa: E501, F811"), (found("F811", 5),)),
    "for more than one": (changed("undefined) -> undefined)  # noqa: F821"), (F821, found("F821", 2))),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_what_may_be_added(what: str) -> None:
    after, gone = ALLOWED[what]
    judgement = judge_suppressing("a.py", (BEFORE.encode(), after.encode()), gone, gone, "")
    assert (judgement.refusal, judgement.suppressed) == ("", gone)


NO_PYTHON = "cannot be judged: it is no Python that Stomper knows"
REFUSED: dict[str, tuple[str, tuple[Diagnostic, ...], str]] = {
    "a bare noqa": (changed("import os -> import os  # noqa"), (F401,), CHANGES),
    "a bare ignore": (changed("f(1, -> f(1,  # type: ignore"), (MISC,), CHANGES),
    "codes made bare": (changed("# noqa: E501 -> # noqa"), (found("F841", 5),), CHANGES),
    "for the file": (f"# ruff: noqa: F401\n{BEFORE}", (F401,), CHANGES),
    "for the file, behind a line": (changed("import os -> import os  # ruff: noqa"), (F401,), CHANGES),
    "another word": (changed("# why -> # why  # noqa: F841  # pragma: no cover"), (OTHER,), CHANGES),
    "another reason": (changed("import os -> import os  # noqa: F401  # later"), (F401,), CHANGES),
    "a comment lost": (changed("# why -> # noqa: F841"), (OTHER,), CHANGES),
    "a code lost": (changed("# noqa: E501 -> # noqa: F841"), (found("F841", 5),), CHANGES),
    "a line more": (changed("y = 1 -> \ny = 1"), (OTHER,), CHANGES),
    "white space": (changed("y = 1  # why -> y =  1  # why  # noqa: F841"), (OTHER,), CHANGES),
    "code": (changed("import os -> import re  # noqa: F401"), (F401,), CODE),
    "code gone": (changed("y = 1  # why\n -> "), (OTHER,), CODE),
    "no program": (changed("import os -> import"), (F401,), f"{NO_PYTHON} (line 2)"),
    "another place": (
        changed("y = 1  # why -> y = 1  # why  # noqa: F401"), (F401,),
        "adds a suppression that silences nothing: F401 at line 4",
    ),
    "another code": (
        changed("import os -> import os  # noqa: F401, F841"), (F401,),
        "adds a suppression that silences nothing: F841 at line 1",
    ),
    "another tool": (
        changed("import os -> import os  # type: ignore[misc]"), (F401,),
        "adds a suppression that silences nothing: misc at line 1",
    ),
    "more than are gone": (
        changed("f(1, -> f(1,  # noqa: F821", "undefined) -> undefined)  # noqa: F821"), (F821,),
        "adds a suppression that silences nothing: F821 at line 2",
    ),
    "what was not asked for": (
        changed("# noqa: E501 -> # noqa: E501, F841"), (found("F841", 5),),
        "silences what it was not asked for: F841",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str) -> None:
    after, gone, why = REFUSED[what]
    asked = ALL if what == "what was not asked for" else (*ALL, *gone)
    assert judge_suppressing("a.py", (BEFORE.encode(), after.encode()), gone, asked, "").refusal == why


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"import os\n", b"\xef\xbb\xbfimport os  # noqa: F401\n"),
        (b"import os\r\n", b"import os  # noqa: F401\n"),
    ],
)
def test_how_a_file_is_written_stays(before: bytes, after: bytes) -> None:
    assert judge_suppressing("a.py", (before, after), (F401,), ALL, "").refusal == "changes how the file is written"


def test_what_cannot_be_read_is_not_judged() -> None:
    for contents in ((b"\xff", b"import os\n"), (b"import os\n", b"\xff"), (b"print 'x'\n", b"import os\n")):
        assert judge_suppressing("a.py", contents, (F401,), ALL, "").refusal.startswith("cannot be judged: it is no ")


def test_the_reason_of_the_settings_is_the_one_that_may_stand_there() -> None:
    after = changed(f"{IMPORT}  # ours")
    assert judged(after, F401, reason="ours") == "suppressed: F401"
    assert judged(after, F401, reason="other") == CHANGES


def test_a_reason_alone_is_refused() -> None:
    assert judged(changed("y = 1  # why -> y = 1  # why  # ours"), reason="ours") == CHANGES


def test_what_went_without_a_code_of_its_own_was_not_fixed_either() -> None:
    assert judged(changed(IMPORT), F401, OTHER) == "suppressed: F401, F841"


def test_what_is_gone_is_counted_by_line() -> None:
    two = (found("F401", 1), found("F401", 1), found("F401", 2))
    assert vanished(two, two[1:]) == two[1:2]
    assert vanished(two, ()) == two
    assert vanished(two, two) == ()
