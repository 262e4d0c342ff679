"""The assertions of `unittest` as the conditions that they check."""

import ast
from collections.abc import Callable
from typing import TypeAlias

Made: TypeAlias = Callable[[list[ast.expr]], ast.expr]


def _comparison(sign: type[ast.cmpop]) -> Made:
    return lambda args: ast.Compare(args[0], [sign()], [args[1]])


def _to_none(sign: type[ast.cmpop]) -> Made:
    return lambda args: ast.Compare(args[0], [sign()], [ast.Constant(None)])


def _call(function: ast.expr, turned: bool = False) -> Made:
    return lambda args: ast.Call(function, list(reversed(args[:2])) if turned else args[:2], [])


def _without(made: Made) -> Made:
    return lambda args: ast.UnaryOp(ast.Not(), made(args))


SEARCH = ast.Attribute(ast.Name("re", ast.Load()), "search", ast.Load())
ISINSTANCE = ast.Name("isinstance", ast.Load())
EQUAL = _comparison(ast.Eq)
TRUE: Made = lambda args: args[0]  # noqa: E731

CONDITIONS: dict[str, tuple[int, Made]] = {
    **dict.fromkeys(("assertTrue", "assert_", "failUnless"), (1, TRUE)),
    **dict.fromkeys(("assertFalse", "failIf"), (1, _without(TRUE))),
    **dict.fromkeys(("assertEqual", "assertEquals", "failUnlessEqual"), (2, EQUAL)),
    **dict.fromkeys(("assertDictEqual", "assertListEqual", "assertTupleEqual", "assertSetEqual"), (2, EQUAL)),
    **dict.fromkeys(("assertSequenceEqual", "assertMultiLineEqual"), (2, EQUAL)),
    **dict.fromkeys(("assertNotEqual", "assertNotEquals", "failIfEqual"), (2, _comparison(ast.NotEq))),
    "assertIs": (2, _comparison(ast.Is)),
    "assertIsNot": (2, _comparison(ast.IsNot)),
    "assertIsNone": (1, _to_none(ast.Is)),
    "assertIsNotNone": (1, _to_none(ast.IsNot)),
    "assertIn": (2, _comparison(ast.In)),
    "assertNotIn": (2, _comparison(ast.NotIn)),
    "assertLess": (2, _comparison(ast.Lt)),
    "assertLessEqual": (2, _comparison(ast.LtE)),
    "assertGreater": (2, _comparison(ast.Gt)),
    "assertGreaterEqual": (2, _comparison(ast.GtE)),
    "assertIsInstance": (2, _call(ISINSTANCE)),
    "assertNotIsInstance": (2, _without(_call(ISINSTANCE))),
    **dict.fromkeys(("assertRegex", "assertRegexpMatches"), (2, _call(SEARCH, turned=True))),
    **dict.fromkeys(("assertNotRegex", "assertNotRegexpMatches"), (2, _without(_call(SEARCH, turned=True)))),
}


def condition_of(call: ast.Call, name: str) -> ast.expr | None:
    """The condition that a call of an assertion method checks; None if it is none that is known."""
    if name not in CONDITIONS:
        return None
    number, make = CONDITIONS[name]
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg not in (None, "msg"))]
    return make(given) if len(given) >= number and not any(isinstance(arg, ast.Starred) for arg in given) else None
