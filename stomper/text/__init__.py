"""Make text fit to show: from other programs, with secrets in it, or with a name that is nearly right.

On floor 1: every folder on a higher floor may import it.
"""
