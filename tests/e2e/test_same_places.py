"""Two checkers that report the same thing: two diagnostics, shown together, fixed by one edit, counted twice."""

import json
import sys

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states

UNUSED = """\
import re, sys
for path in sys.argv[1:]:
    for number, line in enumerate(open(path), 1):
        if (found := re.match(r"import (\\w+)$", line)) and open(path).read().count(found[1]) == 1:
            print(f"{path}:{number}:1: W0611 Unused import {found[1]}")
"""
SETTINGS = f"""
[tool.stomper]
checkers = ["ruff", "second"]
[tool.stomper.checker.second]
command = {json.dumps([sys.executable, "second.py", "{files}"])}
format = "pattern"
pattern = '^(?P<path>.+?):(?P<line>\\d+):(?P<column>\\d+): (?P<code>\\w+) (?P<message>.*)$'
[tool.stomper.files]
exclude = ["second.py"]
[tool.ruff.lint]
select = ["F"]
"""


def test_two_that_say_the_same(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", SETTINGS)
    repo.write("second.py", UNUSED)
    repo.commit_file("a.py", "import os\nimport sys\n\nprint(sys.argv)\n")
    said = stomper.run(repo, "check", "--format", "grouped").check(1).out
    assert "a.py\n  1:1 W0611 Unused import os\n    1:8 F401 `os` imported but unused\n" in said
    assert "2 diagnostics in 1 file" in said
    full = stomper.run(repo, "check", "--format", "full").check(1).out
    assert full.count("1 | import os\n") == 1
    stomper.run(repo, "fix").check(0)
    assert states(repo) == {"a.py": "fixed"}
    assert repo.content("a.py") == b"import sys\n\nprint(sys.argv)\n"
    report = report_of(repo)
    assert report["summary"]["diagnostics_fixed"] == 2
    assert {row["code"]: row["fixed"] for row in report["codes"]} == {"F401": 1, "W0611": 1}
    assert len([subject for subject, _ in repo.log()]) == 2
