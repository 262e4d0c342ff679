"""Start programs, contain them, end them. The only folder that imports `subprocess`.

On floor 2: every folder on a higher floor may import it.

On floor 2: every folder on a higher floor may import it.

On floor 2: every folder on a higher floor may import it.
"""

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
    outer_python,
    scrub_own_environment,
    search_path,
    secret_variables,
    surrounding_index,
    unmark_own_environment,
    user_variables,
    variable,
)
from stomper.process.find_sandbox import Proof, candidates, find_sandbox, keeps_all, prove
from stomper.process.room import Room
from stomper.process.sandbox import Sandbox
from stomper.process.unpacked import claim_unpacked, loader_is_gone, stand_in_for_loader, unpacked_folder

__all__ = [
    "UNMARKED",
    "Completed",
    "Proof",
    "Room",
    "Sandbox",
    "active_virtualenv",
    "candidates",
    "claim_unpacked",
    "clean_environment",
    "find_sandbox",
    "is_frozen",
    "is_under_ci",
    "is_under_pre_commit",
    "keeps_all",
    "loader_is_gone",
    "mark_own_environment",
    "outer_python",
    "prove",
    "request_stop",
    "run",
    "scrub_own_environment",
    "search_path",
    "secret_variables",
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
