from typing import ClassVar as _ClassVar
from . import x as ClassVar


class A:
    names: _ClassVar = []
