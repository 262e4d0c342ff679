"""LibCST's operators as `ast`'s: most have one name."""

import ast
from typing import Any

import libcst as cst

NAMES = {
    "Add": "Add", "Subtract": "Sub", "Multiply": "Mult", "MatrixMultiply": "MatMult", "Divide": "Div",
    "FloorDivide": "FloorDiv", "Modulo": "Mod", "Power": "Pow", "LeftShift": "LShift", "RightShift": "RShift",
    "BitAnd": "BitAnd", "BitOr": "BitOr", "BitXor": "BitXor", "And": "And", "Or": "Or", "Not": "Not",
    "Minus": "USub", "Plus": "UAdd", "BitInvert": "Invert", "Equal": "Eq", "NotEqual": "NotEq",
    "LessThan": "Lt", "LessThanEqual": "LtE", "GreaterThan": "Gt", "GreaterThanEqual": "GtE",
    "Is": "Is", "IsNot": "IsNot", "In": "In", "NotIn": "NotIn",
}  # fmt: skip


def find(operator: cst.CSTNode) -> Any:
    """The operator; that of an assignment is the one that it does (`AddAssign`)."""
    return getattr(ast, NAMES[type(operator).__name__.removesuffix("Assign")])()
