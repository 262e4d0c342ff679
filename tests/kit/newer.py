"""Python of newer versions than the oldest that Stomper runs on, one piece of syntax each."""

NEWER = {
    "type parameters": "def first[T: int](xs: list[T]) -> T:\n    return xs[0]\n",
    "generic class": "class Box[T, *Ts, **P]:\n    pass\n",
    "type alias": "type Pair[T] = tuple[T, T]\n",
    "defaults of parameters": "class Bag[T = int, *Ts = *tuple[int], **P = [int]]:\n    pass\n",
    "quotes within quotes": 'd = {"a": 1}\nsaid = f"{d["a"]} {d["# noqa"]!r:>{d["w"]}}"\n',
    "backslash in a field": 'said = f"{"\\n".join([])}"\n',
    "comment in a field": 'said = f"""{\n    1  # one "\n}"""\n',
    "lines in a field": 'said = f"{\n    1\n}"\n',
    "strings in strings in strings": "said = f'{f'{f'{1}'}'}'\n",
    "exceptions without brackets": "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
    "template": 'said = t"hello {d["name"]}"\n',
    "unpacking in a comprehension": "flat = [*xs for xs in ()]\n",
    "lazy import": "lazy import json\n",
}
UNREADABLE = {
    "older syntax": (b"print 'x'\n", "it is no Python"),
    "unclosed": (b"x = (1\n", "is not closed"),
    "an open string": (b"x = 'a\n", "a string does not end"),
    "no indentation": (b"def f():\nx\n", "it is no Python"),
    "magic of a notebook": (b"%matplotlib inline\n", "it is no Python"),
    "NUL": (b"x = 1\n\0", "it has a NUL byte (line 2)"),
    "other bytes than it says": (b"x = '\xe9'\n", "it is no text"),
    "an encoding that nobody knows": (b"# coding: martian\nx = 1\n", "it is no text"),
    "UTF-16": ("x = 1\n".encode("utf-16"), "it is UTF-16"),
    "UTF-32": ("x = 1\n".encode("utf-32"), "it is UTF-32"),
    "brackets": (b"x = " + b"(" * 300 + b")" * 300 + b"\n", "it is nested too deeply"),
    "a chain": (b"x = " + b"+".join([b"1"] * 20_000) + b"\n", "it is nested too deeply"),
    "a chain in newer syntax": (b"type X = int\nx = " + b"+".join([b"1"] * 20_000) + b"\n", "it is nested too deeply"),
    "branches in newer syntax": (
        b"type X = int\nif x:\n    pass\n" + b"elif y:\n    pass\n" * 20_000,
        "it is nested too deeply",
    ),
    "a name for exceptions without brackets": (b"try:\n    pass\nexcept A, B as e:\n    pass\n", "it is no Python"),
}
