"""Run one program: argv, directory, clean environment, time limit, own process group, both streams as data."""

import contextlib
import errno
import functools
import itertools
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from stomper.errors import ToolError
from stomper.process import containment, keyring, room
from stomper.process.environment import JOB_MARK, RUN_MARK, clean_environment
from stomper.process.sandbox.model import Sandbox

OUTPUT_LIMIT = 64 * 2**20
POLL_SECONDS = 0.1
OVERLAP = 1000  # bytes; more than any line that one waits for
LATE = 3.0  # seconds that a short call of ours has beyond the moment at which everything contained is ended
ARGUMENTS_SIZE = 500_000  # bytes; the kernel takes 2 MB, less what the environment needs
# A signal that ends a program in a sandbox arrives as the shell has it: 128 and its number.
SIGNALLED = 128
FATAL = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 24, 25, 31})

# A tool that cannot read a configuration quotes it, and a repository's may lead to any file of the user's: its first
# line may be a password. Place and reason stay. Of TOML (ruff, uv), of Python's configparser, of pytest's reader.
QUOTED = re.compile(
    r"(?m)(?P<toml>TOML parse error at line [^\n]*)(?:\n[ \t]*\d*[ \t]*\|[^\n]*)+"
    r"|(?P<ini>File contains no section headers\.[^\n]*\n[^\n]*line: \d+)\n[^\n]*"
    r"|(?P<row>\[line +\d+\]:)[^\n]*|(?P<pytest>: unexpected line:)[^\n]*"
)

_jobs = itertools.count(1)
_stop_at: float | None = None
_subreaper: bool | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    """The end of a program. `returncode` is negative for a signal; `seconds` is wall time."""

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    stopped: bool = False
    flooded: bool = False
    silent: bool = False
    matched: bool = False

    @property
    def ended(self) -> bool:
        """Return whether it ended by itself, so that the exit code is its own."""
        return not (self.timed_out or self.stopped or self.flooded or self.silent or self.matched)

    def words(self, limit: int = 2000) -> str:
        """The program's own words, for a message: the end of stderr, or of stdout where that is empty.

        Without the lines of a configuration that they quote.
        """
        text = (self.stderr.strip() or self.stdout.strip()).decode("utf-8", "backslashreplace")
        return QUOTED.sub(lambda found: found[found.lastgroup or 0], text)[-limit:]

    def how(self) -> str:
        """Describe its end, for a message."""
        if self.timed_out:
            return f"still running after {self.seconds:.0f} s"
        if self.silent:
            return f"printed nothing for too long; ended after {self.seconds:.0f} s"
        if self.matched:
            return "ended for what it printed"
        if self.flooded:
            return f"wrote more than {OUTPUT_LIMIT // 2**20} MB"
        if self.stopped:
            return "stopped"
        if self.returncode < 0:
            return f"killed by {signal_name(-self.returncode)}"
        return f"exit code {self.returncode}"


