"""Asks for commands that the repository's settings have: checkers, fixers, the set-up of worktrees, tests."""

import shlex
from collections.abc import Iterator, Sequence

from stomper.settings import CheckerSettings, CommandSettings, Settings
from stomper.trust.needs import Use
from stomper.trust.origins import Origins
from stomper.trust.programs import files_in, shown
from stomper.trust.request import Ask, Kind, make_ask
from stomper.trust.suite import has_tests
from stomper.trust.tree import Tree

YOURS = "your settings"
PROGRAMS = (".stomper/setup", "Makefile", "makefile", "setup.py", "package.json")
PYTESTS_OWN = "runs pytest: its tests, conftest.py, plugins"


def command_asks(tree: Tree, settings: Settings, origins: Origins, use: Use) -> Iterator[Ask]:
    """The asks of the commands that are going to be started."""
    for checker in settings.own_checkers:
        if checker.name in use.checkers:
            yield from _command(tree, origins, "checker", checker)
    for fixer in settings.commands:
        if fixer.name in use.fixers:
            yield from _command(tree, origins, "fixer", fixer)
    if use.setup:
        yield from _setup(tree, settings, origins)
    if settings.environment.automatic:
        yield from _automatic(tree, settings, origins)
    yield from _tests(tree, settings, origins, use)


def _command(tree: Tree, origins: Origins, kind: Kind, own: CheckerSettings | CommandSettings) -> Iterator[Ask]:
    """A command of the user's own file is none, unless it is in the checkout."""
    file = origins.of(f"{kind}.{own.name}")
    # Of what the user or a preset says of it, only the command can be a program; a configuration is none.
    more = _more_words(own) if file else []
    contents = files_in(tree, [*own.command, *more])
    if file or contents:
        where = f"{file or YOURS}: {kind}.{own.name}"
        yield make_ask(kind, where, f"runs {shown(own.command)}", [*own.command, *more], contents, own.name)


def _more_words(own: CheckerSettings | CommandSettings) -> list[str]:
    """What a program is told beside its command: variables, options by the configuration, settings of a server."""
    if isinstance(own, CommandSettings):
        return []
    variables = [f"{name}={value}" for name, value in own.env]
    options = [word for name, words in own.config_options for word in (name, *words)]
    return [*variables, *options, *([own.settings] if own.settings else [])]


def _setup(tree: Tree, settings: Settings, origins: Origins) -> Iterator[Ask]:
    commands, key = settings.environment.setup, "environment.setup"
    words = [word for command in commands for word in _split(command)]
    contents = files_in(tree, words)
    if commands and (origins.of(key) or contents):
        said = (*commands, *_variables(settings, origins))
        yield make_ask("setup", f"{origins.of(key) or YOURS}: {key}", f"runs {'; '.join(commands)}", said, contents)


def _automatic(tree: Tree, settings: Settings, origins: Origins) -> Iterator[Ask]:
    """What is installed for the project runs code of it and of its packages; what those become is not asked again.

    Except for what is told to be run: the project's own program, its Makefile, setup.py, scripts of package.json.
    """
    from stomper.environments.provide import recipe_here

    recipe, key = recipe_here(tree.repository, settings), "environment.setup"
    if recipe.parts:
        contents = frozenset(one for name in PROGRAMS if tree.has(name) for one in tree.contents(name))
        where = f"{origins.of(key) or YOURS}: {key}"
        yield make_ask("setup", where, f"makes its environment: {recipe.text}", [recipe.text], contents)


def _tests(tree: Tree, settings: Settings, origins: Origins, use: Use) -> Iterator[Ask]:
    """Tests are code of the repository, whoever names the command; what they become later is not asked again."""
    command, key = settings.tests.command, "tests.command"
    runs = use.tests and has_tests(settings, tree.paths)
    if use.by_pytest or (runs and command is None):
        yield make_ask("tests", "its tests", PYTESTS_OWN, _variables(settings, origins))
    if runs and command is not None:
        file = origins.of(key)
        said = (*(command if file else ()), *_variables(settings, origins))
        where = f"{file}: {key}" if file else "its tests"
        yield make_ask("tests", where, f"runs {shown(command)}", said, files_in(tree, command) if file else ())


def _variables(settings: Settings, origins: Origins) -> list[tuple[str, str]]:
    """The variables that the repository has the project's programs started with."""
    own = {"environment.env": settings.environment.env, "tests.env": settings.tests.env}
    # The record of a run has a table as a whole.
    return [p for table, pairs in own.items() for p in pairs if table in origins.files or origins.of(f"{table}.{p[0]}")]


def _split(command: str) -> Sequence[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
