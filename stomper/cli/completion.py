"""`stomper completion`."""

import click
from click.shell_completion import get_completion_class

from stomper.cli.printing import tell_text

PROGRAM = "stomper"
VARIABLE = "_STOMPER_COMPLETE"
# click's script for fish cuts names and descriptions at their first comma.
AT_COMMAS, AT_THE_FIRST = 'string split ","', 'string split --max 1 ","'


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, /, shell: str) -> int:
    """Print a script that has a shell complete commands, options, and names of checkers, fixers, profiles and runs.

    \b
    eval "$(stomper completion bash)"                                    in ~/.bashrc (bash 4.4 or later)
    eval "$(stomper completion zsh)"                                     in ~/.zshrc, after compinit
    stomper completion fish > ~/.config/fish/completions/stomper.fish    once
    """
    kind = get_completion_class(shell)
    assert kind is not None
    # Not `source`, which starts a bash to ask for its version.
    made = kind(ctx.find_root().command, {}, PROGRAM, VARIABLE)
    tell_text((made.source_template % made.source_vars()).replace(AT_COMMAS, AT_THE_FIRST))
    return 0
