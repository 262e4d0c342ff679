"""Describe what a program in a sandbox may see, write and reach, and make the command that starts it."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["bubblewrap", "namespaces"]
Sight: TypeAlias = Literal["needed", "all"]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox for programs. Found once, by `find_sandbox`; picklable.

    `program` is the path of bwrap or unshare, `helpers` those of the programs that the second needs. The program
    inside sees the system's folders, what it needs itself, and what is `readable`; or, by its `sight`, all that is
    mounted. It writes in the folders `writable`. `concealed` are folders within all these that it does not see.
    The network is the machine's where `network` says so; else there is loopback, and nobody on it.
    """

    kind: Kind
    program: str
    helpers: tuple[tuple[str, str], ...] = ()
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    concealed: tuple[str, ...] = ()
    network: bool = False
    sight: Sight = "needed"

    def opened(self, *places: Path) -> "Sandbox":
        """The same, with these folders to write in. A worktree's link to its repository stays closed."""
        return dataclasses.replace(self, writable=tuple(map(str, places)))

    def showing(self, places: Iterable[Path]) -> "Sandbox":
        """The same, with these files and folders to read too."""
        return dataclasses.replace(self, readable=tuple(dict.fromkeys((*self.readable, *map(str, places)))))

    def without(self, *places: Path) -> "Sandbox":
        """The same, with these folders out of sight, wherever they are."""
        return dataclasses.replace(self, concealed=(*self.concealed, *map(str, places)))

    def online(self, network: bool = True) -> "Sandbox":
        """The same, with or without the machine's network."""
        return dataclasses.replace(self, network=network)

    def seeing(self, sight: Sight) -> "Sandbox":
        """The same, with all that is mounted in sight, or only what is needed."""
        return dataclasses.replace(self, sight=sight)

    def around(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str], made: int) -> list[str]:
        """The command that starts `argv` in `cwd` inside, where `env` is the program's environment.

        What was written to the file descriptor `made` says afterwards whether it was started (`started`).
        """
        # Whoever only passes a sandbox on does not load these: each worker would, whether it has one or not.
        from stomper.process.sandbox import bubblewrap, namespaces
        from stomper.process.sandbox.layout import arrange
        from stomper.process.sandbox.needs import needs_of

        readable = (*self.readable, *needs_of(argv, cwd, env, self.network))
        plan = arrange(readable, self.writable, self.concealed, self.sight == "all")
        if self.kind == "bubblewrap":
            return bubblewrap.command(self.program, plan, argv, cwd, self.network, made)
        return namespaces.command(self.program, dict(self.helpers), plan, argv, cwd, self.network, made)

    def started(self, made: bytes) -> bool:
        """Return whether `made` says that the program was started; else the sandbox could not be made."""
        return (b"exit-code" if self.kind == "bubblewrap" else b"made") in made
