"""Show the options of a command in groups, those that are used most first."""

from collections.abc import Iterator, Sequence

import click

MOST_USED = "Used most"
OTHER = "Other"
# By the names of parameters. What is in the first group is not shown again in its own.
GROUPS: dict[str, tuple[str, ...]] = {
    MOST_USED: (
        *("dry_run", "diff", "error_type", "git_diff", "git_staged", "interactive"),
        *("agent", "max_parallel_files", "branch", "no_commit"),
    ),
    "Selection": (
        *("files", "listed", "directories", "patterns", "git_changed", "git_staged", "git_diff", "include", "exclude"),
        *("error_type", "ignore", "severity", "strategy", "plan", "interactive", "fix_baseline", "no_baseline"),
        *("only", "show_prompt", "allow_empty", "profile"),
    ),
    "Repositories": (
        *("discovered", "lists", "archived", "forks", "only", "skip", "in_place", "fix_options", "set_up"),
        *("depth", "partial", "cache_gigabytes", "repository_minutes", "tracker", "state", "anew", "cluster"),
    ),
    "Pull requests": (*("push", "title", "body", "labels", "reviewers", "draft", "auto_merge", "reopen", "forges"),),
    "Checkers": ("checker", "skip_checker", "ruff", "mypy", "pytest", "drill_sergeant", "trust", "untrusted"),
    "Fixers": (
        *("fixer", "agent", "unsafe_fixes", "proof", "unproved", "format", "reason", "remove_stale"),
        *("rounds", "max_retries", "prompt_strategy", "cache"),
    ),
    "Limits": (
        *("max_files", "max_errors", "max_cost", "max_tokens", "max_minutes", "max_parallel_files"),
        *("continue_on_error", "cluster"),
    ),
    "Tests": ("test_validation", "run_tests", "test_command", "tests_required", "setup"),
    "Result": ("branch", "branch_exists", "no_commit", "stage", "dry_run", "exit_zero", "exit_non_zero_on_fix"),
    "Commits": (
        *("commit_per", "commit_message", "ticket", "trailer", "signoff", "sign", "hooks"),
        "blame_ignore_revs",
    ),
    "Output": (
        *("diff", "form", "output", "page", "pages", "reports", "quiet", "verbose", "progress", "log_file", "help"),
    ),
}


class GroupedCommand(click.Command):
    """A command whose help has its options in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each group that has options here."""
        for title, options in grouped(self.get_params(ctx)):
            records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def grouped(parameters: Sequence[click.Parameter]) -> Iterator[tuple[str, list[click.Parameter]]]:
    """Give the groups with their options in the order of the table, each option once; last what is in no group."""
    left = {_name(parameter): parameter for parameter in parameters if isinstance(parameter, click.Option)}
    for title, names in GROUPS.items():
        if found := [left.pop(name) for name in names if name in left]:
            yield title, list(found)
    if left:
        yield OTHER, list(left.values())


def _name(option: click.Option) -> str:
    # click names its own option for help differently in each version.
    return "help" if "--help" in option.opts else option.name or ""
