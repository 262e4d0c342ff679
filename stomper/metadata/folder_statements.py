"""The statements of one folder of a project: of the Pythons it is for, and of what it needs."""

from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from stomper.metadata.versions import Condition, Python


@dataclass(frozen=True, slots=True)
class Stated:
    """The statements of a folder, or of one file in it.

    `condition` is on the Pythons; None if it is not stated, or, with `unreadable`, not by something that can be
    read. `tools` is what a checker is told to check for, `classifiers` are the Pythons that are named there.
    `needs` are requirements; None if nothing says what is needed. `package`: this is the metadata of a package.
    `files` are lists of requirements that it refers to. `extras` are what it can be installed with besides, `name` is
    what the package is called.
    """

    package: bool = False
    condition: Condition | None = None
    unreadable: bool = False
    tools: Python | None = None
    classifiers: tuple[Python, ...] = ()
    needs: tuple[Requirement, ...] | None = None
    files: tuple[str, ...] = ()
    extras: tuple[tuple[str, tuple[Requirement, ...]], ...] = ()
    name: str = ""

    def over(self, other: "Stated") -> "Stated":
        """This, with what only the other states."""
        speaks = self.condition is not None or self.unreadable
        return Stated(
            package=self.package or other.package,
            condition=self.condition if speaks else other.condition,
            unreadable=self.unreadable if speaks else other.unreadable,
            tools=self.tools or other.tools,
            classifiers=self.classifiers or other.classifiers,
            needs=other.needs if self.needs is None else self.needs,
            files=self.files or other.files,
            extras=self.extras or other.extras,
            name=self.name or other.name,
        )

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Give what is needed, with the extras of its own that it asks for itself."""
        needed = list(self.needs or ())
        extras, seen = dict(self.extras), set[str]()
        for one in needed:  # grows by what is found in it
            if canonicalize_name(one.name) == canonicalize_name(self.name or "-"):
                for extra in sorted(one.extras - seen):
                    seen.add(extra)
                    needed += extras.get(extra, ())
        return tuple(needed)


def read_requirements(words: object) -> tuple[Requirement, ...]:
    """The requirements among a list of texts; what is none (an address, an option) says nothing."""
    found = []
    for word in words if isinstance(words, list | tuple) else ():
        try:
            found.append(Requirement(str(word)))
        except InvalidRequirement:
            continue
    return tuple(found)
