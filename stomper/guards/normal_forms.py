"""Normal forms of expressions: equal for what linters and people rewrite into each other, different for the rest."""

import ast
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

DISPLAYS = (ast.Tuple, ast.List)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[hlL]?[a-zA-Z]|\{[^{}]*\}")
# Names that come and go where code is modernized: `open(p).read()` is `Path(p).read_text()`.
GLUE = frozenset(
    (
        *("dict", "list", "set", "tuple", "frozenset", "sorted", "str", "repr", "ascii", "bytes", "format", "bool"),
        *(
            "keys",
            "getattr",
            "open",
            "read",
            "readtext",
            "readbytes",
            "Path",
            "pathlib",
            "os",
            "path",
            "joinpath",
            "join",
        ),
        *("exists", "operator", "next", "iter", "encode", "decode", "typing", "collections", "abc"),
        *("unittest", "mock", "six", "union", "Tuple", "BitOr", "stat", "resolve", "object", "copy", "value"),
    )
)
# How one thing was called and is called, without underscores.
RENAMED = (
    *("IOError OSError", "EnvironmentError OSError", "WindowsError OSError", "stsize getsize", "issymlink islink"),
    *("isabsolute isabs", "name basename", "parent dirname", "cwd getcwd", "absolute abspath", "xrange range"),
    *("unicode str", "basestring str", "long int", "iteritems items", "itervalues values", "iterkeys keys"),
    *("utcnow now", "UTC utc", "List list", "Dict dict", "Set set", "Type type", "NoneType None"),
)
SYNONYMS: dict[str, str] = dict(pair.split() for pair in RENAMED)
# Arguments that linters ask for, and that change no result which was right.
KEYWORDS = frozenset(
    ("check", "strict", "encoding", "timeout", "tz", "tzinfo", "stacklevel", "usedforsecurity", "shell")
)


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of an expression in order: names and operators, numbers, and its text in one piece."""

    names: tuple[str, ...]
    glue: tuple[str, ...]
    numbers: tuple[str, ...]
    text: str

    def like(self, other: "Words") -> bool:
        """Return whether one may be the other, rewritten. Names may be in another order only if glue has changed."""
        if self.numbers != other.numbers or not _same_text(self.text, other.text):
            return False
        return self.names == other.names or (self.glue != other.glue and Counter(self.names) == Counter(other.names))


def _same_text(one: str, other: str) -> bool:
    """Compare without blanks; if there are characters beyond ASCII, only letters and digits count."""
    if one == other:
        return True
    if one.isascii() and other.isascii():
        return False
    plain = [re.sub(r"\W", "", unicodedata.normalize("NFKC", text)) for text in (one, other)]
    return plain[0] == plain[1] != ""


def form(node: ast.AST) -> str:
    """The normal form of an expression: one string, the same for different ways to write the same thing."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, ast.JoinedStr) and all(isinstance(value, ast.Constant) for value in node.values):
        return repr("".join(str(value.value) for value in node.values if isinstance(value, ast.Constant)))
    if isinstance(node, ast.Call) and (made := _literal(node)) is not None:
        return form(made)
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.ListComp):
        node = ast.Call(node.func, [ast.GeneratorExp(node.args[0].elt, node.args[0].generators)], node.keywords)
    if isinstance(node, ast.expr_context):
        return ""
    if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
        return ""
    parts = [_part(value) for name, value in ast.iter_fields(node) if name not in ("ctx", "type_comment", "kind")]
    return f"{type(node).__name__}({', '.join(parts)})"


def _part(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(filter(None, map(_part, value)))}]"
    return (
        form(value)
        if isinstance(value, ast.AST)
        else SYNONYMS.get(value, value)
        if isinstance(value, str)
        else repr(value)
    )


def _literal(call: ast.Call) -> ast.expr | None:
    """The display that a call makes: `dict()`, `list()`, `tuple()`, `set([1])`, `getattr(x, "name")`."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "join":
        return joined(call)
    if not isinstance(call.func, ast.Name) or call.keywords:
        return None
    match call.func.id, call.args:
        case "dict", []:
            return ast.Dict([], [])
        case "list", []:
            return ast.List([], ast.Load())
        case "tuple", []:
            return ast.Tuple([], ast.Load())
        case "str", []:
            return ast.Constant("")
        case "set", [ast.List() | ast.Tuple() as given] if given.elts:
            return ast.Set(given.elts)
        case "getattr", [value, ast.Constant(value=str() as name)] if name.isidentifier():
            return ast.Attribute(value, name, ast.Load())
        case _:
            return None


def joined(call: ast.Call) -> ast.expr | None:
    """The text that a join of texts makes, all of which are written down."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str() as sign)), args=[ast.List() | ast.Tuple() as given]
        ):
            texts = [
                part.value for part in given.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            return ast.Constant(sign.join(texts)) if len(texts) == len(given.elts) else None
        case _:
            return None


def words(node: ast.AST) -> Words:
    """The words of an expression."""
    names: list[str] = []
    glue: list[str] = []
    numbers: list[str] = []
    text: list[str] = []
    for kind, word in _words(node):
        if kind == "name":
            plain = SYNONYMS.get(word.replace("_", ""), word.replace("_", "") or word)
            (glue if plain in GLUE else names).append(plain)
        else:
            (numbers if kind == "number" else text).append(word)
    return Words(tuple(names), tuple(sorted(glue)), tuple(numbers), _plain("".join(text)))


def _plain(text: str) -> str:
    """A text without what formats it, blanks and the backslashes of a pattern."""
    return re.sub(r"[\s{}\\]", "", PLACEHOLDER.sub("", text.replace("%%", "\0")).replace("\0", "%"))


def _words(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Names, operators, numbers and strings in the order of the code."""
    match node:
        case ast.Constant(value=str() | bytes() as value):
            yield "text", value if isinstance(value, str) else value.decode("latin-1")
        case ast.Constant(value=bool() | None as value):
            yield "name", repr(value)
        case ast.Constant():
            yield "number", repr(node.value)
        case ast.Name():
            yield "name", node.id
        case ast.Attribute():
            yield from _words(node.value)
            yield "name", node.attr
        case ast.keyword():
            if node.arg not in KEYWORDS:
                yield "name", node.arg or "**"
                yield from _words(node.value)
        case ast.FormattedValue():
            yield from _words(node.value)
        case ast.operator() | ast.unaryop() | ast.boolop() | ast.cmpop() | ast.IfExp() | ast.Lambda() | ast.Slice():
            yield "name", type(node).__name__
            for child in ast.iter_child_nodes(node):
                yield from _words(child)
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
            yield from _words(node.left)
            yield from _words(node.right)
        case ast.BinOp(op=ast.Add()) if isinstance(node.left, DISPLAYS) or isinstance(node.right, DISPLAYS):
            yield from _words(node.left)
            yield from _words(node.right)
        case ast.Call() if (made := _literal(node)) is not None:
            yield from _words(made)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _words(child)
