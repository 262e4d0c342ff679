"""Codes that silence nothing."""

import os  # noqa: F401
import re  # noqa: F401
import sys  # for its arguments

print(sys.argv)
TEXT = """# noqa: F401
"""
CALL = print(
    sys.path,  # because
    sep="# noqa: E501",  # why
    end="",  # type: ignore[arg-type]
)
