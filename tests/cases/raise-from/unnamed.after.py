err = None


class Table(dict):
    def __missing__(self, key):
        try:
            return self.parent[key]
        except KeyError as exc:
            if err:
                raise LookupError(key) from exc
            raise AttributeError(f"no {key}") from exc
