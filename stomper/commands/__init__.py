"""The work behind each command, without a terminal: `stomper plan` is `plan.py`, `stomper fix` is `fix.py`.

On floor 11: every folder on a higher floor may import it.
"""
