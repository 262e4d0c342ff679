# A very long comment in the first line, above the one that Python looks for: it has to stay in the second one.
# -*- coding: latin-1 -*-
print("é")
