"""The guards see each node of a tree that says something, in the order of the library's own walk."""

import ast
from pathlib import Path

import pytest

from stomper.guards.nodes import CONTEXTS, children, nodes_of

FILES = sorted(Path(ast.__file__).parent.glob("[a-d]*.py"))


@pytest.mark.parametrize("file", [*FILES[::4], Path(__file__)], ids=lambda file: file.name)
def test_no_node_is_left_out_but_what_a_name_is_there_for(file: Path) -> None:
    tree = ast.parse(file.read_bytes())
    every = [node for node in ast.walk(tree) if type(node) not in CONTEXTS]
    assert [*map(id, nodes_of(tree))] == [*map(id, every)], "not the same nodes in the same order"
    for node in every:
        here = [child for child in ast.iter_child_nodes(node) if type(child) not in CONTEXTS]
        assert [*map(id, children(node))] == [*map(id, here)], ast.dump(node)[:200]
