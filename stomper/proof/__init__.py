"""Grade guesses: find what stands behind each, and say whether that is enough to land it.

On floor 8: every folder on a higher floor may import it.
"""
