"""What a sandbox costs: seconds to start programs without one and with each kind that works here, and the ratios.

.venv/bin/python scripts/bench_sandbox.py [ROUNDS]
"""

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from stomper import process
from stomper.process import Room
from stomper.run.sandboxes import room_for_tests, room_for_tools
from stomper.settings import Settings

NO_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # those that are installed here would judge the test
TEST = "def test_it():\n    assert True\n"
PROGRAMS = {
    "true": ["true"],
    "python": [sys.executable, "-IS", "-c", ""],
    "ruff check": [str(Path(sys.executable).parent / "ruff"), "check", "--isolated", "."],
    "mypy": [sys.executable, "-m", "mypy", "--cache-dir", "/dev/null", "one.py"],
    "pytest": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_one.py"],
}


def measure(rounds: int, start: Callable[[], object]) -> float:
    """The median of the seconds that a start takes."""
    found = []
    for _ in range(rounds):
        began = time.monotonic()
        start()
        found.append(time.monotonic() - began)
    return sorted(found)[rounds // 2]


def seconds(rounds: int, argv: list[str], room: Room | None, root: Path, scratch: Path) -> float:
    """The time of one program, in a room or outside."""

    def start() -> None:
        with room.entered(root, scratch) if room is not None else contextlib.nullcontext():
            done = process.run(argv, cwd=root, env=NO_PLUGINS, contained=True, timeout=600)
        assert done.returncode == 0, (argv, done)

    start()
    return measure(rounds, start)


def main(rounds: int) -> None:
    """Print a line for each program."""
    shown = [Path(sys.prefix), Path(sys.base_prefix)]
    rooms = {}
    for box in process.candidates():
        if process.keeps_all(process.prove(box)):
            made = box.showing(shown)
            rooms[f"{box.kind}, tools"] = room_for_tools(made, Settings())
            rooms[f"{box.kind}, tests"] = room_for_tests(made, Settings())
    print(f"{'program':12} {'without':>9}", *(f"{name:>24}" for name in rooms))
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        root, scratch = Path(folder).resolve() / "above" / "tree", Path(folder).resolve() / "tmp"
        root.mkdir(parents=True)
        scratch.mkdir()
        (root / "one.py").write_text("x: int = 1\n")
        (root / "test_one.py").write_text(TEST)
        for name, argv in PROGRAMS.items():
            plain = seconds(rounds, argv, None, root, scratch)
            parts = []
            for room in rooms.values():
                with_one = seconds(rounds, argv, room, root, scratch)
                parts.append(f"{with_one:>14.3f} s, x{with_one / plain:.2f}".rjust(24))
            print(f"{name:12} {plain:>7.3f} s", *parts, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
