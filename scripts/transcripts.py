"""Write docs/transcripts.md anew: what a person sees in a terminal of 100 columns, in small repositories made for it.

.venv/bin/python scripts/transcripts.py [NAME ...] [--check]

With `--check` nothing is written; exit code 1 if the page shows something else. Names of runs, ids of commits, folders,
seconds and speeds differ from run to run and are replaced by fixed ones. NAMEs are those of the page's sections.
"""

import fcntl
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readme_session import FILES as SHOP
from readme_session import STEADY, make_environment

PAGE = Path(__file__).parents[1] / "docs" / "transcripts.md"
BLOCK = "(?<=<!-- {name} -->\n```console\n).*?(?=```\n<!-- end of {name} -->)"
COLUMNS, ROWS, PATIENCE = 100, 50, 120.0
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SPANS = (
    (re.compile(r"\d+(?:\.\d+)? s\b"), "2 s"),
    (re.compile(r"\b\d+ min(?: \d+ s)?"), "2 s"),
    (re.compile(r"\b\d+\.\d+s\b"), "0.10s"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "c239df917211"),
    (re.compile(r"\b20\d\d-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?"), r"2026-11-21\g<1>08:15:55"),
)
HOLD = """import pathlib, sys, time
home, file = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
if file.name == "orders.py":
    (home / "begun").touch()
    while not (home / "go").exists():
        time.sleep(0.02)
file.write_text("".join(line for line in file.open() if line != "import os\\n"))
"""
CHECK = """import items
from parts import *
import parts, pkgutil
for one in pkgutil.iter_modules(parts.__path__):
    module = __import__(f"parts.{one.name}", fromlist=["find"])
    assert module.find(items.Nothing()) == (one.name in items.LOOSE), one.name
"""
ITEMS = """LOOSE = {"p03", "p11", "p12"}
class Nothing:
    def __init__(self):
        pass
    def __eq__(self, other):
        return other is None
    __hash__ = None
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository, the commands in it, and what happens while the last one works."""

    files: Mapping[str, str]
    commands: Sequence[str]
    meanwhile: Callable[[Path, Path, int], None] | None = None


def _held() -> dict[str, str]:
    """Give four files with an unused import each; the fixer stops at the second until it may go on."""
    command = '["python3", "{home}/hold.py"]'
    keys = 'fixers = ["slow"]\nproof.level = "none"\n'
    table = f"[tool.stomper]\n{keys}[tool.stomper.fixer.slow]\ncommand = {command}\n"
    names = ("items", "orders", "prices", "stock")
    return {"pyproject.toml": table, **{f"{name}.py": "import os\n\nX = 1\n" for name in names}}


def _press(home: Path, top: Path, pid: int) -> None:
    """Press ^C while the second file is being fixed, and let the fixer go on."""
    os.kill(pid, signal.SIGINT)
    time.sleep(1)
    (home / "go").touch()


def _commit(home: Path, top: Path, pid: int) -> None:
    """Commit something else on the branch, as a person would."""
    words = ("git", "-c", "user.name=me", "-c", "user.email=me", "commit", "-q", "--allow-empty", "-m", "mine")
    subprocess.run(words, cwd=top, check=True)
    (home / "go").touch()


def _loose() -> dict[str, str]:
    """Give twenty files, of which the fix of three breaks what a command checks that only says yes or no."""
    config = '[tool.stomper]\nproof.level = "none"\ntests.command = ["python3", "check.py"]\n'
    config += '[tool.ruff.lint]\nselect = ["E711"]\n'
    loose = "def find(one):\n    return one == None\n"
    strict = "def find(one):\n    return one == None and False\n"
    files = {f"parts/p{number:02}.py": loose if number in (3, 11, 12) else strict for number in range(20)}
    return {"pyproject.toml": config, "check.py": CHECK, "items.py": ITEMS, "parts/__init__.py": "", **files}


def _rejected() -> dict[str, str]:
    """Give the shop with a fixer of its own that takes away a complaint and turns a sign."""
    command = '["sh", "-c", \'sed -i "s/1 + tax/1 - tax/; /^import os$/d" "$1"\', "sh"]'
    table = (
        f'\n[tool.stomper]\nfixers = ["bold"]\nproof.level = "none"\n[tool.stomper.fixer.bold]\ncommand = {command}\n'
    )
    return {**SHOP, "pyproject.toml": SHOP["pyproject.toml"] + table}


