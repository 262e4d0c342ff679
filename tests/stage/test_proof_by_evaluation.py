"""Changes of annotations, made by the real ruff: proved only where nobody can tell one from the other."""

import subprocess
from pathlib import Path

import pytest

from stomper.fixers.annotations.surroundings import Surroundings
from stomper.proof.by_evaluation import CODES, MORE, VALUE, why_not
from tests.kit.fakes import real_tool

RUFF = real_tool("ruff") or ""
PROJECT = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
DATA = "import dataclasses\nfrom typing import Sequence\n"
LIST = "from typing import List\n\n\n"

PROVED = {
    "a plain function": f"{LIST}def f(x: List[int]) -> None: ...\n",
    "an optional one": "from typing import Optional\n\n\nclass A:\n    def f(self, x: Optional[int]) -> None: ...\n",
    "quotes": "from __future__ import annotations\n\n\ndef f(x: 'int') -> None: ...\n",
    "another module": "from typing import Callable\n\n\ndef f(x: Callable[[int], str]) -> None: ...\n",
    "a return": "def f():\n    return 1\n",
    "a list that a method returns": f"{LIST}class A:\n    def f(self) -> List[int]:\n        return []\n",
}
REFUTED = {
    "a route": (f"{LIST}import web\n\n\n@web.get('/')\ndef f(x: List[int]) -> None: ...\n", "web.get, its decorator"),
    "a field": (f"{LIST}import models\n\n\nclass A(models.Model):\n    x: List[int]\n", "a base of A"),
    "a dataclass": (
        f"{LIST}import dataclasses\n\n\n@dataclasses.dataclass\nclass A:\n    x: List[int]\n",
        "decorator of A",
    ),
    "a field of the same text": (
        f"{DATA}\n\n@dataclasses.dataclass\nclass A:\n    x: Sequence[int]\n",
        "decorator of A",
    ),
    "a field in quotes": (
        f"{DATA}\n\n@dataclasses.dataclass\nclass A:\n    x: 'Sequence[int]'\n",
        "decorator of A",
    ),
    "an alias": (f"{LIST}Names = List[str]\n", MORE),
    "an argument": (f"{LIST}import json\n\njson.dumps(List[str])\n", MORE),
    "a base": (f"{LIST}class Names(List[str]): ...\n", MORE),
    "an abstract class that is asked": (
        "from typing import Sequence\n\n\ndef f(x) -> bool:\n    return isinstance(x, Sequence)\n",
        VALUE,
    ),
    "an alias of the same text": ("from typing import Mapping\n\nNames = Mapping[str, int]\n", VALUE),
}


def changed(root: Path, text: str) -> str:
    """What ruff makes of a text."""
    (root / "a.py").write_text(text)
    (root / "pyproject.toml").write_text(PROJECT)
    words = ["check", "--isolated", "--no-cache", "--fix-only", "--unsafe-fixes", "--target-version", "py311"]
    subprocess.run([RUFF, *words, "--preview", "--select", ",".join(sorted(CODES)), "a.py"], cwd=root, check=True)
    after = (root / "a.py").read_text()
    assert after != text
    (root / "a.py").write_text(text)
    return after


def reason(root: Path, text: str, after: str) -> str:
    return why_not(root, "a.py", text, after, Surroundings(), root)


@pytest.mark.parametrize("text", PROVED.values(), ids=PROVED)
def test_what_nobody_can_tell_is_proved(tmp_path: Path, text: str) -> None:
    assert reason(tmp_path, text, changed(tmp_path, text)) == ""


@pytest.mark.parametrize(("text", "why"), REFUTED.values(), ids=REFUTED)
def test_what_somebody_may_tell_is_not(tmp_path: Path, text: str, why: str) -> None:
    assert why in reason(tmp_path, text, changed(tmp_path, text))


def test_a_reader_elsewhere_refutes_it(tmp_path: Path) -> None:
    text = PROVED["a plain function"]
    after = changed(tmp_path, text)
    (tmp_path / "b.py").write_text("import typing\n\n\ndef read(x):\n    return typing.get_type_hints(x)\n")
    assert "b.py, which has get_type_hints" in reason(tmp_path, text, after)


def test_a_name_that_goes_and_that_another_file_has_from_there_refutes_it(tmp_path: Path) -> None:
    text = PROVED["a plain function"]
    after = text.replace("from typing import List\n\n\n", "").replace("List[", "list[")
    assert reason(tmp_path, text, after) == ""
    (tmp_path / "b.py").write_text("from a import List\n")
    assert "may be seen by b.py" in reason(tmp_path, text, after)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("def f(x: int) -> None: ...\n", "def f(x: int) -> None:\n    print(x)\n"),
        ("import os\n\n\ndef f(x: 'os.PathLike') -> None: ...\n", "def f(x: 'os.PathLike') -> None: ...\n"),
        ("def f(x: int) -> None: ...\n", "from __future__ import annotations\n\n\ndef f(x: int) -> None: ...\n"),
        (
            "def f():\n    from typing import Sized\n    return Sized\n",
            "def f():\n    from collections.abc import Sized\n    return Sized\n",
        ),
    ],
    ids=["code", "an import", "a future", "an import within"],
)
def test_more_than_annotations_is_not_proved(tmp_path: Path, text: str, after: str) -> None:
    assert reason(tmp_path, text, after) == MORE


def test_what_cannot_be_evaluated_is_not_proved(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    text = "import threading\n\n\ndef f(x: threading.Lock = None) -> None: ...\n"
    after = text.replace("threading.Lock =", "threading.Lock | None =")
    assert "does not evaluate" in reason(tmp_path, text, after)
    assert "cannot be read" in reason(tmp_path, text, "def f(:\n")
