"""Proof that the project's packages come from the worktree, before any verdict of its tests is believed.

A worktree does not isolate imports: with an editable install, tests in it import the user's checkout,
and broken code passes. So the interpreter that will run the tests is asked, in itself and in a child.
"""

import json
from pathlib import Path

from stomper import process
from stomper.config.places import place_of
from stomper.disk.parse import parse_json
from stomper.errors import ToolError
from stomper.project.environment import Project
from stomper.workspace.worktree import Worktree

TIMEOUT = 60.0

# find_spec looks a package up as `import` does, and runs nothing of it. The script itself imports before the worktree
# is on its path: a json.py there is not the one that it means. Started by -S, `site` waits for that too.
QUESTION = """
import sys
path = [place for place in sys.path if place]
tree = [place for place in path if place == sys.argv[4] or place.startswith(sys.argv[4] + "/")]
rest = [place for place in path if place not in tree]
sys.path[:] = rest
import site
site.main()
import importlib.util, json, subprocess
at = next((n for n, place in enumerate(sys.path) if place in rest), 0)  # what start-up files put first stays there
sys.path[at:at] = tree
found = {}
for name in json.loads(sys.argv[2]):
    try:
        spec = importlib.util.find_spec(name)
    except Exception:
        spec = None
    if spec is not None:
        own = [spec.origin] if spec.has_location else []
        found[name] = own or [str(place) for place in spec.submodule_search_locations or []]
answers = [found]
if sys.argv[3] == "parent":
    child = [sys.executable, "-S", "-c", sys.argv[1], sys.argv[1], sys.argv[2], "child", sys.argv[4]]
    answers += json.loads(subprocess.run(child, stdout=subprocess.PIPE, check=True).stdout)
print(json.dumps(answers))
"""


def require_own_code(project: Project, tree: Worktree) -> None:
    """Raises ToolError if a first-party package would be imported from anywhere but the worktree."""
    packages = json.dumps(project.packages)
    argv = [project.python, "-S", "-c", QUESTION, QUESTION, packages, "parent", str(tree.root)]
    with project.within(tree):
        done = process.run(argv, cwd=tree.root, env=project.environment(tree), timeout=TIMEOUT, contained=True)
    try:
        answers = parse_json(done.stdout) if done.ended and done.returncode == 0 else None
    except ValueError:
        answers = None
    if answers is None:
        raise ToolError(
            f"{project.python} could not say where it imports from ({done.how()}): {done.words(400)}",
            f"Name the project's interpreter: python = '/path/to/python' {place_of(project.top, 'environment')}",
        )
    for found in answers:
        for name, places in found.items():
            for place in places[:1]:  # of a namespace the portion that comes first
                if not Path(place).resolve().is_relative_to(tree.root):
                    raise _wrong_code(project.top, name, place)


def _wrong_code(top: Path, name: str, place: str) -> ToolError:
    return ToolError(
        f"the tests would not see the fixes: package {name} is imported from {place}, not from the worktree",
        f"Name the import roots: pythonpath = ['src'] {place_of(top, 'tests')}; or use a project environment"
        " that does not hook imports, or go without: --test-validation none.",
    )
