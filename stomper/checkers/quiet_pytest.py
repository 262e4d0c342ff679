"""Has the project's pytest write nothing of its own accord, by a plugin (`quiet_plugin`)."""

from pathlib import Path

from stomper.checkers import injected_files

MODULE, SOURCE = "stomper_quiet_pytest", "quiet_plugin.py"


def quiet_words(place: Path) -> tuple[str, ...]:
    """Put the plugin below `place`; the options that load it, and that keep pytest's own report of tests there."""
    plugin = injected_files.install(place, SOURCE, MODULE)
    return ("-p", MODULE, f"--junitxml={plugin.with_name('report.xml')}")
