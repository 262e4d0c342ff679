"""List what a repository wants to execute, ask the user for it, and record the answer.

On floor 8: every folder on a higher floor may import it.
"""

from stomper.trust.decide import HOW, Person, lines, require_agreement
from stomper.trust.gits import hold_all, hold_unagreed, let_go
from stomper.trust.needs import Use, every_use, use_of
from stomper.trust.origins import Origins, executes, origins_of, origins_of_run
from stomper.trust.past_tree import PastTree
from stomper.trust.record import Record, RecordError, read_record
from stomper.trust.request import Ask
from stomper.trust.requests import list_asks
from stomper.trust.restrict import load_untrusted, outside, restrict, without_programs_inside
from stomper.trust.tree import Tree

__all__ = [
    "HOW",
    "Ask",
    "Origins",
    "PastTree",
    "Person",
    "Record",
    "RecordError",
    "Tree",
    "Use",
    "every_use",
    "executes",
    "hold_all",
    "hold_unagreed",
    "let_go",
    "lines",
    "list_asks",
    "load_untrusted",
    "origins_of",
    "origins_of_run",
    "outside",
    "read_record",
    "require_agreement",
    "restrict",
    "use_of",
    "without_programs_inside",
]
