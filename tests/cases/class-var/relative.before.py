from . import x as ClassVar


class A:
    names = []
