"""Marks of files: what the system knows of one without reading it.

The change time in a mark cannot be set back by a program, so an unchanged mark is an unchanged file.
"""

import os
from typing import TypeAlias

Mark: TypeAlias = tuple[int, int, int, int, int]


def mark_of(info: os.stat_result) -> Mark:
    return info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_mode
