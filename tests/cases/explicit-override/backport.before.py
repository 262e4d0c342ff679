from typing_extensions import Self, override


class Base:
    def same(self) -> Self:
        return self

    def other(self) -> Self:
        return self


class Sub(Base):
    @override
    def same(self) -> Self:
        return self

    def other(self) -> Self:
        return self
