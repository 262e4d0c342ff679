"""A plugin for the project's pytest: every test gets its turn, and what became of each is written down.

A copy of this file is loaded by `-p`, in a process that has none of Stomper, by whatever Python and
pytest the project has: it imports nothing but what they all have, and is written beside nothing of the project's.
It appends to the file next to it, one line of JSON for each fact; so do pytest-xdist's workers, each
line in one write. What it writes is read by `pytest_record`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

HERE = os.path.splitext(os.path.abspath(__file__))[0]  # noqa: PTH100, PTH122  # as old Pythons have it, and so below
RECORD = HERE + ".jsonl"
ONLY = HERE + ".only"
# Options that end a run early, leave out what passed, or go by what an earlier run has left. As if they were not given.
OFF = {
    "maxfail": 0,
    "stepwise": False,
    "stepwise_skip": False,
    "lf": False,
    "failedfirst": False,
    "newfirst": False,
}
SEED = 1


def pytest_cmdline_main(config: Any) -> None:
    """Before any plugin is configured."""
    _let_all_run(config)


def pytest_sessionstart(session: Any) -> None:
    """Once more, after every conftest.py had a say."""
    _let_all_run(session.config)
    config = session.config
    if not hasattr(config, "workerinput"):
        _write(root=_root(config), config=str(_config_file(config) or ""))


def pytest_itemcollected(item: Any) -> None:
    """A test that there is, whether it will be run or not."""
    _write(collected=[item.nodeid])


def pytest_collection_modifyitems(config: Any, items: Any) -> None:
    """Leave out the tests that are not asked for: of files in which only some are, and more than a command can name."""
    if not os.path.exists(ONLY):  # noqa: PTH110  # as above
        return
    with open(ONLY) as file:  # noqa: PTH123  # as above
        asked = json.load(file)
    base, words = _root(config), set(asked["words"])
    left_out = [item for item in items if words.isdisjoint(_names(item.nodeid, base, asked["top"]))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _names(node: str, base: str, top: str) -> Iterable[str]:
    """The words that mean a test: its node id, its file, and each folder that this is in, below the folder `top`."""
    path, colons, rest = node.partition("::")
    place = os.path.relpath(os.path.join(base, path), top)  # noqa: PTH118  # as above
    yield place + colons + rest
    while place:
        yield place
        place = os.path.dirname(place)  # noqa: PTH120  # as above
    yield "."


def pytest_collection_finish(session: Any) -> None:
    """The tests that are to be run."""
    _write(selected=[item.nodeid for item in session.items])


def pytest_collectreport(report: Any) -> None:
    """A file that could not be loaded, or says itself that it is to be skipped."""
    if report.failed or report.skipped:
        _write(unloaded=[report.nodeid, report.outcome])


def pytest_runtest_logreport(report: Any) -> None:
    """Give what became of a part of a test; that it was set up and torn down well says nothing."""
    if report.when == "call" or not report.passed:
        _write(report=[report.nodeid, report.when, report.outcome, hasattr(report, "wasxfail")])


def pytest_sessionfinish(session: Any) -> None:
    """The end, which a process that is killed does not come to, and why it came too early, if it did."""
    if not hasattr(session.config, "workerinput"):
        _write(stopped=str(session.shouldstop or session.shouldfail or ""))


def _let_all_run(config: Any) -> None:
    option = config.option
    for name, value in OFF.items():
        if hasattr(option, name):
            setattr(option, name, value)
    if getattr(option, "randomly_seed", None) == "default":  # pytest-randomly: any order, but the same in every tree
        option.randomly_seed = SEED


def _root(config: Any) -> str:
    """The root of the tests: pytest before 6.1 has no `rootpath`, and with `-p no:legacypath` there is no `rootdir`."""
    return str(config.rootpath if hasattr(config, "rootpath") else config.rootdir)


def _config_file(config: Any) -> Any:
    return getattr(config, "inipath", None) or getattr(config, "inifile", None)


def _write(**facts: Iterable[Any] | bool | str) -> None:
    line = json.dumps(facts) + "\n"
    file = os.open(RECORD, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
