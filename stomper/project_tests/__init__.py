"""Run the project's tests in a worktree, and compare the results with those of the base commit.

On floor 7: every folder on a higher floor may import it.
"""
