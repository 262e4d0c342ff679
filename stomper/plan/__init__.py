"""Choose the files, sort known diagnostics from new ones, and make one task for each file.

On floor 4: every folder on a higher floor may import it.
"""
