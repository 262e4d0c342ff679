"""Merge TOML files, STOMPER_* variables and options into one frozen `Settings`.

On floor 3: every folder on a higher floor may import it.
"""

from stomper.config.environment import says_trust
from stomper.config.files import repository_files
from stomper.config.layers import Setting
from stomper.config.load import explain_settings, load_settings

__all__ = ["Setting", "explain_settings", "load_settings", "repository_files", "says_trust"]
