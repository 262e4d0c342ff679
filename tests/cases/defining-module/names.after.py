"""What is imported from a package that has it from one of its modules."""

from shop.errors import NotFound  # the only one
from shop.errors import Refused as Denied, NotFound as Missing
from shop import given
from shop.parts.door import Door
from shop.parts.glass import Pane as Window
from shop.parts.glass import Pane
from shop.version import __version__

try:
    from shop.parts.door import Door as Gate
except ImportError:
    pass


def late() -> str:
    # when it is needed
    from shop import given
    from shop.errors import Refused
    from shop.version import __version__

    return f"{given} {Refused} {__version__} {Door} {Window} {Pane} {Gate} {NotFound} {Denied} {Missing}"
