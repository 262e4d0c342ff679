"""A mypy that stays with a worker says what one started anew says, or nothing; whatever it does, nothing is lost."""

import dataclasses
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stomper.checkers.attempt import attempted
from stomper.checkers.caches import cache_folder, keep_caches, warm_caches
from stomper.checkers.keeper import KEEPER, MOST_FAILURES, end_staying, taken_notes
from stomper.checkers.mypy import MypyChecker, one_call
from stomper.checkers.mypy_config import Group
from stomper.checkers.mypy_stays import Answer, ask
from stomper.checkers.mypy_stays_start import staying
from stomper.checkers.sandboxed import Kept
from stomper.models import Diagnostic
from stomper.process import Room
from tests.kit.fakes import real_tool
from tests.kit.sandboxes import KINDS, sandbox_of
from tests.kit.wait import eventually

PROGRAM = real_tool("mypy") or "mypy"
ANEW = MypyChecker(PROGRAM, sys.executable)
STAYS = dataclasses.replace(ANEW, stays=staying(PROGRAM))
ABOUT = "shop/user.py"
FILES = {
    "mypy.ini": "[mypy]\nstrict = True\nwarn_unreachable = True\n",
    "shop/__init__.py": "",
    "shop/prices.py": "def total(prices: list[int]) -> int:\n    return sum(prices)\n",
    "shop/one.py": "from shop import two\n\nclass One:\n    other: 'two.Two'\n",
    "shop/two.py": "from shop import one\n\nclass Two(one.One):\n    size = 1\n",
    ABOUT: "import json\n\nfrom shop.prices import total\n\nx: str = total([1])\n",
}
NO_PART = (
    "follow_imports = silent",
    "local_partial_types = False",
    "incremental = False",
    "[mypy-shop.*]\nfollow_imports = skip",
)
TEXTS = {
    "as it was": FILES[ABOUT],
    "fixed": "from shop.prices import total\n\nx: int = total([1])\n",
    "another error": FILES[ABOUT] + "y: int = ''\n",
    "notes": "def f(x: list[float]) -> None: ...\n\na: list[int] = []\nf(a)\nreveal_type(a)\n",
    "an unused comment": "x: int = 1  # type: ignore[assignment]\n",
    "an unreachable line": "def f(x: int) -> int:\n    if isinstance(x, int):\n        return 1\n    return x.y\n",
    "no stubs": "import simplejson\n\nprint(simplejson)\n",
    "no such module": "import no_such_module\n\nprint(no_such_module)\n",
    "options of its own": "# mypy: disallow-untyped-defs=False\n\ndef f(x):\n    return x\n",
    "another encoding": "# coding: latin-1\n\nx: int = '\xe9'\n",
    "a new import": "import wave\n\nwave.nothing()\n",
    "an end in the middle": "def f(:\n",
}


@dataclasses.dataclass(frozen=True)
class Place:
    """A checkout with a survey behind it, as a task has it."""

    root: Path
    scratch: Path

    def write(self, path: str, text: str) -> None:
        (self.root / path).write_bytes(text.encode("latin-1"))

    def check(self, mypy: MypyChecker | Kept, *changed: str) -> tuple[Diagnostic, ...]:
        with attempted(self.root, changed, lambda path: FILES[path].encode()):
            return mypy.check(self.root, [ABOUT], self.scratch)

    def anew(self) -> tuple[Diagnostic, ...]:
        """The same by a mypy that has never seen anything."""
        scratch = self.root.parent / "anew"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        return ANEW.check(self.root, [ABOUT], scratch)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    end_staying()
    taken_notes()
    yield made(tmp_path / "place")
    end_staying()


def made(folder: Path, **files: str) -> Place:
    place = Place(folder / "tree", folder / "scratch")
    for path, text in {**FILES, **files}.items():
        (place.root / path).parent.mkdir(parents=True, exist_ok=True)
        place.write(path, text)
    for made in (folder / "survey", place.scratch):
        made.mkdir()
    STAYS.check(place.root, [path for path in FILES if path.endswith(".py")], folder / "survey")
    keep_caches(folder / "survey", folder / "warm")
    warm_caches(folder / "warm", place.scratch)
    return place


