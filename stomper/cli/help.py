"""`stomper help`."""

import click

from stomper.cli.printing import tell_text


@click.command()
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def command(ctx: click.Context, /, words: tuple[str, ...]) -> int:
    """Show the help of a command: `stomper help fix`, `stomper help baseline write`; without one, that of all."""
    assert ctx.parent is not None
    shown = ctx.parent
    for word in words:
        shown = below(shown, word)
    tell_text(shown.get_help())
    return 0


def below(ctx: click.Context, word: str) -> click.Context:
    """The context of a command of a group. Raises click's UsageError if there is none of that name."""
    group = ctx.command
    if not isinstance(group, click.Group):
        raise click.UsageError(f"`{ctx.command_path}` has no commands, and so no '{word}'", ctx)
    name, found, _ = group.resolve_command(ctx, [word])
    assert found is not None
    return click.Context(found, info_name=name, parent=ctx, **ctx.command.context_settings)
