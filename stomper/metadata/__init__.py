"""Read what a project's files say of it: the Pythons that it supports, its requirements, its tools' settings.

On floor 2: every folder on a higher floor may import it.
"""
