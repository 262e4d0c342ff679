"""The files that ruff by hand looks at, from the top of a checkout: by its own listing, asked for once a checkout.

A file that is named to ruff is looked at whatever `include` says; with `--force-exclude` it is left out also if
a pattern matches the name of a folder above it by accident, that of the checkout itself among them. So the files
are chosen by the listing, and then named in a way in which no pattern for files counts.
"""

import glob
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.checkers.caches import cache_folder
from stomper.checkers.result import no_result
from stomper.errors import CheckerError

LISTING = ("check", "--show-files")
# `lint.exclude` counts for named files only together with `--force-exclude`, and no other pattern may. An old ruff
# knows neither it nor how to be told so.
WAYS = (
    ("--force-exclude", "--config", "exclude = []", "--config", "extend-exclude = []"),
    ("--no-force-exclude",),
)
CONFIGS = (".ruff.toml", "ruff.toml", "pyproject.toml")
KNOWN = "ruff-files.json"


@dataclass(frozen=True, slots=True)
class RuffFiles:
    """The files of a checkout as ruff sorts them: taken or left out.

    `left_out` are those that it does not look at by hand; `unread` those under a configuration that it cannot read,
    with its words; `way` are the words by which it looks at all others when they are named to it.
    """

    way: tuple[str, ...] = WAYS[0]
    left_out: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuffLister:
    """Asks `program`, with a limit of `timeout` seconds for one call."""

    program: str
    timeout: float

    def sort(self, root: Path, paths: Sequence[str], place: Path) -> RuffFiles:
        """Give what ruff does with `paths`, remembered at `place` for later calls on the same checkout.

        Raises CheckerError if it does not answer, and where it would not look at what it has listed.
        """
        known = cache_folder(place) / KNOWN
        if known.is_file():
            facts = json.loads(known.read_text())
            return RuffFiles(tuple(facts["way"]), frozenset(facts["left_out"]), facts["unread"])
        files = self._sort(root, paths)
        known.parent.mkdir(exist_ok=True)
        facts = {"way": files.way, "left_out": sorted(files.left_out), "unread": dict(files.unread)}
        known.write_text(json.dumps(facts))
        return files

    def _sort(self, root: Path, paths: Sequence[str]) -> RuffFiles:
        done = self._list(root, ["."])
        broken = {} if _is_result(done) else self._broken(root, paths)
        if broken:
            done = self._list(root, [f"--extend-exclude={_pattern(root, folder)}" for folder in broken] + ["."])
        if not _is_result(done):
            raise no_result("ruff", done)
        unread = {path: broken[folder] for path in paths if (folder := _under(path, broken)) is not None}
        seen = set(_listed(root, done, [path for path in paths if path not in unread]))
        return RuffFiles(self._way(root, sorted(seen)), frozenset(set(paths) - seen - set(unread)), unread)

    def _list(self, root: Path, words: Sequence[str]) -> process.Completed:
        return process.run([self.program, *LISTING, *words], cwd=root, timeout=self.timeout, contained=True)

    def _broken(self, root: Path, paths: Sequence[str]) -> dict[str, str]:
        """The folders below the top whose configuration ruff cannot read, with what it says of each."""
        folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents if str(folder) != "."}
        broken: dict[str, str] = {}
        for folder in sorted(folders):
            if _under(folder, broken) is None and any((root / folder / name).is_file() for name in CONFIGS):
                done = self._list(root, ["--", f"{folder}/{CONFIGS[0]}"])
                if not _is_result(done):
                    broken[folder] = done.words().replace(f"{os.path.realpath(root)}/", "")
        return broken

    def _way(self, root: Path, paths: Sequence[str]) -> tuple[str, ...]:
        """The first way to name files in which it looks at all of them."""
        missing: list[str] = []
        for way in WAYS:
            seen: set[str] = set()
            for chunk in process.split_arguments(paths):
                done = self._list(root, [*way, "--", *chunk])
                seen |= set(_listed(root, done, chunk)) if _is_result(done) else set()
            missing = sorted(set(paths) - seen)
            if not missing:
                return way
        raise CheckerError(
            f"ruff lists {missing[0]} by itself, and does not look at it when it is named",
            f"Compare `{self.program} check --show-files` at the top of the repository.",
        )


def forget_files(place: Path) -> None:
    """Have the next look at `place` ask again."""
    (cache_folder(place) / KNOWN).unlink(missing_ok=True)


def _is_result(done: process.Completed) -> bool:
    return done.ended and done.returncode == 0


def _listed(root: Path, done: process.Completed, paths: Sequence[str]) -> Iterator[str]:
    """Give those of `paths` in a listing; it has a line for each file, or several if a name has line ends."""
    top, text = os.path.realpath(root), "\n" + os.fsdecode(done.stdout).replace("\r\n", "\n")
    lines = set(text.split("\n"))
    for path in paths:
        place = f"{top}/{path}"
        if place in lines or ("\n" in place and f"\n{place}\n" in text):
            yield path


def _under(path: str, folders: Mapping[str, str]) -> str | None:
    """The folder, of those given, that a path is in."""
    return next((folder for folder in folders if f"{path}/".startswith(f"{folder}/")), None)


def _pattern(root: Path, folder: str) -> str:
    return glob.escape(f"{os.path.realpath(root)}/{folder}")
