"""What is known of fixes before they are made, and how a plan shows it."""

import pytest

from stomper.cli.tables import code_table
from stomper.commands.plan import CodeOverview
from stomper.fixers.command import CommandFixer
from stomper.fixers.ruff_format import RuffFormatFixer
from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.proof.foresight import Foresight, foresee, weigh
from stomper.proof.rows import Check
from stomper.proof.ruff_needs import A_TEST
from stomper.proof.words import Word
from stomper.settings import ProofLevel, ProofSettings

LAYOUT = RuffFormatFixer("/ruff")
MINE = CommandFixer("mine", ("true",))


def found(path: str = "a.py", code: str = "E501") -> Diagnostic:
    return Diagnostic("ruff", code, "Line too long", path, 1, 1)


def test_a_layout_is_safe_before_it_is_made() -> None:
    known = foresee(LAYOUT, [found()], ProofSettings("safe"))
    assert (known.grade, known.lands) == (Grade.SAFE, True)


def test_nobody_speaks_for_a_command_of_the_users() -> None:
    assert foresee(MINE, [found()], ProofSettings("none")) == Foresight(None, A_TEST)


def row(code: str, count: int, **known: tuple[int, Foresight]) -> CodeOverview:
    fixers = tuple((name, n) for name, (n, _) in known.items())
    return CodeOverview(code, count, 1, fixers, tuple((name, what) for name, (_, what) in known.items()))


def test_the_table_says_what_is_known_and_what_would_prove_the_rest() -> None:
    open_, other = Foresight(None, "a test"), Foresight(None, "a type")
    codes = [
        row("A1", 3, ruff=(3, Foresight(Grade.SAFE)), agent=(3, open_)),
        row("B2", 3, ruff=(2, Foresight(Grade.PROVED, lands=False)), agent=(3, open_)),
        row("C3", 1, bold=(1, open_), bolder=(1, open_)),
        row("D4", 1, bold=(1, open_), types=(1, other)),
        row("E5", 1),
        row("F6", 1, ruff=(1, Foresight(Grade.PROVED, sure=False, lands=False))),
    ]
    assert code_table(codes)[1:] == [
        "    3      1  A1              ruff (safe), agent (to be proved)",
        "    3      1  B2              ruff (2, proved, withheld), agent (to be proved)",
        "    1      1  C3              bold (to be proved), bolder (to be proved)",
        "    1      1  D4              bold (to be proved), types (to be proved)",
        "    1      1  E5              none",
        "    1      1  F6              ruff (maybe proved, withheld)",
        "",
        "to be proved, by",
        "C3, D4: a test",
        "D4: a type",
    ]
    assert code_table(codes[:2])[-1].startswith("    3"), "something is known of each"


SAFE, PROVED, OPEN = Word(Grade.SAFE), Word(Grade.PROVED), Word(None, needs="a type")


@pytest.mark.parametrize(
    ("words", "levels", "expected"),
    [
        ([SAFE, PROVED], ["tested"], Foresight(Grade.PROVED)),
        ([SAFE, PROVED], ["safe"], Foresight(Grade.PROVED, lands=False)),
        ([SAFE, PROVED], ["safe", "none"], Foresight(Grade.PROVED)),
        ([SAFE, SAFE], ["safe"], Foresight(Grade.SAFE)),
        ([SAFE, OPEN], ["safe"], Foresight(None, "a type")),
        ([Word(None), OPEN], ["safe"], Foresight(None, "a type")),
        ([Word(None)], ["safe"], Foresight(None, A_TEST)),
        ([SAFE, Word(Grade.SAFE, checks=frozenset({Check.CODE}))], ["safe"], Foresight(Grade.SAFE, sure=False)),
    ],
)
def test_the_weakest_word_counts(words: list[Word], levels: list[ProofLevel], expected: Foresight) -> None:
    assert weigh(words, levels) == expected
