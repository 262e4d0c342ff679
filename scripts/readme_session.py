"""Write the terminal session of README.md anew: build a small shop, run the commands, keep what they print.

.venv/bin/python scripts/readme_session.py [--check]

With `--check` nothing is written; exit code 1 if README.md shows another session. Names of runs, ids of commits,
folders and speeds differ from run to run and are replaced by fixed ones.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(?<=<!-- session -->\n```console\n).*?(?=```\n<!-- end of session -->)", re.DOTALL)
COMMANDS = ("stomper fix", "stomper undo")
FILES = {
    "pyproject.toml": (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n\n'
        '[tool.ruff.lint]\nselect = ["E", "F", "I", "UP"]\n\n[tool.pytest.ini_options]\npythonpath = ["."]\n'
    ),
    "shop/prices.py": (
        "import os\n"
        "from typing import Optional\n\n\n"
        "def total(prices: Optional[list[float]], tax: float) -> float:\n"
        "    return sum(prices or []) * (1 + tax)\n"
    ),
    "shop/report.py": 'def line(name: str, count: int) -> str:\n    return f"{nmae}: {count}"\n',
    "shop/stock.py": (
        "import json, sys\n\n\n"
        "def load(path: str) -> dict[str, int]:\n"
        '    with open(path, "r") as file:\n'
        "        return dict(json.load(file))\n"
    ),
    "tests/test_prices.py": (
        "from shop.prices import total\n\n\ndef test_total() -> None:\n    assert total([1.0, 2.0], 0.5) == 4.5\n"
    ),
}
# The differences between two runs, and what README.md shows in their place.
STEADY = (
    (re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}"), "20261121-081555-46d2"),
    (re.compile(r"[0-9a-f]{12}\.\.[0-9a-f]{12}"), "c239df917211..8b93d02de216"),
    (re.compile(r"^took .*", re.MULTILINE), "took 2.4 s"),
)


def make_environment(home: Path) -> dict[str, str]:
    """Make an environment that holds nothing of this user's but the search path."""
    places = {"HOME": str(home), "TMPDIR": str(home), "PATH": f"{Path(sys.executable).parent}:{os.defpath}"}
    who = {f"GIT_{role}_{part}": "me" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    # Plugins that happen to be installed here would judge the shop's test.
    own = {"STOMPER_TRUST": "1", "STOMPER_MAX_PARALLEL_FILES": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return {**places, **who, **own, "GIT_CONFIG_NOSYSTEM": "1"}


def make_shop(top: Path, env: dict[str, str]) -> None:
    """Make the repository: three files, one of which only a person or a model can mend, and a test."""
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    for words in ("init -q -b main", "add -A", "commit -q -m shop"):
        subprocess.run(["git", *words.split()], cwd=top, env=env, check=True)


def session() -> str:
    """Run the commands, and give the session as README.md shows it."""
    with tempfile.TemporaryDirectory(prefix="stomper-readme-") as folder:
        home, top = Path(folder).resolve(), Path(folder).resolve() / "shop"
        env = make_environment(home)
        make_shop(top, env)
        shown = [f"$ {words}\n{printed(words, top, env)}" for words in COMMANDS]
        return "\n".join(shown).replace(str(home), "/home/me")


def printed(words: str, top: Path, env: dict[str, str]) -> str:
    """Run one command, and give what it prints, with fixed names in the place of those that differ."""
    argv = [sys.executable, "-m", *words.split()]
    text = subprocess.run(argv, cwd=top, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    for pattern, steady in STEADY:
        text = pattern.sub(steady, text)
    return text


def main() -> int:
    """Write README.md, or compare with it."""
    before = README.read_text("utf-8")
    text, count = BLOCK.subn(lambda _: session(), before)
    if count != 1:
        raise SystemExit(f"{README} has {count} sessions; 1 is needed, between `<!-- session -->` and its end.")
    if "--check" in sys.argv[1:]:
        return int(text != before)
    README.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
