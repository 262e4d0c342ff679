err = None


class Table(dict):
    def __missing__(self, key):
        try:
            return self.parent[key]
        except KeyError:
            if err:
                raise LookupError(key)
            raise AttributeError(f"no {key}")
