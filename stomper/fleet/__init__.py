"""Work on many repositories: each is fixed by a `stomper fix` of its own, and the results are one report.

On floor 11: every folder on a higher floor may import it.
"""
