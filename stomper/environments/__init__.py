"""Make the environment that a fresh clone lacks: found from the project's files, made once, outside of it.

On floor 6: every folder on a higher floor may import it.
"""
