"""Settings from several files: what they extend, profiles, and which of them decides a key."""

from pathlib import Path

import pytest

from stomper.config import explain_settings, load_settings
from stomper.config.files import users_file
from stomper.errors import ConfigError
from stomper.trust import executes, origins_of

KEY = "max_retries"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "repo"
    folder.mkdir(parents=True)
    return folder


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def said(top: Path, options: dict[str, object], environ: dict[str, str]) -> tuple[object, str, str, str]:
    (found,) = [s for s in explain_settings(top, options, environ) if s.key == KEY]
    return found.value, Path(found.source).name, Path(found.by).name, found.profile


def test_the_table_of_precedence(top: Path) -> None:
    """Each place is taken away in its turn, from the strongest on: the next one decides."""
    user = users_file()
    assert user is not None
    write(user, f"{KEY} = 1\n")
    write(top.parent / "company.toml", f"{KEY} = 2\n")
    write(top / "base.toml", f"{KEY} = 3\n")
    profile = f"[profiles.ci]\n{KEY} = 5\n"
    extends = 'extends = ["../company.toml", "base.toml"]\n'
    own = write(top / "stomper.toml", f'profile = "ci"\n{KEY} = 4\n{extends}{profile}')
    assert said(top, {KEY: 7}, {"STOMPER_MAX_RETRIES": "6"}) == (7, "option", "", "")
    assert said(top, {}, {"STOMPER_MAX_RETRIES": "6"}) == (6, "STOMPER_MAX_RETRIES", "", "")
    assert said(top, {}, {}) == (5, "stomper.toml", "", "ci")
    own.write_text(f"{KEY} = 4\n{extends}{profile}")
    assert said(top, {}, {}) == (4, "stomper.toml", "", "")
    assert said(top, {"profile": "ci"}, {}) == (5, "stomper.toml", "", "ci")
    assert said(top, {}, {"STOMPER_PROFILE": "ci"}) == (5, "stomper.toml", "", "ci")
    own.write_text(extends)
    assert said(top, {}, {}) == (3, "base.toml", "stomper.toml", "")
    (top / "base.toml").write_text("")
    assert said(top, {}, {}) == (2, "company.toml", "stomper.toml", "")
    own.unlink()
    assert said(top, {}, {}) == (1, "stomper.toml", "", "")
    user.unlink()
    assert said(top, {}, {}) == (3, "default", "", "")


def test_a_base_extends_others_and_paths_count_from_each_file(top: Path) -> None:
    write(top / "pyproject.toml", '[tool.stomper]\nextends = ["conf/a.toml"]\n')
    write(top / "conf" / "a.toml", 'extends = ["deep/b.toml"]\npresets = ["mine.toml"]\ncheckers = ["mine"]\n')
    write(top / "conf" / "deep" / "b.toml", f"{KEY} = 9\n[profiles.ci]\nunsafe_fixes = true\n")
    write(top / "conf" / "mine.toml", "[checker]\ncommand = ['x']\nformat = 'sarif'\n")
    settings = load_settings(top, {"profile": "ci"}, {})
    assert (settings.max_retries, settings.unsafe_fixes) == (9, True)
    assert [one.command for one in settings.own_checkers] == [("x",)]


def test_a_profile_of_a_base_and_that_of_the_file_both_count(top: Path) -> None:
    write(top / "base.toml", f"[profiles.ci]\n{KEY} = 8\nunsafe_fixes = true\n")
    write(top / "stomper.toml", f'extends = ["base.toml"]\n[profiles.ci]\n{KEY} = 7\n')
    settings = load_settings(top, {"profile": "ci"}, {})
    assert (settings.max_retries, settings.unsafe_fixes) == (7, True)


@pytest.mark.parametrize("environment", [".venv", "venv"])
def test_a_base_in_a_package(top: Path, environment: str) -> None:
    packages = top / environment / "lib" / "python3.12" / "site-packages"
    write(packages / "company" / "stomper.toml", f"{KEY} = 6\n")
    write(packages / "company" / "__init__.py", "raise SystemExit('this was run')\n")
    write(packages / "secret.toml", f"{KEY} = 1\n")
    own = write(top / "stomper.toml", 'extends = ["package:company/stomper.toml"]\n')
    assert load_settings(top, {}, {}).max_retries == 6
    own.write_text('extends = ["package:company/../secret.toml"]\n')
    with pytest.raises(ConfigError, match="is not there"):
        load_settings(top, {}, {})


def test_a_package_beside_stomper(top: Path) -> None:
    write(top / "stomper.toml", 'extends = ["package:stomper/nothing.toml"]\n')
    with pytest.raises(ConfigError, match=r"package:stomper/nothing\.toml is not there"):
        load_settings(top, {}, {})
    (top / "stomper.toml").write_text('extends = ["package:stomper/presets/ty.toml"]\n')
    with pytest.raises(ConfigError, match=r"presets/ty.toml: \d+ problems"):
        load_settings(top, {}, {})


WRONG = {
    "missing": ('extends = ["nope.toml"]', "extends: nope.toml is not there"),
    "itself": ('extends = ["stomper.toml"]', "leads back to a file that extends it"),
    "round": ('extends = ["round.toml"]', "leads back to a file that extends it"),
    "key": ('extends = ["key.toml"]', 'unknown key "max_retrys"'),
    "no profile": ('profile = "ci"', "there is no profile ci"),
    "another profile": ('profile = "ic"\n[profiles.ci]\nseverity = "error"', "there is no profile ic"),
    "key of a profile": ("[profiles.ci]\nmax_retrys = 1", 'unknown key "profiles.ci.max_retrys"'),
    "nested": ("[profiles.ci.profiles.x]\n", "unknown key"),
    "name": ('[profiles."a b"]\nseverity = "error"', "the name of a profile"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(top: Path, case: str) -> None:
    text, words = WRONG[case]
    write(top / "round.toml", 'extends = ["stomper.toml"]\n')
    write(top / "key.toml", "max_retrys = 1\n")
    write(top / "stomper.toml", f"{text}\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(top, {}, {})
    assert words in caught.value.message


def test_no_value_of_a_file_elsewhere_is_shown(top: Path) -> None:
    write(top.parent / "secrets.toml", 'max_retries = "hunter2"\n')
    write(top / "stomper.toml", 'extends = ["../secrets.toml"]\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(top, {}, {})
    assert "max_retries: expected a whole number" in caught.value.message
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


def test_the_repository_is_asked_for_what_its_bases_execute(top: Path) -> None:
    write(top / "base.toml", "[checker.mine]\ncommand = ['x']\nformat = 'sarif'\n")
    write(top / "stomper.toml", 'extends = ["base.toml"]\n[profiles.ci.tools]\nruff = "/x/ruff"\n')
    assert origins_of(top, explain_settings(top, {}, {})).of("checker.mine") == "stomper.toml"
    assert load_settings(top, {"profile": "ci"}, {}).tool("ruff") == "/x/ruff"
    assert load_settings(top, {}, {}, executes).own_checkers == ()
    assert load_settings(top, {"profile": "ci", "checkers": ["ruff"]}, {}, executes).tool("ruff") is None
