"""What parameters are, by calls, uses, and what they override."""

from html.parser import HTMLParser


class Reader(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        print(tag, attrs)


class Node:
    def __init__(self, label: str, parent: "Node | None" = None) -> None:
        self.label = label
        self.parent = parent
        self.weight = 1

    def grow(self, by: int) -> None:
        self.weight += by


def depth(node: Node) -> int:
    count = node.weight
    if node.parent:
        node.grow(2)
    return count


def heavy(one: Node) -> int:
    one.grow(3)
    return one.weight


def first(text: str) -> str:
    return text.splitlines()[0]


def outer(line: str) -> str:
    return first(line)


def spread(*numbers: int, **flags: bool) -> int:
    return len(numbers) + len(flags)


spread(1, 2, loud=True)
tree = Node("root")
Node("leaf", tree)
depth(tree)
