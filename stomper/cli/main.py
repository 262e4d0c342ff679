"""The command group and the error boundary: every error becomes words and an exit code here."""

import importlib
import io
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import click
from click.shell_completion import CompletionItem

from stomper import process
from stomper.cli.printing import tell_error, tell_text
from stomper.errors import EXIT_INTERRUPTED, EXIT_UNTRUSTED, StomperError
from stomper.process.own_memory import fit_into_limit
from stomper.text.machine_errors import in_words
from stomper.text.printable import log_text, printable
from stomper.text.redact import remember, secrets_in_variables
from stomper.text.suggestions import did_you_mean
from stomper.version import version_text

COMMANDS = {
    "fix": "Fix the diagnostics of the checkers, file by file, and commit the fixes.",
    "check": "Show the diagnostics of the checkers; change nothing.",
    "explain": "Explain a code: its meaning, its fixers, advice.",
    "plan": "Show what fix would do, and write it to a file that you can edit; change nothing.",
    "baseline": "Accept today's diagnostics, so that only new ones count.",
    "resume": "Continue a run that was interrupted or killed.",
    "undo": "Undo a run.",
    "redo": "Bring back a run that was undone.",
    "report": "Report on a run, as text or as a page with all files, diffs, tests and times.",
    "show": "Show what a run did, or why a file is as it is.",
    "stats": "Show the results of agents, and what became of fixes; share what was learned with a team.",
    "status": "Show the runs of this repository, and what the running one is doing.",
    "cleanup": "Remove what dead runs left.",
    "fleet": "Fix many repositories by one command, and get one report.",
    "init": "Write a configuration after a look at the project.",
    "presets": "List the tools that Stomper knows, and check those of your own.",
    "doctor": "Examine whether a run can work here.",
    "trust": "Let this repository execute its programs; list them, or take that back.",
    "schema": "Print the JSON Schema of the configuration, or of the report.",
    "completion": "Print a script that has a shell complete command lines.",
    "man": "Print a page for man, or write those of all commands.",
    "demo": "Fix a sample repository in a temporary folder, to watch Stomper work.",
    "help": "Show the help of a command.",
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used or asked for help."""

    package: ClassVar[str] = "stomper.cli"
    known: ClassVar[Mapping[str, str]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.known)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.known:
            return None
        command = importlib.import_module(f"{self.package}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.known:
            raise click.UsageError(f"no command '{args[0]}'. {did_you_mean(args[0], self.known)}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands without loading one of them."""
        found = [CompletionItem(name, help=words) for name, words in self.known.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.known.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-C", "directory", metavar="DIR", type=click.Path(path_type=Path), help="Work as if started in DIR.")
@click.version_option(version_text(), prog_name="stomper", message="%(prog)s %(version)s")
@click.pass_context
def stomper(ctx: click.Context, directory: Path | None) -> None:
    """Get a git repository clean of lint, type and test complaints, without costing you a line of work.

    Worker processes take the files with complaints one by one, and work on each in a clean git
    worktree beside your checkout. Fixers change the file there, Stomper checks it again, and the
    change becomes one commit per file. Your branch moves once, at the end, and only if everything
    was checked.

    \b
    stomper check            show what is wrong
    stomper fix --dry-run    show what a fix would change
    stomper fix              fix it

    Exit codes: 0 nothing left to fix; 1 something is left; 2 wrong usage or configuration; 3 the
    result cannot be trusted, or was not delivered; 130 interrupted.
    """
    ctx.obj = _enter(directory)


def _enter(directory: Path | None) -> Path:
    try:
        if directory is None:
            return Path.cwd()
        os.chdir(directory)
    except OSError as error:
        place = directory or "the current folder"
        raise click.BadParameter(f"{place}: {error.strerror}", param_hint="-C") from None
    return Path.cwd()


def run_cli(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors are said on stderr, never as a traceback."""
    fit_into_limit()
    process.scrub_own_environment()
    remember(secrets_in_variables(process.user_variables()))
    try:
        code = stomper.main(list(arguments), prog_name="stomper", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except StomperError as error:
        return _say(error.message, error.hint, error.exit_code)
    except click.ClickException as error:
        return _show(error)
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", None, EXIT_INTERRUPTED)
    except OSError as error:
        told = in_words(error)
        return _say(told.message, told.hint, told.exit_code)
    except MemoryError:
        return _say("there is not enough memory", "Work on fewer files at once: -j 1", EXIT_UNTRUSTED)
    except Exception:
        return _say(f"this should not have happened{_keep_traceback()}", _REPORT_IT, EXIT_UNTRUSTED)


_REPORT_IT = "`stomper status` shows what was done. Please report this with that file."


def _say(message: str, hint: str | None, code: int) -> int:
    tell_error("error", "red", message)
    if hint:
        tell_error("hint", "cyan", hint)
    return code


def _show(error: click.ClickException) -> int:
    """Say what click has found, which quotes the command line."""
    words = io.StringIO()
    error.show(file=words)
    message = error.format_message()
    tell_text(words.getvalue().replace(message, printable(message)), err=True)
    return error.exit_code


def _keep_traceback() -> str:
    """Say where the details are, for the message; nothing if there is no place to keep them."""
    import tempfile
    import traceback

    text = log_text(f"stomper {version_text()}, Python {sys.version}\n\n{traceback.format_exc()}")
    try:
        named = f"stomper-error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-"
        descriptor, path = tempfile.mkstemp(prefix=named, suffix=".log")
        with os.fdopen(descriptor, "w", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        return f", and its details cannot be kept: {error.strerror}"
    return f"; details are in {path}"
