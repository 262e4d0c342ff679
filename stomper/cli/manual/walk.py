"""Read all commands as data: what each does, its usage, and its options in their groups."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from stomper.cli.help_groups import GroupedCommand, grouped

KEPT = "\b\n"  # click's mark of a paragraph whose lines are to stay as they are
PARAGRAPHS = re.compile(r"\n{2,}")
UNGROUPED = "Options"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a command's help; the lines of one that is `kept` stay as they are."""

    text: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Options that belong together: the spellings of each, and what it does."""

    title: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name with all that is before it, and the commands below it, each with what it does."""

    name: str
    usage: str
    paragraphs: tuple[Paragraph, ...]
    groups: tuple[Group, ...]
    commands: tuple[tuple[str, str], ...]

    @property
    def summary(self) -> str:
        """The first sentence, without its full stop."""
        return self.paragraphs[0].text.partition(". ")[0].removesuffix(".") if self.paragraphs else self.name


def all_entries(ctx: click.Context) -> Iterator[Entry]:
    """Give a command and all that are below it, each before its own."""
    yield entry_of(ctx)
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            below = ctx.command.get_command(ctx, name)
            assert below is not None
            yield from all_entries(context_below(ctx, name, below))


def context_below(ctx: click.Context, name: str, command: click.Command) -> click.Context:
    """Make the context of a command of a group."""
    return click.Context(command, info_name=name, parent=ctx, **ctx.command.context_settings)


def entry_of(ctx: click.Context) -> Entry:
    """Read one command."""
    command = ctx.command
    return Entry(
        name=ctx.command_path,
        usage=" ".join([ctx.command_path, *command.collect_usage_pieces(ctx)]),
        paragraphs=tuple(_paragraphs(command.help or "")),
        groups=tuple(_groups(ctx)),
        commands=tuple(_commands(ctx)),
    )


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for part in PARAGRAPHS.split(inspect.cleandoc(text)):
        kept = part.startswith(KEPT)
        body = part.removeprefix(KEPT)
        yield Paragraph(body if kept else " ".join(body.split()), kept)


def _groups(ctx: click.Context) -> Iterator[Group]:
    parameters = ctx.command.get_params(ctx)
    titled = (
        grouped(parameters)
        if isinstance(ctx.command, GroupedCommand)
        else [(UNGROUPED, [one for one in parameters if isinstance(one, click.Option)])]
    )
    for title, options in titled:
        records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
        if records:
            yield Group(title, tuple(records))


def _commands(ctx: click.Context) -> Iterator[tuple[str, str]]:
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            below = ctx.command.get_command(ctx, name)
            assert below is not None
            yield name, entry_of(context_below(ctx, name, below)).summary
