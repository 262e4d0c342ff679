"""The sandbox by util-linux: unshare(1), mount(8), pivot_root(8), setpriv(1), and a shell as the first process.

As root of a user namespace of its own the shell puts a tree together on a folder and makes it the root; the program is
then started as another user in a namespace inside of that one, so that it cannot undo what was done. The shell stays:
with it, the kernel ends all that is in its process namespace.
"""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stomper.process.sandbox.fstab import Entry, batches, fstab, has_inside
from stomper.process.sandbox.layout import Step
from stomper.process.sandbox.machine import OWN, identity, is_in, writable_mounts

HELPERS = ("mount", "umount", "pivot_root", "setpriv", "readlink", "mkdir", "ln", "rm")
LOOPBACK = {
    "ip": "link set lo up",
    "ifconfig": "lo up",
    "perl": """-e 'socket(S, 2, 2, 0); ioctl(S, 0x8914, pack("a16sx22", "lo", 0x41))'""",
}
SPACES = ("--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts")
NOTHING = ("--no-new-privs", "--ambient-caps=-all", "--inh-caps=-all", "--bounding-set=-all")
# Any folder that is there: the new tree is put together on it.
TABLE = "mounts"
STAGES = ("/sys", "/mnt", "/media", "/srv")


def command(
    program: str,
    helpers: Mapping[str, str],
    steps: Sequence[Step],
    argv: Sequence[str],
    cwd: Path,
    network: bool,
    made: int,
) -> list[str]:
    """The command that starts `argv` in `cwd`, over the whole machine read-only, with the steps on it.

    Something is written to the file descriptor `made` when all that is done.
    """
    stage = next((place for place in STAGES if Path(place).is_dir()), "/mnt")
    lines = [*_called(helpers), "set -e", _elsewhere(), *([] if network else [_loopback(helpers)])]
    lines += ["mount -t proc proc /proc", f"mount --rbind / {stage}", *_sealed(stage, steps)]
    lines += [f"mount -t tmpfs -o mode=755,nosuid none {stage}/dev"]
    for batch in batches(stage, steps):
        lines += _mounted(batch, f"{stage}/dev/{TABLE}")
    lines += [f"rm {stage}/dev/{TABLE}", *_sealed_after(stage, steps), f"mount -o remount,bind,ro {stage}/dev"]
    lines += [f"cd {stage}", "pivot_root . .", "umount -l .", f"cd {shlex.quote(str(cwd))}"]
    lines += [f"echo made > /proc/self/fd/{made}", "set +e", f'{_inside(program, helpers)} "$@"', "exit $?"]
    spaces = SPACES if network else (*SPACES, "--net")
    return [program, *spaces, "--", "/bin/sh", "-c", "\n".join(lines), "sandbox", *argv]


def _called(helpers: Mapping[str, str]) -> list[str]:
    """Each helper by its path: the PATH of the program may lead elsewhere."""
    return [f'{name}() {{ {shlex.quote(path)} "$@"; }}' for name, path in helpers.items() if name in HELPERS]


def _elsewhere() -> str:
    """A line that ends the script if it is not in a mount namespace of its own: root would remount the machine."""
    here = os.readlink("/proc/self/ns/mnt")  # noqa: PTH115  # a name, not a path
    return f'test "$(readlink /proc/self/ns/mnt)" != {shlex.quote(here)}'


def _loopback(helpers: Mapping[str, str]) -> str:
    found = next((name for name in LOOPBACK if name in helpers), None)
    return f"{shlex.quote(helpers[found])} {LOOPBACK[found]}" if found else ":"


def _sealed(stage: str, steps: Sequence[Step]) -> Iterator[str]:
    """The machine's file systems, made read-only if they stay in sight."""
    gone = ["/proc", "/dev", "/sys/fs", *OWN, *(step.place for step in steps if step.how in ("hide", "own"))]
    for place, options in writable_mounts():
        if not any(is_in(place, root) for root in gone):
            yield f"mount -o remount,bind,ro,{options} {at(stage, place)} 2>/dev/null || :"  # looked at afterwards


def _sealed_after(stage: str, steps: Sequence[Step]) -> Iterator[str]:
    """Make the last places read-only: empty folders that had to be filled, and mounts within shown folders."""
    for step in steps:
        if step.how == "hide" and has_inside(step, steps):
            yield f"mount -o remount,bind,ro {at(stage, step.place)}"
        for place, options in writable_mounts() if step.how == "ro" else ():
            if place != step.place and is_in(place, step.place):
                yield f"mount -o remount,bind,ro,{options} {at(stage, place)}"


def _mounted(batch: Sequence[Entry], table: str) -> Iterator[str]:
    """The commands that do a batch: folders and files to mount on, links, and then all mounts by one call."""
    if folders := dict.fromkeys(filter(None, map(_folder, batch))):
        yield f"mkdir -p {' '.join(map(shlex.quote, folders))}"
    for entry in batch:
        if entry.made == "file":
            yield f": > {shlex.quote(entry.target)}"
        elif entry.made == "link":
            yield f"ln -s {shlex.quote(entry.source)} {shlex.quote(entry.target)}"
    if mounts := fstab(batch):
        yield f"printf '%s\\n' {shlex.quote(mounts)} > {table}; mount -a -T {table}"


def _folder(entry: Entry) -> str:
    """The folder that has to be there for an entry: itself, or the one that it is in."""
    return entry.target if entry.made == "folder" else os.path.dirname(entry.target) if entry.made else ""  # noqa: PTH120


def at(stage: str, place: str) -> str:
    """A place in the new tree, as the shell reads it."""
    return shlex.quote(f"{stage}{place}" if place != "/" else stage)


def _inside(program: str, helpers: Mapping[str, str]) -> str:
    user, group = identity()
    unshare = f"{shlex.quote(program)} --user --map-user={user} --map-group={group} --keep-caps --"
    return f"{unshare} {shlex.quote(helpers['setpriv'])} {' '.join(NOTHING)} --"
