"""What parameters are, by calls, uses, and what they override."""

from html.parser import HTMLParser


class Reader(HTMLParser):
    def handle_starttag(self, tag, attrs):
        print(tag, attrs)


class Node:
    def __init__(self, label, parent=None):
        self.label = label
        self.parent = parent
        self.weight = 1

    def grow(self, by):
        self.weight += by


def depth(node):
    count = node.weight
    if node.parent:
        node.grow(2)
    return count


def heavy(one):
    one.grow(3)
    return one.weight


def first(text):
    return text.splitlines()[0]


def outer(line):
    return first(line)


def spread(*numbers, **flags):
    return len(numbers) + len(flags)


spread(1, 2, loud=True)
tree = Node("root")
Node("leaf", tree)
depth(tree)
