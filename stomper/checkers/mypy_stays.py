"""Ask a mypy that stays about an attempt: one process for each worker, which knows the base commit's types.

It is asked only if somebody has said what the checkout holds (`attempt`), and is started with the words of the call
that it stands in for. Whatever it does not answer is None, and mypy is started as ever.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stomper.checkers.attempt import Attempt, attempt_in
from stomper.checkers.caches import surveyed
from stomper.checkers.keeper import KEEPER
from stomper.checkers.mypy_call import Call, Mypy
from stomper.checkers.mypy_stays_start import Start
from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.errors import CheckerError, ToolError

FILES = "files.json"
PART = 0.2  # of the time of a call: if it takes longer, that call is made after all


@dataclass(frozen=True, slots=True)
class Answer:
    """The lines that mypy prints. `more`: there is an error that the base commit has not."""

    lines: tuple[str, ...]
    more: bool


def ask(mypy: Mypy, call: Call, texts: Mapping[str, bytes] | None = None, plain: float = 0.0) -> Answer | None:
    """Give what mypy says of the files of a call, None if it has to be started for that.

    With `texts` files, by their paths from the top, have these contents. With a limit of `plain` seconds the lines are
    text, with all that is found, and nothing is said of the base commit.
    """
    attempt, warm = attempt_in(call.root), surveyed(call.place)
    if attempt is None or warm is None or not mypy.stays:
        return None
    if not KEEPER.asks(call.root / call.group.folder, call.group.paths):
        return None
    try:
        known = known_files(warm, call)
        changed = sorted({*attempt.changed, *(texts or {})})
        if not known.issuperset((*changed, *call.group.paths)):
            return None  # the survey has no types of it, or it is no file of mypy's
        question = _question(call, attempt, {path: _content(call, path, texts or {}) for path in changed}, bool(plain))
        return _answered(Start(mypy, call, warm, _inner(call, sorted(known))), question, plain or mypy.timeout * PART)
    except (OSError, CheckerError) as error:
        KEEPER.note(str(error))
        return None


def keep_files(call: Call) -> None:
    """Let it be known beside the caches which files these have types of."""
    file = call.cache / FILES
    if file.parent.is_dir() and not file.exists():
        file.write_text(json.dumps(call.group.paths))


def known_files(warm: Path, call: Call) -> frozenset[str]:
    """The files that the caches of the survey have types of, by their paths from the top."""
    file = warm / "mypy" / call.cache.name / FILES
    return frozenset(json.loads(file.read_text())) if file.is_file() else frozenset()


def _question(call: Call, attempt: Attempt, now: Mapping[str, bytes], plain: bool) -> dict[str, object]:
    """The contents that are not those of the base commit, and the files to tell of, by the names that mypy has.

    Bytes are told as they are: mypy reads them by what they say of their encoding.
    """
    names = dict(zip(now, _inner(call, now), strict=True))
    base = {} if plain else {path: attempt.base(path) for path in now}
    return {
        "texts": {names[path]: content.decode("latin-1") for path, content in now.items()},
        "base": {names[path]: content.decode("latin-1") for path, content in base.items()},
        "files": call.group.inner,
        "plain": plain,
    }


def _inner(call: Call, paths: Collection[str]) -> tuple[str, ...]:
    return replace(call.group, paths=tuple(paths)).inner


def _content(call: Call, path: str, texts: Mapping[str, bytes]) -> bytes:
    return texts[path] if path in texts else read_regular(call.root / path)


def _answered(start: Start, question: Mapping[str, object], timeout: float) -> Answer | None:
    try:
        told = _ask(start, question, timeout)
        if "no" not in told:
            return _answer(told)
        KEEPER.note(str(told["no"]))
    except (ToolError, ValueError) as error:
        KEEPER.fail(getattr(error, "message", str(error)))
    return None


def _ask(start: Start, question: Mapping[str, object], timeout: float) -> Mapping[str, object]:
    """Ask the one that was started so. Raises ToolError, ValueError if that does not answer."""
    service = KEEPER.service
    if service is None or KEEPER.start != start:
        service = KEEPER.begin(start, start.call.root, start.begin)
        told = _read(service.ask(b"", timeout))
        if "no" in told:
            KEEPER.refused.add(start.call.root / start.call.group.folder)
            KEEPER.end()
            return told
    return _read(service.ask(json.dumps(question).encode(), timeout))


def _read(line: bytes) -> Mapping[str, object]:
    told = parse_json(line)
    if not isinstance(told, dict):
        raise ToolError("its answer is none")
    return told


def _answer(told: Mapping[str, object]) -> Answer:
    lines, more = told.get("lines"), told.get("more")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines) or not isinstance(more, bool):
        raise ToolError("its answer is none")
    return Answer(tuple(lines), more)
