from abc import ABC, abstractmethod


class Base(ABC):
    @abstractmethod
    def run(self) -> int: ...

    @property
    def name(self) -> str:
        return "a"

    @classmethod
    def make(cls) -> int:
        return 1

    async def wait(self) -> int:
        return 1


class Sub(Base):
    # a comment above: it does override
    def run(self) -> int:
        def inner() -> int:
            return 2

        return inner()

    @property
    def name(self) -> str:
        return "b"

    @classmethod
    # a comment between
    def make(cls) -> int:
        return 2

    async def wait(self) -> int:
        return 2

    def __str__(self) -> str:
        return "sub"
