"""Start programs, contain them, end them. The only folder that imports `subprocess`.

On floor 2: every folder on a higher floor may import it.

What is named here is loaded when it is first used: `stomper --version` starts no program.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomper.process.command import (
        Completed,
        request_stop,
        run,
        split_arguments,
        stop_due,
        stop_requested,
        withdraw_stop,
    )
    from stomper.process.companion import Companion
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
    from stomper.process.room import Room
    from stomper.process.sandbox.model import Sandbox
    from stomper.process.sandbox_search import Proof, candidates, find_sandbox, keeps_all, prove
    from stomper.process.unpacked import claim_unpacked, loader_is_gone, stand_in_for_loader, unpacked_folder

_NAMES = {
    "stomper.process.companion": ("Companion",),
    "stomper.process.command": (
        "Completed",
        "request_stop",
        "run",
        "split_arguments",
        "stop_due",
        "stop_requested",
        "withdraw_stop",
    ),
    "stomper.process.environment": (
        "UNMARKED",
        "active_virtualenv",
        "clean_environment",
        "is_frozen",
        "is_under_ci",
        "is_under_pre_commit",
        "mark_own_environment",
        "outer_python",
        "scrub_own_environment",
        "search_path",
        "secret_variables",
        "surrounding_index",
        "unmark_own_environment",
        "user_variables",
        "variable",
    ),
    "stomper.process.room": ("Room",),
    "stomper.process.sandbox.model": ("Sandbox",),
    "stomper.process.sandbox_search": (
        "Proof",
        "candidates",
        "find_sandbox",
        "keeps_all",
        "prove",
    ),
    "stomper.process.unpacked": (
        "claim_unpacked",
        "loader_is_gone",
        "stand_in_for_loader",
        "unpacked_folder",
    ),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load the module that a name comes from, and keep what it stands for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


__all__ = [
    "UNMARKED",
    "Companion",
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
