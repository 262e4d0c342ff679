"""Fix one file in a worker process: run the chain of fixers, re-check each attempt, return one outcome.

On floor 9: every folder on a higher floor may import it.
"""
