"""Work on other machines, as tasks of Dask distributed: connect, hand out, take back what dies.

On floor 10: every folder on a higher floor may import it.
"""
