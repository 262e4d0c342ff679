"""Turn patches into commits on the run's ref, and deliver its head to the user.

On floor 6: every folder on a higher floor may import it.
"""
