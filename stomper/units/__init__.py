"""Divide a file's change into units, each of which can be dropped by itself, and find the guilty one. Pure.

On floor 2: every folder on a higher floor may import it.
"""
