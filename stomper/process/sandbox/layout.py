"""Plan the mounts of a sandbox, in order: the same for each kind."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stomper.process.sandbox import machine
from stomper.process.sandbox.machine import is_in

How: TypeAlias = Literal["hide", "own", "ro", "rw", "seal", "link", "null"]
# Of two wishes for one place the later counts.
RANKS: tuple[How, ...] = ("link", "hide", "ro", "own", "rw", "seal", "null")


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the tree of the sandbox, over the whole machine's, which is read-only.

    `hide`: an empty folder that nothing is written to; `own`: an empty one to write in; `ro` and `rw`: what is there,
    and `seal` what stays read-only also in a folder that is not; `null`: a file that cannot be opened; `link`: a
    symbolic link to `target`.
    """

    how: How
    place: str
    target: str = ""


def arrange(readable: Sequence[str], writable: Sequence[str], concealed: Sequence[str], all_seen: bool) -> list[Step]:
    """The steps, outer places before the inner ones."""
    wishes = [Step("own", place) for place in machine.own_folders()]
    if not all_seen:
        wishes += [Step("hide", place) for place in machine.hidden_folders()]
        wishes += [Step("ro", place) for place in machine.KEPT if os.path.isdir(place)]  # noqa: PTH112
    for how, places in (("ro", readable), ("rw", writable)):
        wishes += [step for place in places for step in _spelled(place, how)]  # type: ignore[arg-type]
    # A folder of its own for each worktree has a link to its repository, and that stays as it is.
    wishes += [Step("seal", link) for link in (f"{os.path.realpath(p)}/.git" for p in writable) if _is_file(link)]
    nothing = [_nothing(place) for place in (*concealed, *machine.roots_own()) if os.path.lexists(place)]
    gone = {step.place for step in nothing}
    steps = _needed([*(step for step in wishes if step.place not in gone), *nothing])
    return steps + [Step("null", place) for place in machine.sockets() if os.path.exists(place) and _seen(place, steps)]  # noqa: PTH110


def _spelled(place: str, how: How) -> Iterator[Step]:
    """A place by the name it is called: the real one, and the links on the way to it."""
    path, left = "/", [part for part in place.split("/") if part]
    for _ in range(200):
        if not left:
            break
        path = os.path.join(path, left.pop(0))  # noqa: PTH118  # text, as all of these
        if os.path.islink(path):  # noqa: PTH114
            target = os.readlink(path)  # noqa: PTH115
            yield Step("link", path, target)
            full = os.path.normpath(os.path.join(os.path.dirname(path), target))  # noqa: PTH118, PTH120
            path, left = "/", [*full.strip("/").split("/"), *left]
    if os.path.exists(path):  # noqa: PTH110
        yield Step(how, path)


def _nothing(place: str) -> Step:
    return Step("hide" if os.path.isdir(place) else "null", os.path.realpath(place))  # noqa: PTH112


def _is_file(place: str) -> bool:
    return os.path.isfile(place) and not os.path.islink(place)  # noqa: PTH113, PTH114


def _needed(wishes: Sequence[Step]) -> list[Step]:
    """The wishes in the order of their places, less those that change nothing."""
    chosen: dict[str, Step] = {}
    for step in wishes:
        before = chosen.get(step.place)
        if before is None or RANKS.index(step.how) >= RANKS.index(before.how):
            chosen[step.place] = step
    steps: list[Step] = []
    for place in sorted(chosen, key=lambda text: text.split("/")):
        step = chosen[place]
        if not _is_idle(step, _over(place, steps)):
            steps.append(step)
    return steps


def _over(place: str, steps: Sequence[Step]) -> Step | None:
    """The step that decides what is at a place."""
    return next((step for step in reversed(steps) if step.how != "link" and is_in(place, step.place)), None)


def _is_idle(step: Step, over: Step | None) -> bool:
    """Return whether a place already is as the step wants it. The machine's own folders are always made anew."""
    around = over.how if over else "ro"
    if step.how == "link" or step.how in ("hide", "null"):
        # Inside of what is shown a link is there; inside of what is hidden nothing is there to hide.
        return (around in ("ro", "rw", "seal")) is (step.how == "link")
    return step.how == "ro" and around in ("ro", "rw", "seal")


def _seen(place: str, steps: Sequence[Step]) -> bool:
    over = _over(place, steps)
    return over is None or over.how in ("ro", "rw", "seal")
