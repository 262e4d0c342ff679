"""Codes that silence nothing."""

import os  # noqa: F401, E501
import re  # noqa: F401, F401
import sys  # noqa: E501  # for its arguments

print(sys.argv)  # noqa
TEXT = """# noqa: F401
"""  # noqa: E501, D100
CALL = print(
    sys.path,  # noqa:E501,F841 because
    sep="# noqa: E501",  # why  # noqa: F841
    end="",  # type: ignore[arg-type]  # noqa: F841
)
