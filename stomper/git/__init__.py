"""Call git: objects, refs, index and worktrees, untouched by the user's configuration.

On floor 3: every folder on a higher floor may import it.
"""
