import ctypes
import enum


def register(cls):
    return cls


class Pair(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int)]


class Row(BaseModel):  # noqa: F821
    names = []


@register
class Decorated:
    names = []


class OfInstances:
    names = []
    one = two = []

    def __init__(self):
        self.names = ["mine"]


class Registered(metaclass=type):
    names = []


class Colours(enum.Enum):
    ALL = ["red"]
