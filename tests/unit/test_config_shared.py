"""Settings from several files: what they extend, profiles, and which of them decides a key."""

from pathlib import Path

import pytest

from stomper.config import explain_settings, load_settings
from stomper.config.files import users_file
from stomper.errors import ConfigError
from stomper.trust import executes, origins_of, use_of

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


def at(path: str, top: Path, options: dict[str, object] | None = None, **environ: str) -> tuple[object, ...]:
    settings = load_settings(top, options or {}, environ)
    own = settings.for_path(path)
    return own.fixers, own.max_retries, own.severity, own.error_types, own.ignores.errors, settings.proof.paths


def test_tables_for_paths_beat_what_counts_for_all(top: Path) -> None:
    """Of those that match the last decides, key by key, those of a stronger file later; options beat all of them."""
    user = users_file()
    assert user is not None
    write(user, '[per-path."**"]\nmax_retries = 1\nfixers = ["mine"]\n')
    base = '[per-path."old/**"]\nfixers = ["base"]\nproof = "none"\n[per-path."*.py"]\nseverity = "error"\n'
    write(top / "base.toml", base)
    own = 'extends = ["base.toml"]\nfixers = ["ruff"]\n[per-path."old/**"]\nerror_types = ["F"]\n'
    more = 'ignores.errors = ["F4"]\nproof = "safe"\n[per-path."old/x.y/*"]\nfixers = []\n'
    write(top / "stomper.toml", f'{own}{more}[profiles.ci]\nfixers = ["p"]\n')
    old = (("base",), 1, "error", ("F",), ("F4",), (("old/**", "safe"),))
    assert at("old/a.py", top) == at("old/a.py", top, {"profile": "ci"}) == old
    assert at("old/x.y/a.pyi", top)[:3] == ((), 1, "hint")
    assert at("new/a.py", top)[:4] == (("mine",), 1, "error", ())
    said = at("old/a.py", top, {"fixers": ["x"], "proof.level": "proved"}, STOMPER_MAX_RETRIES="9")
    assert said == (("x",), 9, "error", ("F",), ("F4",), ())
    assert load_settings(top, {}, {}).all_fixers == ("ruff", "mine", "base")
    write(top / "stomper.toml", f'{own}[profiles.ci.per-path."old/**"]\nfixers = ["p"]\n')
    assert at("old/a.py", top, {"profile": "ci"})[0] == ("p",)
    (found,) = [s for s in explain_settings(top, {"profile": "ci"}, {}) if s.key == "per-path.old/**.fixers"]
    assert (found.value, Path(found.source).name, found.profile) == (("p",), "stomper.toml", "ci")


def test_the_strongest_table_of_the_same_pattern_is_the_last(top: Path) -> None:
    write(top / "base.toml", f'[per-path."a/**"]\n{KEY} = 1\n[per-path."*.py"]\n{KEY} = 2\n')
    write(top / "stomper.toml", f'extends = ["base.toml"]\n[per-path."a/**"]\n{KEY} = 3\n')
    settings = load_settings(top, {}, {})
    assert [settings.for_path(path).max_retries for path in ("a/b.py", "b.py", "a/b.c")] == [3, 2, 3]


WRONG_PATHS = {
    "checkers = ['ruff']": (
        "per-path.old/**.checkers",
        "for files of a pattern there are fixers, max_retries, severity",
    ),
    "fixer = ['ruff']": ("per-path.old/**.fixer", 'did you mean "per-path.old/**.fixers"?'),
    "max_retries = -1": ("per-path.old/**.max_retries: expected 0 or more", ""),
    "proof = 'sure'": ("per-path.old/**.proof: expected 'safe', 'proved', 'tested' or 'none'", ""),
    "ignores = { files = ['a'] }": ("per-path.old/**.ignores.files", "all else counts for the whole run"),
}


@pytest.mark.parametrize("line", WRONG_PATHS)
def test_a_key_that_counts_for_the_whole_run_is_refused_for_paths(top: Path, line: str) -> None:
    write(top / "stomper.toml", f'[per-path."old/**"]\n{line}\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(top, {}, {})
    words, hint = WRONG_PATHS[line]
    assert words in caught.value.message
    assert hint in f"{caught.value.hint}"


def test_a_chain_for_paths_is_the_repositorys_word_and_may_name_a_preset(top: Path) -> None:
    write(top / "stomper.toml", '[per-path."web/**"]\nfixers = ["prettier"]\n')
    settings = load_settings(top, {}, {})
    assert [command.name for command in settings.commands] == ["prettier"]
    assert origins_of(top, explain_settings(top, {}, {})).of_chains() == "stomper.toml"
    assert use_of(settings, ("ruff",), fixes=True).fixers >= {"prettier"}
