"""Hold model calls to budgets and rate limits, and record what each one cost.

On floor 8: every folder on a higher floor may import it.
"""
