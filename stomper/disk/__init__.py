"""Read and write files safely: whole or not at all, private to the user, never through a link, behind locks.

On floor 1: every folder on a higher floor may import it.
"""
