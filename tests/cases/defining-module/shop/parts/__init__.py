from .door import Door
from .glass import Pane as Window