def stayed() -> int:
    """The process that stays."""
    assert KEEPER.service is not None
    return KEEPER.service.pid


@pytest.mark.thorough
def test_it_says_what_one_started_anew_says_of_whatever_is_written(place: Place) -> None:
    said = {}
    for name, text in TEXTS.items():
        place.write(ABOUT, text)
        said[name] = place.check(STAYS, ABOUT), place.anew()
    assert {name: there for name, (there, _) in said.items()} == {name: anew for name, (_, anew) in said.items()}
    assert [note.split(": ", 1)[1] for note in taken_notes()] == [
        "shop.user imports what nothing has imported before",
        "stopped by shop.user",
    ]


def test_one_process_answers_and_no_answer_is_seen_in_the_next(place: Place) -> None:
    place.write(ABOUT, TEXTS["fixed"])
    assert place.check(STAYS, ABOUT) == ()
    first = stayed()
    place.write("shop/prices.py", "def total(prices: list[int]) -> str:\n    return 'much'\n")
    place.write(ABOUT, FILES[ABOUT])
    assert place.check(STAYS, ABOUT, "shop/prices.py") == ()
    place.write("shop/prices.py", FILES["shop/prices.py"])
    (found,) = place.check(STAYS, ABOUT)
    assert (found.code, found.line) == ("assignment", 5)
    assert stayed() == first
    assert not taken_notes()
    assert not (cache_folder(place.scratch) / "mypy").exists()  # what is not written to is not copied


@pytest.mark.thorough
def test_a_checkout_that_is_put_in_the_place_of_the_one_before_is_found(place: Place) -> None:
    """As after an attempt that is rolled back: its folder is mounted anew."""
    place.write(ABOUT, TEXTS["fixed"])
    assert place.check(STAYS, ABOUT) == ()
    first, before = stayed(), place.root.with_name("before")
    place.root.rename(before)
    shutil.copytree(before, place.root)
    shutil.rmtree(before)
    assert place.check(STAYS, ABOUT) == ()
    assert stayed() == first
    assert not taken_notes()


@pytest.mark.thorough
def test_a_cycle_is_checked_as_far_as_it_comes_back(place: Place) -> None:
    place.write("shop/one.py", FILES["shop/one.py"] + "    size: str = ''\n")
    with attempted(place.root, ["shop/one.py"], lambda path: FILES[path].encode()):
        found = STAYS.check(place.root, ["shop/one.py", "shop/two.py"], place.scratch)
    assert [(d.path, d.code) for d in found] == [("shop/two.py", "assignment")]
    assert found == ANEW.check(place.root, ["shop/one.py", "shop/two.py"], place.root.parent)


@pytest.mark.thorough
def test_who_looks_at_a_commit_is_answered_from_cold(place: Place) -> None:
    assert STAYS.check(place.root, [ABOUT], place.scratch) == place.anew()
    assert KEEPER.service is None


@pytest.mark.parametrize("changed", ["shop/new.py", "mypy.ini"])
def test_what_the_survey_has_no_types_of_is_not_asked(place: Place, changed: str) -> None:
    place.write(changed, "[mypy]\n")
    place.write(ABOUT, TEXTS["fixed"])
    assert place.check(STAYS, changed, ABOUT) == ()
    assert KEEPER.service is None


def test_a_file_that_is_gone_is_none_to_ask_about(place: Place) -> None:
    (place.root / "shop/prices.py").unlink()
    assert [d.code for d in place.check(STAYS, "shop/prices.py")] == [d.code for d in place.anew()]
    assert len(taken_notes()) == 1


