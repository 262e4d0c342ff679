"""Annotations as code: what may read one, and whether it can be evaluated where it is."""
