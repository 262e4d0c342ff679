"""Replaces the hook of pyinstaller-hooks-contrib, which also takes pydantic's version 1 and its mypy plugin."""

from PyInstaller.utils.hooks import collect_submodules

# Pydantic imports much of itself by name, on first use.
hiddenimports = collect_submodules(
    "pydantic", filter=lambda name: not name.startswith(("pydantic.v1", "pydantic.mypy", "pydantic._hypothesis"))
)
