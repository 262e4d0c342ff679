"""A formatter that stays: started by its own interpreter, it imports nothing of Stomper.

Each file is formatted by a fork of it, which is gone with the answer: as if the program had been started for that, but
for the time that its imports take. One line of JSON in, `{"words": [...], "folder": path}`, the words that the program
would be started with there; one out, `{"code": exit code, "said": text}`. The first line that it says is the same with
the code 0, or another if it cannot be imported. It ends with its input.
"""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

MOST = 4000  # characters of what a formatter says


def serve(module: str, function: str) -> None:
    """Answer until the input ends."""
    try:
        entry = getattr(importlib.import_module(module), function)
    except Exception as error:
        _say(1, f"{type(error).__name__}: {error}")
        return
    _say(0, "")
    for line in sys.stdin.buffer:
        _say(*_answer(entry, json.loads(line)))


def _say(code: int, words: str) -> None:
    sys.stdout.write(json.dumps({"code": code, "said": words[-MOST:]}) + "\n")
    sys.stdout.flush()


def _answer(entry: Callable[[], Any], question: Mapping[str, Any]) -> tuple[int, str]:
    hearing, saying = os.pipe()
    child = os.fork()
    if not child:
        os.close(hearing)
        _format(entry, question, saying)
    os.close(saying)
    with os.fdopen(hearing, "rb") as said:
        words = said.read().decode("utf-8", "backslashreplace")
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), words


def _format(entry: Callable[[], Any], question: Mapping[str, Any], saying: int) -> NoReturn:
    """Run the entry point, as the script that an installer writes does, and end."""
    code: object = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(saying, 1)
        os.dup2(saying, 2)
        os.close(saying)
        os.chdir(question["folder"])
        sys.argv = question["words"]
        code = entry()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    serve(*sys.argv[1:3])
