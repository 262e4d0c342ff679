"""Starting programs. The only place where `subprocess` is imported."""

from stomper.process.command import (
    Completed,
    request_stop,
    run,
    split_arguments,
    stop_due,
    stop_requested,
    withdraw_stop,
)
from stomper.process.environment import (
    UNMARKED,
    active_virtualenv,
    clean_environment,
    is_frozen,
    is_under_ci,
    is_under_pre_commit,
    mark_own_environment,
    scrub_own_environment,
    search_path,
    surrounding_index,
    unmark_own_environment,
    user_variables,
    variable,
)
from stomper.process.sandbox import Sandbox, find_sandbox
from stomper.process.unpacked import claim_unpacked, loader_is_gone, stand_in_for_loader, unpacked_folder

__all__ = [
    "UNMARKED",
    "Completed",
    "Sandbox",
    "active_virtualenv",
    "claim_unpacked",
    "clean_environment",
    "find_sandbox",
    "is_frozen",
    "is_under_ci",
    "is_under_pre_commit",
    "loader_is_gone",
    "mark_own_environment",
    "request_stop",
    "run",
    "scrub_own_environment",
    "search_path",
    "split_arguments",
    "stand_in_for_loader",
    "stop_due",
    "stop_requested",
    "surrounding_index",
    "unmark_own_environment",
    "unpacked_folder",
    "user_variables",
    "variable",
    "withdraw_stop",
]
