"""The classes whose operators are known, by the names that mypy gives them."""

NONE = frozenset({"None"})
BOOL = frozenset({"bool"})
INTEGER = frozenset({"bool", "int"})
TEXT = frozenset({"str"})
BYTES = frozenset({"bytes"})
FLOAT = frozenset({"float", "complex"})
"""At mypy's word also numbers of numpy, whose operators give `numpy.bool` and not `bool`."""
VALUES = NONE | INTEGER | TEXT | BYTES
"""Values that can be hashed, whose `==` gives a `bool` and is the same the other way round."""
LISTS, TUPLES = frozenset({"list"}), frozenset({"tuple"})
SETS = frozenset({"set", "frozenset"})
UNHASHABLE = frozenset({"list", "dict", "set", "bytearray"})
DICTS = frozenset(
    {"dict", "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "types.MappingProxyType"}
)
CONTAINERS = LISTS | TUPLES | SETS | DICTS | frozenset({"bytearray", "range"})
VIEWS = frozenset(f"_collections_abc.dict_{kind}" for kind in ("keys", "values", "items"))
KNOWN = VALUES | CONTAINERS
ITERABLES = CONTAINERS | VIEWS | TEXT | BYTES | frozenset({"enumerate", "zip", "map", "filter", "reversed"})
FINAL = NONE | BOOL | VIEWS | frozenset({"range", "slice", "memoryview", "ellipsis"})
"""Nothing can be derived from these: a value of theirs is of just this class."""
FAMILIES = (INTEGER, INTEGER | FLOAT, TEXT, BYTES)
"""Values that have one order among them."""
_STANDARD = """datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone decimal.Decimal
    fractions.Fraction pathlib.Path pathlib.PurePath re.Pattern uuid.UUID collections.deque"""
STANDARD = frozenset(_STANDARD.split())
"""Classes of the standard library that are equal to nothing of another kind."""
