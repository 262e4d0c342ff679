"""Show the progress of a run to a person, or to a program. On stderr; results go to stdout and are not made here.

On floor 3: every folder on a higher floor may import it.
"""

import sys

from stomper.progress.bar import Bar
from stomper.progress.base import Progress, Silent, say
from stomper.progress.both import logged, with_events
from stomper.progress.events import Events
from stomper.progress.lines import Lines

__all__ = ["Bar", "Events", "Lines", "Progress", "Silent", "logged", "make_progress", "say", "with_events"]


def make_progress(quiet: bool, verbose: bool) -> Progress:
    """A bar on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        return Silent()
    return Bar(verbose) if sys.stderr.isatty() else Lines(verbose)
