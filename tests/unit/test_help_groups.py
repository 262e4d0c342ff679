"""The help has each option once, in a group; `stomper help` shows that of any command."""

import click
import pytest
from click.testing import CliRunner

from stomper.cli.help_groups import GROUPS, MOST_USED, OTHER, grouped
from stomper.cli.main import COMMANDS, LazyGroup
from stomper.cli.main import stomper as program

GROUPED = (
    *(["fix"], ["check"], ["plan"], ["resume"], ["baseline", "suppress"]),
    *(["fleet", "run"], ["fleet", "plan"], ["fleet", "resume"], ["fleet", "report"]),
)


def command(words: list[str]) -> click.Command:
    found: click.Command = program
    for word in words:
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), word)
        assert below is not None
        found = below
    return found


@pytest.mark.parametrize("words", GROUPED, ids=" ".join)
def test_each_option_is_in_one_group_that_has_a_name(words: list[str]) -> None:
    found = command(words)
    titles = [title for title, _ in grouped(found.get_params(click.Context(found)))]
    assert OTHER not in titles
    options = [name for _, some in grouped(found.params) for name in (parameter.name for parameter in some)]
    assert sorted(map(str, options)) == sorted(str(p.name) for p in found.params if isinstance(p, click.Option))
    text = CliRunner().invoke(program, [*words, "--help"], prog_name="stomper").stdout
    assert [line[:-1] for line in text.splitlines() if line[:-1] in GROUPS] == titles
    assert "\nOptions:\n" not in text


def test_the_ten_that_are_used_most_come_first() -> None:
    titles = dict(grouped(command(["fix"]).params))
    assert next(iter(titles)) == MOST_USED
    assert len(titles[MOST_USED]) == 10


@pytest.mark.parametrize("words", [[], ["fix"], ["baseline", "write"]], ids=" ".join)
def test_help_is_what_the_option_shows(words: list[str]) -> None:
    told = CliRunner().invoke(program, ["help", *words], prog_name="stomper").stdout
    assert told == CliRunner().invoke(program, [*words, "--help"], prog_name="stomper").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(["fxi"], "Did you mean 'fix'?"), (["fix", "me"], "`stomper fix` has no commands, and so no 'me'")],
)
def test_help_on_nothing_is_refused(words: list[str], said: str) -> None:
    done = CliRunner().invoke(program, ["help", *words], prog_name="stomper")
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_every_command_is_there_with_its_help() -> None:
    assert isinstance(program, LazyGroup)
    for name in COMMANDS:
        assert command([name]).help
