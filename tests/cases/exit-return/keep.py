_names = dict(globals())


class Plain:
    def __exit__(self, *args: object) -> bool:
        return False
