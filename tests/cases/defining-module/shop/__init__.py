"""A package that has names from its modules, and exports none."""

import os

from .errors import NotFound, Refused as Denied
from shop.parts import Door, Window
from shop.version import __version__
from .errors import given as given

try:
    from .fast import quick
except ImportError:
    from .slow import quick

from .slow import twice
twice = print

from os.path import join

from other.errors import strange
