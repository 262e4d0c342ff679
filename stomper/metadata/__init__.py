"""The promises of a project in its metadata: the Pythons that it runs on, and what is installed with it."""

from stomper.metadata.promise import Promise, read_promise

__all__ = ["Promise", "read_promise"]
