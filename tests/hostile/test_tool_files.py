"""Each file by which a known tool can be made to run code of a repository is asked for; other files are not."""

import pytest

from stomper.config import load_settings
from stomper.git.repository import open_repository
from stomper.trust.needs import Use
from stomper.trust.tool_code import code_asks
from stomper.trust.tree import Tree
from tests.kit.repo import GitRepo

RUNNING = [
    ("pylint", "in/pylintrc", "[MAIN]\nload-plug=evil\n"),
    ("pylint", ".pylintrc", "[MAIN]\nuns=yes\n"),
    ("pylint", "tox.ini", "[DEFAULT]\nLOAD-PLUGINS=evil\n[pylint]\n"),
    ("flake8", "in/setup.cfg", "[flake8:local-plugins]\nextension = X = evil:X\n"),
    ("prettier", "package.json", '{"prettier": "./evil.cjs"}'),
    ("prettier", "package.json", '{"prettier": {"plug\\u0069ns": ["./evil.cjs"]}}'),
    ("prettier", "package.yaml", "prettier: ./evil.cjs\n"),
    ("prettier", "in/.prettierrc", "./evil.cjs\n"),
    ("prettier", ".prettierrc.json", '"./evil.cjs"'),
    ("eslint", "package.json", '{"eslintConfig": {"extends": "./evil.js"}}'),
    ("stylelint", ".config/config.js", ""),
    ("stylelint", "in/.config/config.yaml", "cosmiconfig: {}\n"),
    ("stylelint", "package.json", '{"cosmiconfig": {"searchPlaces": ["evil.js"]}}'),
    ("oxlint", ".oxlintrc.json", '{"extends": ["./other.json"]}'),
    ("oxlint", "oxlint.config.mts", ""),
    ("rubocop", ".rubocop", "-r ./evil\n"),
    ("rubocop", ".config/rubocop/config.yml", 'plugins: ["./evil"]\n'),
    ("sqlfluff", "in/a.sql", "-- sqlfluff:templater:jinja:library_path:evil\nSELECT 1\n"),
    ("rustfmt", "rust-toolchain.toml", '[toolchain]\npath = "evil"\n'),
]
SILENT = [
    ("pylint", ".pylintrc", "[MAIN]\ndisable=all\n"),
    ("pylint", "setup.cfg", "[metadata]\nname = load-plugins\n"),
    ("prettier", "package.json", '{"prettier": {"semi": false}, "plugins": 1}'),
    ("prettier", "package.json", '{"name": "prettier"}'),
    ("prettier", ".prettierrc", "# what we like\nsemi: false\n"),
    ("eslint", "package.json", '{"devDependencies": {"eslint": "8"}}'),
    ("sqlfluff", "a.sql", "-- sqlfluff:dialect:ansi\nSELECT 1\n"),
    ("sqlfluff", "b.sql", "SELECT 1\n"),
    ("rustfmt", "rust-toolchain", "1.80.0\n"),
]


def asked(repo: GitRepo, tool: str, path: str, text: str) -> list[str]:
    repo.write(path, text or "\n")
    repo.commit("a file")
    settings = load_settings(repo.path, {"checkers": [tool]}, {})
    tree = Tree(open_repository(repo.path))
    return [ask.where for ask in code_asks(tree, settings, Use(frozenset({tool})))]


@pytest.mark.parametrize(("tool", "path", "text"), RUNNING)
def test_what_runs_code_is_asked_for(repo: GitRepo, tool: str, path: str, text: str) -> None:
    assert asked(repo, tool, path, text) == [path]


@pytest.mark.parametrize(("tool", "path", "text"), SILENT)
def test_what_runs_none_is_not(repo: GitRepo, tool: str, path: str, text: str) -> None:
    assert not asked(repo, tool, path, text)
