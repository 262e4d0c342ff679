"""Start the installed pytest and unittest, even if the checkout has modules with the names of their imports.

Python puts the folder that it is started in, and those of PYTHONPATH, before its own library: a `pytest.py` or
`json.py` at the top of a project would be run in the place of what it is called after. So the project's folders come
on the path when everything that pytest starts with is imported, and there they are for its tests as by hand.
"""

# A question with this before it does not see the folder that it is asked in.
LEAVE = "import sys; sys.path[:] = [place for place in sys.path if place]; "
_TREE = """\
import os, sys
top = os.path.realpath(os.getcwd())
named = {os.path.realpath(place) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place}
def inner(place):
    real = os.path.realpath(place or top)
    mine = not place or (real in named and not real.endswith("-packages"))
    return mine and (real == top or real.startswith(top + os.sep))
tree = [place for place in sys.path if inner(place)]
sys.path[:] = [place for place in sys.path if place not in tree]
"""
_BACK = """\
sys.path[:0] = [*([] if getattr(sys.flags, "safe_path", False) else [os.getcwd()]), *filter(None, tree)]
del inner, named, top, tree
"""
_PYTEST = f"""\
{_TREE}
import json, importlib.util, runpy
if importlib.util.find_spec("pytest") is None:
    sys.exit(sys.executable + ": No module named pytest")
import pytest
try:
    from _pytest.config import get_config
    get_config()
except ImportError:
    pass
{_BACK}
del sys.argv[1]
runpy.run_module("pytest", run_name="__main__", alter_sys=True)
"""
_UNITTEST = f"""\
{_TREE}
import json, runpy, unittest
sys.argv.pop(0)
{_BACK}
runpy.run_path(sys.argv[0], run_name="__main__")
"""
NAME = "pytest"  # a word that says in a list of processes what this is
BY_MODULE = ("-m", NAME)


def start_pytest(python: str) -> tuple[str, ...]:
    """The words that start the pytest of an interpreter, as `python -m pytest` does."""
    return (python, "-c", _PYTEST, NAME)


def ask_pytest(python: str) -> tuple[str, ...]:
    """The same for a question: no `sitecustomize` of the checkout is imported either."""
    return (python, "-S", "-c", _PYTEST.replace("import json", "import site\nsite.main()\nimport json", 1), NAME)


def start_runner(python: str, runner: str) -> tuple[str, ...]:
    """The words that start a runner of ours for the project's unittest."""
    return (python, "-c", _UNITTEST, runner)
