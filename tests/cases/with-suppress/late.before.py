import os

try:
    os.remove("/nonexistent")
except OSError:
    pass

import contextlib  # late on purpose

print(contextlib)
