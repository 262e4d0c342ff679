"""Many mounts by one call of mount(8): `mount --all` with a table of them, as fstab(5) has it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from stomper.process.sandbox.layout import Step
from stomper.process.sandbox.machine import DEVICES, KNOBS, is_in

Made: TypeAlias = Literal["", "folder", "file", "link"]
FLAGS = {"nosuid": os.ST_NOSUID, "nodev": os.ST_NODEV, "noexec": os.ST_NOEXEC} if hasattr(os, "ST_NODEV") else {}
EMPTY = {"hide": "tmpfs", "own": "tmpfs"}
STANDARD = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One mount of `source` at `target`, which is `made` before; or one link of that name."""

    source: str
    target: str
    kind: str
    options: str
    made: Made = ""


def batches(stage: str, steps: Sequence[Step]) -> Iterator[list[Entry]]:
    """All mounts of the new tree at `stage`, in parts: each lies on what earlier ones have made."""
    yield [*_devices(f"{stage}/dev"), *_kernel(stage)]
    levels: list[list[Entry]] = []
    for number, step in enumerate(steps):
        above = [other for other in steps[:number] if other.how != "link" and is_in(step.place, other.place)]
        levels += [[] for _ in range(len(above) + 1 - len(levels))]
        options = ",ro" if step.how == "hide" and not has_inside(step, steps) else ""
        levels[len(above)].append(_entry(step, stage, options, bool(above) and above[-1].how in EMPTY))
    yield from levels


def has_inside(step: Step, steps: Sequence[Step]) -> bool:
    """Return whether another step is about a place inside of this one."""
    return any(other is not step and is_in(other.place, step.place) for other in steps)


def _empty(how: str, target: str) -> Entry:
    mode = "1777" if how == "own" else "755"
    return Entry("stomper", target, "tmpfs", f"mode={mode},nosuid,nodev")


def _devices(dev: str) -> Iterator[Entry]:
    """The few devices that any program may have."""
    for name in DEVICES:
        if os.path.exists(f"/dev/{name}"):  # noqa: PTH110  # text, as all of these
            yield Entry(f"/dev/{name}", f"{dev}/{name}", "none", "bind", "file")
    yield Entry("devpts", f"{dev}/pts", "devpts", "newinstance,ptmxmode=0666,mode=620", "folder")
    yield Entry("stomper", f"{dev}/shm", "tmpfs", "mode=1777,nosuid,nodev", "folder")
    for name, target in STANDARD.items():
        yield Entry(target, f"{dev}/{name}", "", "", "link")


def _kernel(stage: str) -> Iterator[Entry]:
    """Make read-only what root may write to even without capabilities, and hide control groups."""
    for place in (f"/proc/{name}" for name in KNOBS):
        if os.path.exists(place):  # noqa: PTH110
            yield Entry(place, f"{stage}{place}", "none", "bind,ro")
    if os.path.isdir("/sys/fs/cgroup"):  # noqa: PTH112
        yield Entry("stomper", f"{stage}/sys/fs/cgroup", "tmpfs", "mode=755,nosuid,nodev,ro")


def _entry(step: Step, stage: str, more: str, on_empty: bool) -> Entry:
    target = f"{stage}{step.place}"
    if step.how == "link":
        return Entry(step.target, target, "", "", "link")
    folder: Made = "folder" if on_empty else ""
    if step.how in EMPTY:
        empty = _empty(step.how, target)
        return replace(empty, options=empty.options + more, made=folder)
    if step.how == "null":
        return Entry("/dev/null", target, "none", "bind,ro,nodev")
    had = os.statvfs(step.place).f_flag
    options = [
        "rbind",
        *(["ro"] if step.how in ("ro", "seal") else []),
        *(name for name, bit in FLAGS.items() if had & bit),
    ]
    file: Made = "file" if on_empty else ""
    return Entry(step.place, target, "none", ",".join(options), folder if os.path.isdir(step.place) else file)  # noqa: PTH112


def fstab(batch: Sequence[Entry]) -> str:
    """The table of a batch, '' if nothing in it is mounted."""
    return "\n".join(
        f"{_escaped(entry.source)} {_escaped(entry.target)} {entry.kind} {entry.options} 0 0"
        for entry in batch
        if entry.made != "link"
    )


def _escaped(word: str) -> str:
    return "".join(f"\\{ord(letter):03o}" if letter in " \t\n\\#" else letter for letter in word)
