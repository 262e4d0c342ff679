"""Find what a run of a repository's tests would execute."""

from collections.abc import Iterable

from stomper.settings import Settings


def has_tests(settings: Settings, paths: Iterable[str]) -> bool:
    """Say whether tests would be run in a repository with these paths: by a command, or by what its names say."""
    return settings.tests.command is not None or any("test" in path.lower() for path in paths)