@pytest.mark.thorough
def test_of_a_file_that_it_does_not_know_well_it_tells_nothing(place: Place) -> None:
    place.write(ABOUT, TEXTS["fixed"])
    with attempted(place.root, [ABOUT], lambda path: b"x: int = ''\n"):
        assert STAYS.check(place.root, [ABOUT], place.scratch) == ()
    assert taken_notes() == ("mypy is started anew: of shop/user.py as it was it says something else",)


@pytest.mark.thorough
def test_a_cycle_that_comes_or_goes_is_looked_at_anew(place: Place) -> None:
    changes = {"shop/prices.py": "import shop.user\n" + FILES["shop/prices.py"], "shop/one.py": "class One: ...\n"}
    for path, text in changes.items():
        place.write(path, text)
        with attempted(place.root, [path], lambda path: FILES[path].encode()):
            assert STAYS.check(place.root, [path], place.scratch) == ANEW.check(place.root, [path], place.root.parent)
        place.write(path, FILES[path])
        (note,) = taken_notes()
        assert "cycle" in note


def test_nothing_of_the_checkout_is_imported(place: Place, tmp_path: Path) -> None:
    marks = {name: tmp_path / name for name in ("collections", "json", "mypy", "resource", "select", "sitecustomize")}
    for name, mark in marks.items():
        place.write(f"{name}.py", f"open({str(mark)!r}, 'w')\n")
    place.write(ABOUT, TEXTS["fixed"])
    asked(place, STAYS)
    assert not [name for name, mark in marks.items() if mark.exists()]


@pytest.mark.thorough
@pytest.mark.matrix(every=3)
@pytest.mark.parametrize("line", NO_PART)
def test_a_configuration_that_it_has_no_part_in(tmp_path: Path, place: Place, line: str) -> None:
    other = made(tmp_path / "other", **{"mypy.ini": f"[mypy]\n{line}\n"})
    other.write(ABOUT, TEXTS["fixed"] + "\nz = []\ndef f() -> None:\n    z.append(1)\n")
    for _ in range(2):
        assert other.check(STAYS, ABOUT) == other.anew()
    assert KEEPER.service is None
    assert len(taken_notes()) == 1  # it is not started a second time


def test_one_that_is_killed_is_replaced(place: Place) -> None:
    place.write(ABOUT, TEXTS["fixed"])
    place.check(STAYS, ABOUT)
    first = stayed()
    os.kill(first, signal.SIGKILL)
    assert place.check(STAYS, ABOUT) == ()
    assert taken_notes() == ("mypy is started anew: it has ended",)
    assert place.check(STAYS, ABOUT) == ()
    assert stayed() != first


ERROR = (
    '{"file": "shop/user.py", "line": 1, "column": 0, "message": "no", "hint": null, "code": "x", "severity": "error"}'
)
LIES = {
    "nonsense": ("print('{}'); input(); print('no answer')", "column 1"),
    "a list": ("print('{}'); input(); print('[]')", "its answer is none"),
    "no lines": ("""print('{}'); input(); print('{"lines": 1, "more": false}')""", "its answer is none"),
    "two answers": ("""print('{}'); input(); print('{}\\n{}')""", "more than one"),
    "the end": ("print('{}')", "it has ended"),
    "no beginning": ("raise SystemExit(1)", "it has ended"),
    "silence": ("print('{}', flush=True); input(); import time; time.sleep(1000)", "no answer after"),
    "deaf": ("print('{}', flush=True); import time; time.sleep(1000)", "no answer after"),
    "no line of mypy": ("""print('{}'); input(); print('{"lines": ["no"], "more": false}')""", "something else"),
    "an error": (f"print('{{}}'); input(); import json; print(json.dumps(dict(lines=[{ERROR!r}], more=True)))", "else"),
}