def signal_name(number: int) -> str:
    """SIGKILL for 9; real-time signals have no name in Python."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def request_stop(after: float) -> None:
    """End every contained program `after` seconds from now, the running ones and those still to come."""
    global _stop_at
    moment = time.monotonic() + after
    _stop_at = moment if _stop_at is None else min(moment, _stop_at)


def withdraw_stop() -> None:
    """Forget a requested stop: a new run begins in this process."""
    global _stop_at
    _stop_at = None


def stop_requested() -> bool:
    return _stop_at is not None


def stop_due(late: float = 0.0) -> bool:
    """Say whether everything has to end now; with `late`, whether it should have ended that many seconds ago."""
    return _stop_at is not None and time.monotonic() >= _stop_at + late


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    stdin: bytes | None = None,
    contained: bool = False,
    inherited: Collection[str] | None = None,
    quiet_timeout: float | None = None,
    until: re.Pattern[bytes] | None = None,
    sandbox: Sandbox | None = None,
) -> Completed:
    """Run `argv` in `cwd` and wait for it.

    `env` is added to the clean environment, of which a program that is not trusted with the user's gets
    only what is named `inherited`; `timeout` is in seconds. `contained` is for programs that are not
    trusted to end: they obey `request_stop`, their output is capped, and nothing that they started is left
    when this returns. Such a one is also ended when it has printed nothing for `quiet_timeout` seconds, or
    something that matches `until`. Others, short calls of ours, are ended some seconds after such a request: one
    that still runs then hangs. Only what is `UNMARKED` is waited for in any case. In a `sandbox`, or in that of the
    room that this thread is in, it sees and writes what that allows. Raises ToolError if the program cannot be
    started.

    Output goes to files in memory, never to pipes: a daemonised grandchild that keeps a pipe open
    would hold us for as long as it lives (plumbum#840).
    """
    become_subreaper()
    job = f"{os.getpid()}.{next(_jobs)}"
    environment = clean_environment({**(env or {}), JOB_MARK: job} if contained else env, inherited)
    if contained and sandbox is None and (inside := room.around()) is not None:
        sandbox, environment = inside.sandbox, inside.environment(environment, {**(env or {}), JOB_MARK: job})
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        out, err = (stack.enter_context(memory_file()) for _ in range(2))
        source = stack.enter_context(memory_file(stdin)) if stdin is not None else None
        walls = Walls(sandbox, stack.enter_context(memory_file())) if sandbox is not None else None
        begin = begun(stack, argv, cwd, environment, (source, out, err), walls)
        child = containment.start(begin, job, contained)
        try:
            late = 0.0 if contained else None if (env or {}).get(RUN_MARK) == "" else LATE
            ending = _wait(child, began, timeout, Outputs((out, err), quiet_timeout, until), late)
            seconds = time.monotonic() - began
        finally:
            end(child, job, contained)
        done = Completed(
            tuple(argv), child.returncode, _read(out), _read(err), seconds, **{ending: True} if ending else {}
        )
        return done if walls is None else walls.seen_from_inside(done)


@dataclass(frozen=True, slots=True)
class Walls:
    """A sandbox around one program. `made` is the file in which it says that it was put up."""

    sandbox: Sandbox
    made: IO[bytes]

    def around(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> list[str]:
        """The command that starts `argv` inside. Raises ToolError if there is no such program."""
        if not os.path.isfile(cwd / argv[0]) if "/" in argv[0] else not shutil.which(argv[0], path=env.get("PATH")):  # noqa: PTH113
            raise ToolError(f"cannot start {argv[0]}: {os.strerror(errno.ENOENT)}")
        return self.sandbox.around(argv, cwd, env, self.made.fileno())

    def seen_from_inside(self, done: Completed) -> Completed:
        """Give the end of the program itself. Raises ToolError if the sandbox could not start it."""
        if done.ended and done.returncode and not self.sandbox.started(_read(self.made)):
            raise ToolError(f"cannot start {done.argv[0]} in a sandbox: {done.words(400)}")
        number = done.returncode - SIGNALLED
        return replace(done, returncode=-number) if number in FATAL else done


def begun(
    stack: contextlib.ExitStack,
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    streams: tuple[IO[bytes] | None, IO[bytes], IO[bytes]],
    walls: Walls | None,
) -> Callable[[], subprocess.Popen[bytes]]:
    """Give what starts a program, within `walls` if there are any; the `stack` is closed when the program has ended.

    Raises ToolError if there is no such program.
    """
    if walls is None:
        return functools.partial(start, argv, cwd, env, streams, ())
    inside = functools.partial(start, walls.around(argv, cwd, env), cwd, env, streams, (walls.made.fileno(),))
    thread = stack.enter_context(keyring.without_keys())
    return lambda: thread.submit(inside).result()


def become_subreaper() -> None:
    """Have orphans handed to this process from now on. Before its first child is started."""
    global _subreaper
    if _subreaper is None:
        _subreaper = containment.become_subreaper()


def start(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    streams: tuple[IO[bytes] | None, IO[bytes], IO[bytes]],
    passed: Collection[int],
) -> subprocess.Popen[bytes]:
    """Start a program. Nothing is done in between, so that the kernel need not copy this process for it (vfork)."""
    stdin, out, err = streams
    while True:
        try:
            child = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=stdin if stdin is not None else subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                pass_fds=passed,
            )
        except OSError as error:
            raise ToolError(f"cannot start {argv[0]}: {error.strerror}") from error
        if _has_own_session(child.pid):
            return child
        child.wait()


def _has_own_session(child: int) -> bool:
    """Say whether a new child, not yet waited for, was started at all.

    Until it has a session of its own, which it gets right before the program is loaded, the ^C of a terminal reaches it
    too, and ends it.
    """
    try:
        return os.getsid(child) == child
    except OSError:  # a system that tells it of one's own session only
        return True


class Outputs:
    """The output of a program so far, and the time since it last printed."""

    def __init__(
        self, files: Sequence[IO[bytes]], quiet_timeout: float | None, until: re.Pattern[bytes] | None = None
    ) -> None:
        self.files, self.quiet_timeout, self.until = files, quiet_timeout, until
        self.seen = [0] * len(files)
        self.size, self.since = 0, time.monotonic()

    @property
    def too_much(self) -> bool:
        return any(os.fstat(file.fileno()).st_size > OUTPUT_LIMIT for file in self.files)

    def match(self) -> bool:
        """Return whether the output since the last call matches, with a little of the output before."""
        return self.until is not None and any(self._match(number) for number in range(len(self.files)))

    def _match(self, number: int) -> bool:
        assert self.until is not None
        descriptor, start = self.files[number].fileno(), max(0, self.seen[number] - OVERLAP)
        text = os.pread(descriptor, os.fstat(descriptor).st_size - start, start)
        self.seen[number] = start + len(text)
        return self.until.search(text) is not None

    @property
    def too_quiet(self) -> bool:
        if self.quiet_timeout is None:
            return False
        size = sum(os.fstat(file.fileno()).st_size for file in self.files)
        if size != self.size:
            self.size, self.since = size, time.monotonic()
        return time.monotonic() - self.since >= self.quiet_timeout


def _wait(
    child: subprocess.Popen[bytes], began: float, timeout: float | None, outputs: Outputs, late: float | None
) -> str:
    """Wait until the child ends or has to. Returns the Completed field that says why it had to, or ''.

    `late` is how long it may go on after a requested stop: 0 for a contained one, None for ever.
    """
    contained = late == 0
    while not _ended(child, began, timeout):
        if timeout is not None and time.monotonic() - began >= timeout:
            return "timed_out"
        if late is not None and stop_due(late):
            return "stopped"
        if contained and outputs.too_much:
            return "flooded"
        if contained and outputs.too_quiet:
            return "silent"
        if contained and outputs.match():
            return "matched"
    return ""


def _ended(child: subprocess.Popen[bytes], began: float, timeout: float | None) -> bool:
    """Wait a moment for the child, which is shorter where the time limit is near."""
    moment = POLL_SECONDS
    if timeout is not None:
        moment = max(0.0, min(moment, began + timeout - time.monotonic()))
    return ended_within(child, moment)


def ended_within(child: subprocess.Popen[bytes], moment: float) -> bool:
    """Wait so many seconds for a child, and say whether it has ended.

    A pidfd wakes at once; `Popen.wait(timeout)` would sleep up to 50 ms too long.
    """
    try:
        descriptor = os.pidfd_open(child.pid)
    except (AttributeError, OSError):
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(min(moment, 0.01))
        return child.poll() is not None
    try:
        waiting = select.poll()  # `select` takes no descriptor above 1023
        waiting.register(descriptor, select.POLLIN)
        waiting.poll(moment * 1000)
    finally:
        os.close(descriptor)
    return child.poll() is not None


def end(child: subprocess.Popen[bytes], job: str, contained: bool) -> None:
    """Make sure the child is gone; of a contained one, also all that it started."""
    if child.poll() is None:
        containment.kill_group(child.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(containment.TERM_GRACE)
    if contained:
        containment.end_job(child.pid, job, subreaper=bool(_subreaper))
    elif child.poll() is None:
        containment.kill_group(child.pid, signal.SIGKILL)
    child.wait()
    containment.finish(child.pid, job)


def split_arguments(words: Sequence[str]) -> Iterator[list[str]]:
    """The words in lists that are each short enough for one command line."""
    chunk: list[str] = []
    size = 0
    for word in words:
        if chunk and size + len(word) > ARGUMENTS_SIZE:
            yield chunk
            chunk, size = [], 0
        chunk.append(word)
        size += len(word) + 1
    if chunk:
        yield chunk


def memory_file(content: bytes = b"") -> IO[bytes]:
    """A file in memory, at its beginning."""
    if not hasattr(os, "memfd_create"):
        return _rewound(tempfile.TemporaryFile(buffering=0), content)
    return _rewound(os.fdopen(os.memfd_create("stomper"), "w+b", buffering=0), content)


def _rewound(file: IO[bytes], content: bytes) -> IO[bytes]:
    if content:
        file.write(content)
        file.seek(0)
    return file


def _read(file: IO[bytes]) -> bytes:
    """The output so far, up to the limit. Asked for by its size: a buffer of the limit's is costly to get."""
    size = min(os.fstat(file.fileno()).st_size, OUTPUT_LIMIT)
    file.seek(0)
    return file.read(size)
