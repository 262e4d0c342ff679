"""Merge TOML files, STOMPER_* variables and options into one frozen `Settings`.

On floor 3: every folder on a higher floor may import it.

What is named here is loaded when it is first used: a worker has its settings, and reads none.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomper.config.environment import says_trust, unknown_variables
    from stomper.config.files import repository_files
    from stomper.config.layers import Setting
    from stomper.config.load import explain_settings, load_settings

_HOMES = {
    "Setting": "stomper.config.layers",
    "explain_settings": "stomper.config.load",
    "load_settings": "stomper.config.load",
    "repository_files": "stomper.config.files",
    "says_trust": "stomper.config.environment",
    "unknown_variables": "stomper.config.environment",
}


def __getattr__(name: str) -> object:
    """Load the module that a name comes from, and keep what it stands for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


__all__ = ["Setting", "explain_settings", "load_settings", "repository_files", "says_trust", "unknown_variables"]
