"""STOMPER_DEFAULTS: settings for repositories that have none of their own."""

from pathlib import Path

import pytest

from stomper.config import explain_settings, load_settings, unknown_variables
from stomper.errors import ConfigError

NAME = "STOMPER_DEFAULTS"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "defaults.toml").write_text("max_retries = 7\n")
    (tmp_path / "top").mkdir()
    return tmp_path / "top"


def test_it_counts_where_the_repository_says_nothing(top: Path) -> None:
    environ = {NAME: str(top.parent / "defaults.toml")}
    assert load_settings(top, {}, environ).max_retries == 7
    (said,) = (setting for setting in explain_settings(top, {}, environ) if setting.key == "max_retries")
    assert said.source == environ[NAME]
    assert unknown_variables(environ) == ()
    (top / "pyproject.toml").write_text("[tool.stomper]\n")
    assert load_settings(top, {}, environ).max_retries == 7  # a table without a key says nothing
    (top / "pyproject.toml").write_text("[tool.stomper]\nunsafe_fixes = true\n")
    assert load_settings(top, {}, environ).max_retries == 3


def test_one_that_is_missing_or_that_the_repository_brings_is_refused(top: Path) -> None:
    (top / "mine.toml").write_text("max_retries = 7\n")
    for place, said in ((top / "mine.toml", "is in the repository"), (top / "none.toml", "there is no file")):
        with pytest.raises(ConfigError, match=said):
            load_settings(top, {}, {NAME: str(place)})
