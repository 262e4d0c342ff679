"""Methods whose types the language fixes (https://docs.python.org/3/reference/datamodel.html)."""

from stomper.fixers.annotate.slots import Function
from stomper.fixers.annotate.types import NONE_TYPE, UNION, Type

STR, INT, BOOL = Type("str"), Type("int"), Type("bool")
RETURNS = {
    "__init__": NONE_TYPE, "__post_init__": NONE_TYPE, "__del__": NONE_TYPE, "__setattr__": NONE_TYPE,
    "__delattr__": NONE_TYPE, "__setitem__": NONE_TYPE, "__delitem__": NONE_TYPE, "__set__": NONE_TYPE,
    "__init_subclass__": NONE_TYPE, "__set_name__": NONE_TYPE,
    "__str__": STR, "__repr__": STR, "__format__": STR, "__bytes__": Type("bytes"), "__len__": INT, "__hash__": INT,
    "__index__": INT, "__int__": INT, "__float__": Type("float"), "__complex__": Type("complex"),
    "__sizeof__": INT, "__length_hint__": INT, "__bool__": BOOL, "__contains__": BOOL, "__eq__": BOOL, "__ne__": BOOL,
    "__lt__": BOOL, "__le__": BOOL, "__gt__": BOOL, "__ge__": BOOL, "__instancecheck__": BOOL,
    "__subclasscheck__": BOOL, "__dir__": Type("list", (STR,)),
}  # fmt: skip
OBJECT = Type("object")
EXIT = (
    Type(UNION, (Type("type", (Type("BaseException"),)), NONE_TYPE)),
    Type(UNION, (Type("BaseException"), NONE_TYPE)),
    Type(UNION, (Type("types.TracebackType"), NONE_TYPE)),
)
PARAMETERS = {
    # The one place where `object` is the type that is meant: anything can be compared.
    "__eq__": (OBJECT,),
    "__ne__": (OBJECT,),
    "__exit__": EXIT,
    "__aexit__": EXIT,
    "__format__": (STR,),
    "__getattr__": (STR,),
    "__getattribute__": (STR,),
    "__setattr__": (STR,),
    "__delattr__": (STR,),
}


def parameter_type(function: Function, name: str) -> Type | None:
    types = PARAMETERS.get(function.name, ()) if function.in_class else ()
    if name not in function.positional:
        return None
    place = function.positional.index(name)
    return types[place] if place < len(types) else None


def return_type(function: Function) -> Type | None:
    return RETURNS.get(function.name) if function.in_class and not function.unclear else None
