"""The smallest edits of each part of a file's change, and the groups of them that can be dropped. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from stomper.grades import Edit, Part
from stomper.python import is_notebook, is_python
from stomper.text.line_edits import apply_edits
from stomper.units.import_names import Names, names_of
from stomper.units.separate import separated


@dataclass(frozen=True, slots=True)
class Pieces:
    """The edits of one part with their names, and groups of them by number: each can be without those after it."""

    edits: tuple[Edit, ...]
    names: tuple[Names, ...]
    groups: list[list[int]]


def pieces_of(path: str, base: bytes, parts: Sequence[Part]) -> list[Pieces]:
    """Divide the parts of a file's change, as far as that goes. Of a file that is not Python each edit is a group.

    Of a notebook a part is one group: some lines of a JSON text without others may be none.
    """
    if is_notebook(path):
        return [
            Pieces(part.edits, tuple(Names() for _ in part.edits), [list(range(len(part.edits)))]) for part in parts
        ]
    found, content = [], base
    for part in parts:
        found.append(_pieces(is_python(path), content, part))
        content = apply_edits(apply_edits(content, part.edits), part.layout)
    return found


def _pieces(python: bool, before: bytes, part: Part) -> Pieces:
    if not python or not part.edits:
        names = tuple(Names() for _ in part.edits)
        return Pieces(part.edits, names, [[number] for number in range(len(part.edits))])
    if not part.divisible:
        return Pieces(part.edits, tuple(names_of(before, part.edits)), [])
    edits, groups = separated(before, part.edits)
    names = tuple(names_of(before, edits))
    return Pieces(tuple(edits), names, _in_order([sorted(group) for group in groups], names))


def _in_order(groups: Sequence[list[int]], names: Sequence[Names]) -> list[list[int]]:
    """Put first what brings imports, and last what takes them away: so that each needs earlier ones only.

    What does both is one group with all that needs it, and that it needs.
    """
    whole = [Names().with_(_all(group, names)) for group in groups]
    both = {number for number, each in enumerate(whole) if each.brought and each.taken}
    tied = {
        number
        for number, each in enumerate(whole)
        if number in both or any(each.needs(whole[one]) or whole[one].needs(each) for one in both)
    }
    rest = [number for number in range(len(groups)) if number not in tied]
    rest.sort(key=lambda number: (bool(whole[number].taken), not whole[number].brought))
    first = [sorted(edit for number in tied for edit in groups[number])] if tied else []
    return [*first, *(groups[number] for number in rest)]


def _all(group: Sequence[int], names: Sequence[Names]) -> Names:
    found = Names()
    for number in group:
        found = found.with_(names[number])
    return found
