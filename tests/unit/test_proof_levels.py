"""The grade that a fix needs: what the configuration and the command line say of it, for each code and path."""

from pathlib import Path

import pytest

from stomper.config import load_settings
from stomper.config.executing_settings import differing
from stomper.grades import Grade
from stomper.proof.levels import is_enough, level_for
from stomper.settings import ProofSettings, Settings

TABLE = """
[proof]
level = "proved"
[proof.codes]
E = "safe"
E711 = "none"
[proof.paths]
"legacy/" = "none"
"legacy/core/**" = "tested"
"""
FROM_TABLE = ProofSettings(
    "proved", (("E", "safe"), ("E711", "none")), (("legacy/", "none"), ("legacy/core/**", "tested"))
)


def proof_of(top: Path, text: str, option: str = "", **environ: str) -> ProofSettings:
    (top / "stomper.toml").write_text(text)
    return load_settings(top, {"proof.level": option} if option else {}, environ).proof


def test_a_word_stands_for_the_table(tmp_path: Path) -> None:
    assert proof_of(tmp_path, "") == ProofSettings()
    assert proof_of(tmp_path, 'proof = "safe"') == ProofSettings("safe")
    assert proof_of(tmp_path, TABLE) == FROM_TABLE


def test_a_level_of_this_run_counts_for_all_codes_and_paths(tmp_path: Path) -> None:
    assert proof_of(tmp_path, TABLE, "none") == ProofSettings("none")
    assert proof_of(tmp_path, TABLE, STOMPER_PROOF="safe") == ProofSettings("safe")
    assert proof_of(tmp_path, TABLE, "tested", STOMPER_PROOF="safe") == ProofSettings("tested")


@pytest.mark.parametrize(
    ("path", "code", "level"),
    [
        ("a.py", "F401", "proved"),
        ("a.py", "E501", "safe"),
        ("a.py", "E711", "none"),
        ("legacy/a.py", "F401", "none"),
        ("legacy/core/a.py", "F401", "tested"),
        ("new/legacy.py", "F401", "proved"),
        ("legacy/core/a.py", "E501", "safe"),
    ],
)
def test_the_last_match_counts_and_codes_before_paths(path: str, code: str, level: str) -> None:
    assert level_for(FROM_TABLE, path, code) == level


def test_enough() -> None:
    landed = {
        level: [grade for grade in Grade if is_enough(grade, level)] for level in ("safe", "proved", "tested", "none")
    }
    assert landed == {
        "safe": [Grade.SAFE],
        "proved": [Grade.SAFE, Grade.PROVED],
        "tested": [Grade.SAFE, Grade.PROVED, Grade.TESTED],
        "none": list(Grade),
    }


def test_a_run_folder_does_not_lower_the_level() -> None:
    assert differing(Settings(proof=ProofSettings("none")), Settings()) == ("proof.level",)
    assert differing(Settings(proof=FROM_TABLE), Settings()) == ("proof.codes", "proof.level", "proof.paths")
