from typing_extensions import Literal

MODE: Literal["a", "b"] = "a"


class Plain:
    def __exit__(self, *args: object) -> bool:
        return False
