class A:
    names = []


from typing import ClassVar  # late


class B:
    x: ClassVar[int] = 1
