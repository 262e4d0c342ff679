"""What is no module's of the package, or not always; what has comments; what is looked up."""

import shop
from shop import join, os, quick, strange, twice
from shop import (
    # why
    Door,
    given,
)
from shop import (
    Door as One,  # of wood
    NotFound as Two,
)

print(shop.NotFound, join, os, quick, strange, twice, Door, given, One, Two)
