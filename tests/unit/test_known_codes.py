"""Codes that no checker has, and those that were probably meant."""

import dataclasses
from pathlib import Path

import pytest
from mypy import errorcodes

from stomper.checkers.known_codes import KnownCodes, known_codes, require_known
from stomper.checkers.mypy_codes import MYPY_CODES
from stomper.errors import UsageError
from stomper.settings import Settings
from tests.kit.fakes import real_tool

KNOWN = KnownCodes(
    {"ruff": frozenset({"F401", "F901", "E501", "UP006", "PLR0911"}), "mypy": frozenset(MYPY_CODES)},
    {"unused-import": "F401"},
)
NEAR = {
    "F99": "F901",
    "f401": "F401",
    "UP06": "UP006",
    "unused-import": "F401 (unused-import)",
    "no-untyped-dfe": "no-untyped-def",
    "qqqqq": "",
    "": "",
}


@pytest.mark.parametrize("wrong", NEAR)
def test_the_nearest(wrong: str) -> None:
    assert KNOWN.near(wrong) == NEAR[wrong]


def test_a_code_is_known_by_its_beginning() -> None:
    assert [KNOWN.has(code) for code in ("F", "F4", "no-untyped", "F99", "f4")] == [True, True, True, False, False]
    assert dataclasses.replace(KNOWN, open=("mine",)).has("F99")


def test_the_real_tools_have_what_they_are_known_for(tmp_path: Path) -> None:
    settings = Settings(checkers=("ruff", "mypy"), tools=(("mypy", str(real_tool("mypy"))),))
    known = known_codes(settings, tmp_path)
    assert {"F401", "invalid-syntax", "E902"} <= known.codes["ruff"]
    assert set(errorcodes.error_codes) <= known.codes["mypy"]
    assert known.open == ()
    with pytest.raises(UsageError, match="no code of ruff, mypy begins with 'F99'"):
        require_known(["F4", "F99"], "here", settings, tmp_path)
    require_known(["F99"], "here", Settings(checkers=("ruff", "pytest")), tmp_path)
