"""Refuse dishonest fixes: removed code, weaker assertions, skipped tests, types given up.

On floor 4: every folder on a higher floor may import it.

Both sides of a change are read into tokens and a syntax tree (`stomper.python`), so that a word in a string or a name
that contains it does not count; what a name stands for is followed, and what runs is told from what does not. Where
there is no tree of the file before or after, nothing was judged, and the change is refused for that. A file that is
not Python is looked at for its size and for the words that silence other tools.
"""

from stomper.guards.counts import assertions, skips, suppressions, tests
from stomper.guards.judge import judge_beside, judge_change, judge_kind, judge_secrets, refuse_other_files
from stomper.guards.refusal import Refusal

__all__ = [
    "Refusal",
    "assertions",
    "judge_beside",
    "judge_change",
    "judge_kind",
    "judge_secrets",
    "refuse_other_files",
    "skips",
    "suppressions",
    "tests",
]
