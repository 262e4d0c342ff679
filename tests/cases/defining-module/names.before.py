"""What is imported from a package that has it from one of its modules."""

from shop import NotFound  # the only one
from shop import Denied, NotFound as Missing
from shop import (
    Door,
    Window,
    given,
)
from shop import Window as Pane, __version__

try:
    from shop import Door as Gate
except ImportError:
    pass


def late() -> str:
    # when it is needed
    from shop import Denied as Refused, __version__, given

    return f"{given} {Refused} {__version__} {Door} {Window} {Pane} {Gate} {NotFound} {Denied} {Missing}"
