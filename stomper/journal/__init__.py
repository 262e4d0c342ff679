"""Keep a run on disk: its folder, its lock, and the cleanup of what dead runs left.

On floor 5: every folder on a higher floor may import it.
"""