def _untested() -> dict[str, str]:
    return {**SHOP, "tests/test_prices.py": "import nowhere\n\n\ndef test_total() -> None:\n    assert nowhere\n"}


SCENES: dict[str, Callable[[], Scene]] = {
    "first check": lambda: Scene(SHOP, ["stomper check"]),
    "gate": lambda: Scene(_loose(), ["stomper fix"]),
    "rejected": lambda: Scene(_rejected(), ["stomper fix", "stomper show shop/prices.py"]),
    "untested": lambda: Scene(_untested(), ["stomper fix", "stomper fix -q --no-run-tests"]),
    "interrupted": lambda: Scene(_held(), ["stomper fix -j 1"], _press),
    "not delivered": lambda: Scene(_held(), ["stomper fix -j 1"], _commit),
    "help": lambda: Scene(SHOP, ["stomper --help"]),
}


def played(scene: Scene) -> str:
    """Make the repository, run the commands, and give what a person sees of them."""
    with tempfile.TemporaryDirectory(prefix="stomper-transcripts-") as folder:
        home, top = Path(folder).resolve(), Path(folder).resolve() / "shop"
        # The fixer that is held has to see the file that lets it go on.
        sandbox = {"STOMPER_TOOL_SANDBOX": "off"} if scene.meanwhile else {}
        env = {**make_environment(home), **sandbox, "TERM": "xterm", "COLUMNS": str(COLUMNS)}
        make_repository(scene, home, top, env)
        shown = []
        for number, words in enumerate(scene.commands):
            last = number == len(scene.commands) - 1
            code, text = run(words, home, top, env, scene.meanwhile if last else None)
            shown.append(f"$ {words}\n{text}$ echo $?\n{code}\n")
        text = "\n".join(shown).replace(str(home), "/home/me")
        return steady(text.replace(sys.prefix, "/home/me/.venv").replace(sys.base_prefix, "/usr"))


def make_repository(scene: Scene, home: Path, top: Path, env: Mapping[str, str]) -> None:
    (home / "hold.py").write_text(HOLD)
    for name, text in scene.files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text.replace("{home}", str(home)))
    for words in ("init -q -b main", "add -A", "commit -q -m shop"):
        subprocess.run(["git", *words.split()], cwd=top, env=env, check=True)


def run(
    words: str,
    home: Path,
    top: Path,
    env: Mapping[str, str],
    meanwhile: Callable[[Path, Path, int], None] | None,
) -> tuple[int, str]:
    """Run a command in a terminal; `meanwhile` acts as soon as the fixer has begun with the second file."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    argv = [sys.executable, "-m", *shlex.split(words)]
    with subprocess.Popen(argv, cwd=top, env=env, stdin=its, stdout=its, stderr=its, start_new_session=True) as running:
        os.close(its)
        if meanwhile is not None:
            wait_for(home / "begun")
            meanwhile(home, top, running.pid)
        text = b"".join(_chunks(mine)).decode()
        os.close(mine)
        return running.wait(), "".join(f"{line}\n" for line in visible(text))


def wait_for(file: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not file.exists():
        if time.monotonic() > until:
            raise SystemExit(f"{file} did not come in {PATIENCE:g} s")
        time.sleep(0.02)


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux's way to say that nobody has the other end any more
            return
        if not data:
            return
        yield data


def visible(text: str) -> list[str]:
    """Give the lines that stay on a terminal: what follows a carriage return is written over what was there."""
    lines = [COLOURS.sub("", line).rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return [next((part for part in reversed(line.split("\r")) if part.strip()), "").rstrip() for line in lines][:-1]


def steady(text: str) -> str:
    for pattern, fixed in (*STEADY, *SPANS):
        text = pattern.sub(fixed, text)
    return text


def main() -> int:
    """Write the page, or compare with it."""
    names = [word for word in sys.argv[1:] if word != "--check"] or list(SCENES)
    before = text = PAGE.read_text("utf-8")
    for name in names:
        block = re.compile(BLOCK.format(name=name), re.DOTALL)
        shown = played(SCENES[name]())
        text, count = block.subn(lambda _, shown=shown: shown, text)  # type: ignore[misc]
        if count != 1:
            raise SystemExit(f"{PAGE} has {count} sections `{name}`; 1 is needed, between its comments.")
    if "--check" in sys.argv[1:]:
        return int(text != before)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
