"""`stomper plan`."""

import dataclasses
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from stomper import __version__
from stomper.checkers.completeness import unchecked_lines
from stomper.cli import fix
from stomper.cli.consent import trust_options
from stomper.cli.file_choice import choice_of, named_paths, paths_here
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.options import checker_options, require_codes, resolve, selection_options
from stomper.cli.printing import tell, tell_report, tell_text, warn
from stomper.cli.tables import code_table
from stomper.commands.plan import PlanOverview, plan_ahead
from stomper.commands.show_prompt import preview_prompt, set_up_preview
from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import make_room, require_outlet
from stomper.errors import EXIT_CLEAN, EXIT_UNTRUSTED, UsageError
from stomper.git.repository import Repository
from stomper.git.trees import tree_entries
from stomper.models import FixTask, codes_of, printable
from stomper.plan.plan_file import SCHEMA_VERSION, to_text
from stomper.report.render import baseline_lines
from stomper.settings import PromptChoice, ScopeSettings
from stomper.text.counts import plural
from stomper.text.printable import encodable

F = TypeVar("F", bound=Callable[..., Any])
SHOWN_FILES = 20
STDOUT = Path("-")
# Those of fix's own options that decide what is done, or how fast.
SHARED = (
    "max_errors",
    "strategy",
    "fixer",
    "agent",
    "max_retries",
    "unsafe_fixes",
    "proof",
    "unproved",
    "fix_baseline",
    "max_parallel_files",
    "setup",
)


def shared_options(command: click.Command) -> click.Command:
    """The same options as fix has."""
    command.params += [parameter for parameter in fix.command.params if parameter.name in SHARED]
    return command


