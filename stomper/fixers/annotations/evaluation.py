"""Expressions evaluated by the project's own interpreter: the standard library and what is installed, nothing else."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper import process
from stomper.errors import ToolError
from stomper.metadata.versions import Python

TIMEOUT = 30.0
# Runs on any Python 3. A name is imported only if its module is the standard library's, or lies with what is
# installed: an editable install leads to the project's own code, which is not run.
SCRIPT = """
import importlib, importlib.util, json, os, sys, sysconfig
paths = sysconfig.get_paths()
places = [os.path.realpath(paths[name]) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")]
places += [os.path.realpath(place) + os.sep for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
def usual(module):
    top = module.partition(".")[0]
    if top in sys.builtin_module_names:
        return True
    spec = importlib.util.find_spec(top)
    found = [spec.origin] if spec.origin not in (None, "namespace") else list(spec.submodule_search_locations or ())
    inside = [p in ("built-in", "frozen") or os.path.realpath(p).startswith(tuple(places)) for p in found]
    return bool(found) and all(inside)
class Stub:
    pass
def given(module, name):
    if not usual(module):
        raise ImportError(module)
    if not name:
        importlib.import_module(module)
        return importlib.import_module(module.partition(".")[0])
    found = importlib.import_module(module)
    return getattr(found, name) if hasattr(found, name) else importlib.import_module(module + "." + name)
def holds(question):
    names = {name: type(name, (Stub,), {}) for name in question["classes"]}
    try:
        for local, module, name in question["imports"]:
            names[local] = given(module, name)
        eval(question["expression"] or "None", names)
    except BaseException:
        return False
    return True
answers = [holds(question) for question in json.load(sys.stdin)]
sys.stdout.write("\\n" + json.dumps({"version": list(sys.version_info[:2]), "answers": answers}) + "\\n")
"""


@dataclass(frozen=True, slots=True)
class Question:
    """Does `expression` evaluate, where `imports` and `classes` are there?

    An import is (local name, module, name in it or '').
    """

    expression: str
    imports: tuple[tuple[str, str, str], ...] = ()
    classes: tuple[str, ...] = ()


Answers: TypeAlias = dict[tuple[str, Question], bool]
_answers: Answers = {}
_versions: dict[str, Python | None] = {}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The project's interpreter, isolated. It is asked nothing twice, and all at once. `place` is where it runs."""

    python: str
    place: Path

    @property
    def version(self) -> Python | None:
        """Its version; None if it does not answer."""
        if self.python not in _versions:
            self.holds([])
        return _versions[self.python]

    def holds(self, questions: Sequence[Question]) -> list[bool]:
        """The answer to each; no if there is none."""
        new = [question for question in dict.fromkeys(questions) if (self.python, question) not in _answers]
        if new or self.python not in _versions:
            self._ask(new)
        return [_answers[self.python, question] for question in questions]

    def _ask(self, questions: Sequence[Question]) -> None:
        version, answers = self._said(questions)
        _versions[self.python] = version or _versions.get(self.python)
        for number, question in enumerate(questions):
            _answers[self.python, question] = number < len(answers) and answers[number]

    def _said(self, questions: Iterable[Question]) -> tuple[Python | None, list[bool]]:
        asked = [{"expression": q.expression, "imports": q.imports, "classes": q.classes} for q in questions]
        argv = [self.python, "-I", "-c", SCRIPT]
        try:
            done = process.run(argv, cwd=self.place, timeout=TIMEOUT, stdin=json.dumps(asked).encode(), contained=True)
            said = json.loads(done.stdout.splitlines()[-1])
            major, minor = said["version"]
            return (int(major), int(minor)), [answer is True for answer in said["answers"]]
        except (ToolError, OSError, ValueError, IndexError, KeyError, TypeError):
            return None, []
