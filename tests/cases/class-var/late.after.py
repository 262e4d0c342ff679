from typing import ClassVar


class A:
    names: ClassVar = []


from typing import ClassVar  # late


class B:
    x: ClassVar[int] = 1
