"""Configuration: TOML, STOMPER_* variables and options, merged by strength into frozen Settings."""

from stomper.config.layers import Setting
from stomper.config.load import explain_settings, load_settings

__all__ = ["Setting", "explain_settings", "load_settings"]
