"""The stages of a run, from the survey of the base commit to the gate, and the session around them.

On floor 10: every folder on a higher floor may import it.
"""
