"""Find what a program needs of hidden folders: itself, its interpreter, certificates, programs on PATH.

A program is followed from link to link and from script to interpreter. Of an installation its `bin`, `lib` and the
like are shown, and a virtual environment as a whole; of a home folder never more than that.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stomper.process.sandbox.machine import home_folder, is_in

PARTS = ("bin", "lib", "lib64", "libexec", "include", "pyvenv.cfg")
PROGRAMS = ("bin", "sbin", "libexec", "shims")
# A shim (pyenv, asdf, mise) looks up which of several installations is meant.
CHOSEN = ("shims", ("versions", "version", "installs", "plugins"))
PACKAGES = "node_modules"
MOST_STEPS = 40
# Variables that name files and folders that a program reads.
NAMING = (
    *("PYTHONPATH", "MYPYPATH", "PYTHONHOME", "VIRTUAL_ENV", "NODE_PATH", "LD_LIBRARY_PATH", "GIT_EXEC_PATH"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
# If the names of other machines are found; often links to what a daemon keeps below /run.
RESOLVERS = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")


def needs_of(argv: Sequence[str], cwd: Path, env: Mapping[str, str], network: bool) -> list[str]:
    """The files and folders that the program of a command needs, those of the command's own words among them."""
    path, home = env.get("PATH", os.defpath), home_folder()
    found = list(program_needs(argv[0], cwd, path, home))
    found += [word for word in argv[1:] if word.startswith("/")]
    for folder in path.split(os.pathsep):
        if folder.startswith("/") and not _is_homes(Path(folder), home):
            found += map(str, _installation(Path(folder), home))
    found += [place for name in NAMING for place in env.get(name, "").split(os.pathsep) if place.startswith("/")]
    found += [os.path.realpath(place) for place in RESOLVERS if network]
    return [place for place in dict.fromkeys(found) if place != "/" and os.path.lexists(place)]


def program_needs(program: str, cwd: Path, path: str, home: str) -> Iterator[str]:
    """Give what a program needs to start: its links, its installation, the interpreters of its scripts.

    `home` is the user's, of which nothing is shown as a whole.
    """
    place = str(cwd / program) if "/" in program else shutil.which(program, path=path)
    for _ in range(MOST_STEPS):
        if place is None or not os.path.lexists(place):
            return
        yield place
        yield from map(str, _around(Path(place), home))
        if os.path.islink(place):  # noqa: PTH114  # text, as all of these
            place = os.path.join(os.path.dirname(place), os.readlink(place))  # noqa: PTH115, PTH118, PTH120
        else:
            place = _interpreter(Path(place), path)


def _around(file: Path, home: str) -> Iterator[Path]:
    """The installation that a program is part of, or else the folder that it is in."""
    parts = file.parts
    if PACKAGES in parts:
        yield Path(*parts[: parts.index(PACKAGES) + 1])
    elif not _is_homes(file.parent, home):
        yield from _installation(file.parent, home)


def _installation(folder: Path, home: str) -> Iterator[Path]:
    """A folder of programs, and the libraries beside it; an environment as a whole."""
    prefix = folder.parent
    if folder.name not in PROGRAMS or _is_homes(prefix, home):
        yield folder
    elif os.path.isfile(prefix / "pyvenv.cfg"):  # noqa: PTH113
        yield prefix
    else:
        more = CHOSEN[1] if folder.name == CHOSEN[0] else ()
        yield from dict.fromkeys([folder, *(prefix / part for part in (*PARTS, *more))])


def _is_homes(folder: Path, home: str) -> bool:
    """Return whether a folder is the home or has it inside: no program needs all of that."""
    return folder == Path("/") or bool(home and is_in(home, os.path.realpath(folder)))


def _interpreter(file: Path, path: str) -> str | None:
    """The program that a script is for; None for what is no script."""
    try:
        with file.open("rb") as stream:
            line = stream.readline(500)
    except OSError:
        return None
    words = os.fsdecode(line[2:]).split() if line.startswith(b"#!") else []
    if not words:
        return None
    named = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    if Path(words[0]).name == "env" and named:
        return shutil.which(named[0], path=path)
    return words[0]
