"""The Pythons that trove classifiers name."""

from stomper.metadata.versions import Python, read_python

PREFIX = "Programming Language :: Python :: "


def pythons_of(classifiers: object) -> tuple[Python, ...]:
    """Give the Pythons that have a minor version, of a list or of a text with one a line."""
    lines = classifiers.splitlines() if isinstance(classifiers, str) else classifiers
    words = [str(line).strip() for line in lines] if isinstance(lines, list | tuple) else []
    found = [read_python(word.removeprefix(PREFIX)) for word in words if word.startswith(PREFIX) and "." in word]
    return tuple(sorted(python for python in found if python is not None))
