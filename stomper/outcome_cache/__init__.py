"""Keep the outcomes of deterministic work across runs, each by all that it depends on.

On floor 9: every folder on a higher floor may import it.
"""
