"""Show how easy the source is to read: sizes, docstrings that open with a riddle, and the edges between folders.

.venv/bin/python scripts/reading.py [--docstrings]

`--docstrings` lists each docstring that opens with one of the words in RIDDLES, with its place.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house.test_imports import FLOOR, MODULES, PACKAGE, Module

RIDDLES = re.compile(r"(what|which|where|whether|who|whoever|whatever|how)\b", re.IGNORECASE)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Docstring:
    """One docstring: its first line, and its place as `module:line`."""

    place: str
    opening: str

    @property
    def is_riddle(self) -> bool:
        return bool(RIDDLES.match(self.opening))


@dataclass(frozen=True, slots=True)
class Room:
    """One folder, or one module at the top level: the sizes of its files and functions, in lines."""

    name: str
    files: list[int]
    functions: list[int]
    docstrings: list[Docstring]

    def row(self) -> str:
        riddles = sum(one.is_riddle for one in self.docstrings)
        share = 100 * riddles / max(len(self.docstrings), 1)
        longest = max(self.functions, default=0)
        numbers = (len(self.files), sum(self.files), max(self.files), longest, len(self.docstrings), riddles)
        return f"{self.name:20}" + "".join(f"{number:10,}" for number in numbers) + f"{share:8.1f} %"


HEAD = ("files", "lines", "longest", "function", "docstr.", "riddles", "share")


def docstrings(module: Module) -> Iterator[Docstring]:
    """The docstrings of a module, its classes and its functions."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and (text := ast.get_docstring(node)):
            yield Docstring(f"{module.name}:{node.body[0].lineno}", text.partition("\n")[0])


def functions(module: Module) -> Iterator[int]:
    """The lengths of a module's functions, in lines."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def source_lines(module: Module) -> int:
    """The number of lines of a module's file."""
    place = PACKAGE.joinpath(*module.name.split(".")) if module.name != "stomper" else PACKAGE
    file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
    return len(file.read_text("utf-8").splitlines())


def make_room(name: str, modules: list[Module]) -> Room:
    """Measure the modules of one folder."""
    return Room(
        name,
        [source_lines(module) for module in modules],
        [length for module in modules for length in functions(module)],
        [one for module in modules for one in docstrings(module)],
    )


def edges() -> set[tuple[str, str]]:
    """The pairs of parts of which the first imports the second."""
    return {(module.part, other) for module in MODULES for other in module.parts()}


def print_table(rooms: list[Room]) -> None:
    """Print a line for each room."""
    print(f"{'':20}" + "".join(f"{word:>10}" for word in HEAD))
    for room in rooms:
        print(room.row())


def main() -> None:
    """Print the tables."""
    parts = sorted({module.part for module in MODULES}, key=lambda part: (-FLOOR[part], part))
    rooms = [make_room(part, [module for module in MODULES if module.part == part]) for part in parts]
    if "--docstrings" in sys.argv[1:]:
        for one in (one for room in rooms for one in room.docstrings if one.is_riddle):
            print(f"{one.place}: {one.opening}")
        return
    print_table([*rooms, make_room("all", MODULES)])
    top = [part for part in parts if not (PACKAGE / part).is_dir()]
    found = edges()
    upward = sorted((one, other) for one, other in found if FLOOR[one] < FLOOR[other])
    print(f"\nmodules at the top level: {len(top)} ({', '.join(sorted(top))})")
    print(f"folders: {len(parts) - len(top)}; edges between parts: {len(found)}; upward: {upward or 'none'}")


if __name__ == "__main__":
    main()
