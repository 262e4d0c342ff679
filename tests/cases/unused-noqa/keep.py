# ruff: noqa: F841
"""A directive for the whole file."""

import os  # noqa: F401
