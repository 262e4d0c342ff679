"""The sandbox by bubblewrap: https://github.com/containers/bubblewrap, `bwrap(1)`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from stomper.process.sandbox.layout import Step
from stomper.process.sandbox.machine import KNOBS, identity

UNSHARED = ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent")


def command(program: str, steps: Sequence[Step], argv: Sequence[str], cwd: Path, network: bool, made: int) -> list[str]:
    """The command that starts `argv` in `cwd`, over the whole machine read-only, with the steps on it.

    The exit code of the program is written to the file descriptor `made` too, and only if it was started.
    """
    user, group = identity()
    words = [program, *UNSHARED, "--uid", str(user), "--gid", str(group), "--cap-drop", "ALL"]
    words += [] if network else ["--unshare-net"]
    words += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for knob in (f"/proc/{name}" for name in KNOBS):
        words += ["--ro-bind-try", knob, knob]
    for step in steps:
        words += _words(step)
    for step in steps:
        words += ["--remount-ro", step.place] if step.how == "hide" else []
    words += ["--json-status-fd", str(made)]
    return [*words, "--chdir", str(cwd), "--", *argv]


def _words(step: Step) -> Iterator[str]:
    match step.how:
        case "hide":
            yield from ("--perms", "0755", "--tmpfs", step.place)
        case "own":
            yield from ("--perms", "1777", "--tmpfs", step.place)
        case "ro" | "seal":
            yield from ("--ro-bind", step.place, step.place)
        case "rw":
            yield from ("--bind", step.place, step.place)
        case "null":
            yield from ("--ro-bind", "/dev/null", step.place)
        case "link":
            yield from ("--symlink", step.target, step.place)