@shared_options
@click.command(cls=GroupedCommand)
@selection_options
@checker_options
@trust_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Write the plan to a file: TOML, or JSON if it is called so; '-': TOML to stdout.",
)
@click.option(
    "--show-prompt",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Print the first prompt that the agent would get for this file.",
)
@click.option(
    "--prompt-strategy",
    type=click.Choice(get_args(PromptChoice)),
    help="With --show-prompt: the amount of detail.  [default: auto]",
)
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Show what `stomper fix` would do; change nothing.

    The plan lists the files, the diagnostics by code, the fixers for each code with the grades of their
    fixes as far as they are known before, the number of files at once, and an estimate of the time from
    recorded runs. With -o it goes to a file that you can edit:
    `stomper fix --plan FILE` fixes the entries that are left in it, and nothing else. Exit code 0, even
    if there is much to do; 3: a checker could not look at a file.

    \b
    stomper plan                         all files below the current folder
    stomper plan src --error-type F401   with the options of fix
    stomper plan -o plan.toml            to a file; edit it, then: stomper fix --plan plan.toml
    stomper plan -o plan.json            the same for programs; -o -: to stdout
    stomper plan --show-prompt a.py --agent codex
    """
    if given["show_prompt"] is not None:
        return show_prompt(here, given)
    if given["prompt_strategy"] is not None:
        raise click.UsageError("--prompt-strategy is for --show-prompt")
    if given["output"] not in (None, STDOUT):
        require_outlet(given["output"], "--output")
    named = named_paths(given)
    repository, settings = resolve(here, given)
    require_codes(repository, settings, given)
    choice = choice_of(repository, given)
    if choice.uncommitted is not None and given["output"] is not None:
        raise click.UsageError(f"a plan file is for committed files: --git-{choice.uncommitted} cannot be in one")
    named = paths_here(repository, here, given, named, lambda line: tell(line, err=True))
    scope = ScopeSettings(fix_baseline=given["fix_baseline"])
    overview = plan_ahead(repository, dataclasses.replace(settings, choice=choice, scope=scope), named, warn)
    if given["output"] is not None:
        write_plan(given["output"], to_text(as_facts(overview, repository), given["output"]))
    tell(*as_lines(overview, given["output"]), err=given["output"] == STDOUT)
    for line in unchecked_lines(overview.unchecked):
        tell(line, err=True)
    return EXIT_UNTRUSTED if overview.unchecked else EXIT_CLEAN


def show_prompt(here: Path, given: Mapping[str, Any]) -> int:
    """Print a prompt as it would be sent, to the last agent named by option, else to the first of the chain."""
    if named_paths(given) or given["git_changed"] or given["git_staged"] or given["output"] is not None:
        raise click.UsageError("--show-prompt names the one file that it is for: no other choice of files, and no -o")
    # The fixers before the agent are tried, in a worktree that is set up; no test is run.
    repository, settings = resolve(here, {**given, "test_validation": "none"}, fixes=True)
    choice = choice_of(repository, given)
    scope = ScopeSettings(fix_baseline=given["fix_baseline"])
    settings = dataclasses.replace(settings, choice=choice, scope=scope)
    overview = plan_ahead(repository, settings, [given["show_prompt"]], warn)
    agent = given["agent"][-1] if given["agent"] else None
    prompt = preview_prompt(repository, overview, set_up_preview(repository, overview), agent)
    tell_text(prompt.text)
    return 0


def write_plan(path: Path, text: str) -> None:
    """Write a plan to a file, or to stdout. Raises UsageError if that cannot be done."""
    if path == STDOUT:
        tell_report(text)
        return
    try:
        make_room(path)
        write_atomically(path, text.encode())
    except OSError as error:
        raise UsageError(
            f"cannot write the plan {path}: {error.strerror}", "Name a file in a folder that can be written."
        ) from None


def as_facts(overview: PlanOverview, repository: Repository) -> dict[str, Any]:
    """Give the contents of a plan file."""
    settings, guess = overview.settings, overview.estimate
    entries = tree_entries(repository.top, overview.head.commit)
    recorded = {"runs": guess.runs, "seconds": round(guess.total, 1)} if guess else {}
    return {
        "schema_version": SCHEMA_VERSION,
        "stomper_version": __version__,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "base_commit": overview.head.commit,
        "checkers": list(settings.checkers),
        "fixers": list(settings.fixers),
        "unsafe_fixes": settings.unsafe_fixes,
        "fix_baseline": settings.scope.fix_baseline,
        "estimate": {
            "max_parallel_files": settings.workflow.max_parallel_files,
            "waves": len(overview.waves),
            **recorded,
        },
        "codes": {
            row.code: {
                "count": row.count,
                "files": row.files,
                "fixers": dict(row.fixers),
                "grades": {name: str(known.grade) for name, known in row.known if known.grade},
            }
            for row in overview.codes
        },
        "files": tuple(
            {
                "path": task.path,
                "blob": entries[task.path].blob,
                "wave": _wave(overview, task),
                "codes": codes_of(task.diagnostics),
            }
            for task in overview.plan.tasks
        ),
        "skipped": tuple(
            {"path": encodable(skipped.path), "reason": skipped.reason, "count": len(skipped.before)}
            for skipped in overview.plan.skipped
        ),
    }


def _wave(overview: PlanOverview, task: FixTask) -> int:
    return task.index // overview.settings.workflow.max_parallel_files + 1


def as_lines(overview: PlanOverview, output: Path | None) -> list[str]:
    tasks = overview.plan.tasks
    environment = [f"environment: {overview.environment}"] if overview.environment else []
    if not tasks:
        return ["nothing to fix", *_left_alone(overview), *baseline_lines(overview.baseline), *environment]
    branch = (overview.head.branch or "HEAD").removeprefix("refs/heads/")
    width = overview.settings.workflow.max_parallel_files
    total, in_files = plural(len(overview.diagnostics), "diagnostic"), plural(len(tasks), "file")
    lines = [f"{total} in {in_files}, on {branch} ({overview.head.commit[:12]})", ""]
    lines += code_table(overview.codes)
    lines += ["", f"wave  file    (at most {width} files at once, so {plural(len(overview.waves), 'wave')})"]
    for task in tasks[:SHOWN_FILES]:
        codes = ", ".join(f"{code} {count}" for code, count in codes_of(task.diagnostics).items())
        lines.append(f"{_wave(overview, task):4}  {printable(task.path)}: {codes}")
    lines += [f"      ... and {plural(len(tasks) - SHOWN_FILES, 'more file')}"] if len(tasks) > SHOWN_FILES else []
    lines += ["", *_left_alone(overview), *baseline_lines(overview.baseline), *environment, _time(overview)]
    if output in (None, STDOUT):
        return [*lines, "to do it: stomper fix; to choose first: stomper plan -o plan.toml"]
    return [*lines, f"written to {output}; edit it if you like, then: stomper fix --plan {output}"]


def _left_alone(overview: PlanOverview) -> list[str]:
    skipped = overview.plan.skipped
    lines = [f"left alone: {printable(s.path)}: {s.reason}" for s in skipped[:SHOWN_FILES]]
    return lines + ([f"... and {len(skipped) - SHOWN_FILES} more left alone"] if len(skipped) > SHOWN_FILES else [])


def _time(overview: PlanOverview) -> str:
    guess = overview.estimate
    if guess is None:
        return "time: unknown, since no run with these fixers is recorded"
    rest = f"{guess.a_file:.2f} s a file, {guess.overhead:.1f} s for the rest"
    return f"time: about {max(1.0, guess.total):.0f} s ({rest}; by {plural(guess.runs, 'recorded run')})"
