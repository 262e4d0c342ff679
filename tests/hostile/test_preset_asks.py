"""By which files each preset has the repository's code run, and by which it does not."""

import pytest

from stomper.config import explain_settings, load_settings
from stomper.trust import Tree, list_asks, origins_of, use_of
from tests.kit.repo import GitRepo

RUN = [
    ("eslint", "web/eslint.config.mjs", ""),
    ("oxlint", ".oxlintrc.json", '{ "jsPlugins": ["./mine.js"] }'),
    ("prettier", "prettier.config.js", ""),
    ("prettier", "web/.prettierrc", "plugins: [./mine.js]\n"),
    ("prettier", "package.json", '{ "prettier": { "plugins": ["./mine.js"] } }'),
    ("stylelint", "stylelint.config.js", ""),
    ("stylelint", ".stylelintrc.json", '{ "plugins": ["./mine.js"] }'),
    ("markdownlint-cli2", ".markdownlint-cli2.jsonc", '{ "customRules": ["./mine.js"] }'),
    ("rubocop", ".rubocop.yml", "require: ./mine\n"),
    ("sqlfluff", "pyproject.toml", '[tool.sqlfluff.core]\ntemplater = "python"\n'),
    ("djlint", ".djlint_rules.yaml", "- rule:\n    python_module: mine\n"),
    ("clippy", "build.rs", ""),
    ("golangci-lint", ".golangci.yml", "linters:\n  settings:\n    custom:\n      mine: { path: ./mine.so }\n"),
]
DATA = [
    ("oxlint", ".oxlintrc.json", '{ "rules": {} }'),
    ("prettier", "web/.prettierrc", "semi: false\n"),
    ("prettier", "package.json", '{ "prettier": { "semi": false }, "babel": { "plugins": ["x"] } }'),
    ("stylelint", ".stylelintrc.json", '{ "rules": {} }'),
    ("markdownlint-cli2", ".markdownlint-cli2.jsonc", '{ "config": {} }'),
    ("rubocop", ".rubocop.yml", "AllCops:\n  NewCops: enable\n"),
    ("sqlfluff", "pyproject.toml", '[tool.sqlfluff.core]\ndialect = "ansi"\n[tool.other]\ntemplater = "x"\n'),
    ("stylelint", "package.json", '{ "devDependencies": { "stylelint": "17" } }'),
    ("markdownlint-cli2", "package.json", '{ "devDependencies": { "markdownlint-cli2": "0.22" } }'),
    ("shellcheck", ".shellcheckrc", "external-sources=true\n"),
    ("yamllint", ".yamllint", "extends: default\n"),
]


def asked(repo: GitRepo, options: dict[str, object], fixes: bool) -> set[str]:
    settings = load_settings(repo.path, options, {})
    origins = origins_of(repo.path, explain_settings(repo.path, options, {}))
    use = use_of(settings, settings.checkers, fixes, runs=False)
    return {ask.where for ask in list_asks(Tree(repo.opened()), settings, origins, use)}


@pytest.mark.parametrize(("name", "path", "text"), RUN)
def test_what_runs_code_is_asked_for(repo: GitRepo, name: str, path: str, text: str) -> None:
    repo.commit_file(path, text)
    assert path in asked(repo, {"checkers": [name]}, fixes=False)
    assert path not in asked(repo, {"checkers": ["ruff"]}, fixes=False)


@pytest.mark.parametrize("name", ["eslint", "prettier", "stylelint"])
def test_a_fixer_asks_as_its_checker_does(repo: GitRepo, name: str) -> None:
    repo.commit_file(f"web/{name}.config.js", "")
    assert f"web/{name}.config.js" in asked(repo, {"checkers": ["ruff"], "fixers": [name]}, fixes=True)


@pytest.mark.parametrize(("name", "path", "text"), DATA)
def test_what_only_sets_something_is_not(repo: GitRepo, name: str, path: str, text: str) -> None:
    repo.commit_file(path, text)
    assert asked(repo, {"checkers": [name]}, fixes=False) == set()
