"""A plugin for pytest: the tests are run in a mount namespace of their own, as a worker's tasks are."""

from stomper.process import mounts

mounts.enter_namespace()
