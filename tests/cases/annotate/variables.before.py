"""Empty containers and attributes that begin as None."""


class Store:
    def __init__(self):
        self.names = []
        self.ages = {}
        self.last = None

    def add(self, name, age):
        self.names.append(name)
        self.ages[name] = age
        self.last = name

    def latest(self):
        return self.last


def fill():
    Store().add("a", 3)