@pytest.mark.matrix(every=3)
@pytest.mark.parametrize("lie", LIES)
def test_what_is_no_answer_is_asked_anew(place: Place, tmp_path: Path, lie: str) -> None:
    code, words = LIES[lie]
    liar = tmp_path / "python"
    liar.write_text(f"#!{sys.executable} -u\n{code}\n")
    liar.chmod(0o755)
    lying = dataclasses.replace(STAYS, stays=str(liar))
    place.write(ABOUT, TEXTS["fixed"])
    if lie in ("silence", "deaf"):
        assert asked(place, dataclasses.replace(lying, timeout=2.0)) is None
    else:
        assert place.check(lying, ABOUT) == ()
    (note,) = taken_notes()
    assert words in note


def asked(place: Place, mypy: MypyChecker) -> Answer | None:
    """The answer without the way round by a new one, for which there would be no time."""
    with attempted(place.root, [ABOUT], lambda path: FILES[path].encode()):
        return ask(mypy, one_call(place.root, Group("", (ABOUT,)), place.scratch))


def test_who_is_killed_leaves_none_behind(place: Place, tmp_path: Path) -> None:
    place.write(ABOUT, TEXTS["fixed"])
    child = os.fork()
    if child == 0:
        KEEPER.service = None
        place.check(STAYS, ABOUT)
        (tmp_path / "pid").write_text(str(stayed()))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    pid = int((tmp_path / "pid").read_text())
    eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.thorough
def test_one_that_fails_again_and_again_is_let_be(place: Place) -> None:
    broken = dataclasses.replace(STAYS, stays="/bin/false")
    place.write(ABOUT, TEXTS["fixed"])
    for _ in range(MOST_FAILURES + 2):
        assert place.check(broken, ABOUT) == ()
    assert len(taken_notes()) == MOST_FAILURES


def test_it_is_ended_for_its_own_checkout_only(place: Place) -> None:
    place.check(STAYS)
    end_staying(place.root.parent)
    assert stayed()
    end_staying(place.root)
    assert KEEPER.service is None


@pytest.mark.parametrize("kind", KINDS)
def test_it_stays_in_the_room_of_the_checkout(place: Place, kind: str) -> None:
    room = Room(sandbox_of(kind).seeing("all"))
    place.write(ABOUT, TEXTS["fixed"])
    kept = Kept(STAYS, room, place.root.parent / "top")
    for _ in range(2):
        assert place.check(kept, ABOUT) == ()
    assert not taken_notes()
    inner = [child for child in psutil.Process(stayed()).children(recursive=True) if "--" in child.cmdline()]
    spaces = {os.readlink(f"/proc/{child.pid}/ns/mnt") for child in inner}  # noqa: PTH115  # a name, not a path
    assert spaces
    assert os.readlink("/proc/self/ns/mnt") not in spaces  # noqa: PTH115


@pytest.mark.parametrize(
    "text",
    [
        "#!/bin/sh\nexec mypy\n",
        "#!/usr/bin/env python3\nfrom mypy.__main__ import console_entry\n",
        f"#!{sys.executable}\nprint('no mypy')\n",
        "#!/nowhere/bin/python\nfrom mypy.__main__ import console_entry\n",
    ],
)
def test_a_program_that_is_not_known_to_be_mypy_does_not_stay(tmp_path: Path, text: str) -> None:
    program = tmp_path / "mypy"
    program.write_text(text)
    assert staying(str(program)) == ""
    assert staying(str(tmp_path / "none")) == ""


@pytest.mark.parametrize(("versions", "can"), [(["1.19.1"], False), (["2.4.1"], True), (["2.4.1", "1.19.1"], False)])
def test_a_mypy_of_an_older_kind_does_not_stay(tmp_path: Path, versions: list[str], can: bool) -> None:
    python = tmp_path / "bin/python"
    for version in versions:
        (tmp_path / f"lib/python3.12/site-packages/mypy-{version}.dist-info").mkdir(parents=True)
    program = tmp_path / "mypy"
    program.write_text(f"#!{python}\n# -*- coding: utf-8 -*-\nfrom mypy.__main__ import console_entry\n")
    assert bool(staying(str(program))) is can
