"""Find a project's interpreter, tools, import roots and the untracked files that its tools read.

On floor 5: every folder on a higher floor may import it.
"""
