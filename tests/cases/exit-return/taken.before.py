Literal = 1


class Plain:
    def __exit__(self, *args: object) -> bool:
        return False
