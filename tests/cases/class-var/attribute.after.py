import typing as t


class A:
    ClassVar = None
    names: t.ClassVar = []
