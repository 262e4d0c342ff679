import contextlib
import os

with contextlib.suppress(OSError):
    os.remove("/nonexistent")

import contextlib  # late on purpose

print(contextlib)
