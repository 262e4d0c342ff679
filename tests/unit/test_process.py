"""Running a program: what it is given, and how its end is told."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.errors import ToolError
from stomper.process.environment import JOB_MARK
from tests.kit.cli import ROOT
from tests.kit.fakes import PYTHON
from tests.kit.hermetic import Hermetic


def python(code: str, *words: str) -> list[str]:
    return [*PYTHON, "-c", code, *words]


def test_streams_are_bytes_and_apart(tmp_path: Path) -> None:
    code = r"import sys; sys.stdout.buffer.write(b'out\r\n\xff\0'); sys.stderr.buffer.write(b'err'); sys.exit(7)"
    done = process.run(python(code), cwd=tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (b"out\r\n\xff\0", b"err", 7)
    assert done.ended
    assert done.how() == "exit code 7"
    assert done.argv == tuple(python(code))


def test_it_runs_in_the_folder_it_is_told(tmp_path: Path) -> None:
    done = process.run(python("import os; print(os.getcwd(), end='')"), cwd=tmp_path)
    assert done.stdout == os.fsencode(tmp_path.resolve())


def test_arguments_are_words_not_shell(tmp_path: Path) -> None:
    words = ["$HOME", "a b", "*", "; exit 3", "-x", "tab\t", "caf\udce9"]
    done = process.run(python("import os, sys; print(*map(os.fsencode, sys.argv[1:]))", *words), cwd=tmp_path)
    assert done.stdout.decode().strip() == " ".join(repr(os.fsencode(word)) for word in words)


def test_stdin_is_given_whole(tmp_path: Path) -> None:
    data = bytes(range(256)) * 2000
    done = process.run(python("import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"),
                       cwd=tmp_path, stdin=data)  # fmt: skip
    assert done.stdout == data


def test_our_own_stdin_is_not_handed_down(tmp_path: Path) -> None:
    """A tool that waits for an answer would wait for ever, or eat the user's."""
    reader, writer = os.pipe()
    saved = os.dup(0)
    os.write(writer, b"the user's answer")
    os.close(writer)
    os.dup2(reader, 0)
    try:
        assert process.run(python("import sys; print(len(sys.stdin.read()))"), cwd=tmp_path).stdout == b"0\n"
    finally:
        os.dup2(saved, 0)
        os.close(saved)
        os.close(reader)


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot start no-such-program: No such file or directory"):
        process.run(["no-such-program"], cwd=tmp_path)
    with pytest.raises(ToolError, match="Permission denied"):
        process.run([str(tmp_path)], cwd=tmp_path)


def test_a_missing_folder_is_a_tool_error_too(tmp_path: Path) -> None:
    with pytest.raises(ToolError):
        process.run(python("pass"), cwd=tmp_path / "gone")


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGTERM"])
def test_an_end_by_signal_is_named(tmp_path: Path, name: str) -> None:
    code = f"import os, signal; os.kill(os.getpid(), signal.{name})"
    done = process.run(python(code), cwd=tmp_path)
    assert done.returncode == -getattr(signal, name)
    assert done.how() == f"killed by {name}"
    assert done.ended


def test_an_end_by_a_realtime_signal_can_be_told(tmp_path: Path) -> None:
    done = process.run(python("import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)"), cwd=tmp_path)
    assert done.how().startswith("killed by ")


@pytest.mark.parametrize(("out", "err", "words"), [("out", "", "out"), ("out", "err", "err"), ("", "", "")])
def test_words_are_those_of_stderr_or_else_of_stdout(tmp_path: Path, out: str, err: str, words: str) -> None:
    code = f"import sys; print({out!r}); print({err!r}, file=sys.stderr)"
    assert process.run(python(code), cwd=tmp_path).words() == words


def test_words_are_the_last_ones(tmp_path: Path) -> None:
    assert process.run(python("print('x' * 5000 + 'end')"), cwd=tmp_path).words(limit=10) == "xxxxxxxend"


def test_the_mark_of_a_job_is_on_contained_programs_only(tmp_path: Path) -> None:
    code = f"import os; print(os.environ.get('{JOB_MARK}'))"
    marks = [process.run(python(code), cwd=tmp_path, contained=True).stdout for _ in range(2)]
    assert marks[0] != marks[1]
    assert all(mark.startswith(str(os.getpid()).encode()) for mark in marks)
    assert process.run(python(code), cwd=tmp_path).stdout == b"None\n"


def test_it_leads_its_own_session(tmp_path: Path) -> None:
    done = process.run(python("import os; print(os.getsid(0) == os.getpid() == os.getpgid(0))"), cwd=tmp_path)
    assert done.stdout == b"True\n"


def test_given_variables_are_added_to_the_clean_environment(tmp_path: Path, hermetic: Hermetic) -> None:
    code = "import os; print(os.environ['HOME'], os.environ['EXTRA'])"
    done = process.run(python(code), cwd=tmp_path, env={"EXTRA": "given"})
    assert done.stdout.decode().split() == [str(hermetic.home), "given"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_descriptor_is_left_open_or_handed_down(tmp_path: Path) -> None:
    def mine() -> list[Path]:
        return sorted(Path("/proc/self/fd").iterdir())

    process.run(python("pass"), cwd=tmp_path, stdin=b"x")
    before = mine()
    done = process.run(python("import os; print(len(os.listdir('/proc/self/fd')))"), cwd=tmp_path, stdin=b"x")
    assert int(done.stdout) == 4  # the three streams and the listing itself
    assert mine() == before


STORM = """\
import os, signal, subprocess, sys
from pathlib import Path
from stomper import process

signal.signal(signal.SIGINT, lambda *_: None)
again_and_again = f"import os, time\\nwhile True: os.killpg({os.getpid()}, 2); time.sleep(0.0005)"
terminal = subprocess.Popen([sys.executable, "-c", again_and_again], start_new_session=True)
ends = [process.run(["true"], cwd=Path("/")).returncode for _ in range(200)]
terminal.kill()
terminal.wait()
print(sum(end != 0 for end in ends))
"""


def test_an_interrupt_from_the_terminal_does_not_end_what_is_just_being_started() -> None:
    """One that comes within the call by which the program gets its own session still does; most came before that."""
    done = subprocess.run(
        [sys.executable, "-c", STORM], cwd=ROOT, start_new_session=True, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 10


def test_a_process_with_very_many_open_files_can_wait_for_a_program(tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit[1] < 1200:
        pytest.skip("no more than a thousand files may be open")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limit[0], 1200), limit[1]))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1050)]
    try:
        assert process.run(["sleep", "0.05"], cwd=tmp_path, contained=True).returncode == 0
    finally:
        for descriptor in opened:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
