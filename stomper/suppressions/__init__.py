"""Read the comments that accept a diagnostic, in Python and in other languages.

On floor 0: every folder on a higher floor may import it.
"""
