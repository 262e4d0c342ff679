"""Make, fill, compare, roll back and remove the worktrees and clones of a run.

On floor 4: every folder on a higher floor may import it.
"""
