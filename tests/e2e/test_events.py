"""What programs are told of a run, event by event; each is as the schema has it, and the schema as the page has it."""

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stomper.progress import Events
from stomper.run.search_trace import Probe, Trace
from tests.kit.cli import ROOT, Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of
from tests.kit.samples import findings_repo

SCHEMA = json.loads((ROOT / "docs" / "events.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EVENTS = {name: facts for name, facts in SCHEMA["$defs"].items() if name != "time"}
IN_ALL = {"schema_version", "event", "time"}
# A module whose name is not used in it, but in the test.
GUILTY = {
    "shop/__init__.py": "",
    "shop/first.py": "import os\n\n\ndef one() -> int:\n    return 1\n",
    "shop/names.py": "import json\n",
    "tests/test_shop.py": "from shop import names\n\n\ndef test_names():\n    assert names.json.dumps(1) == '1'\n",
}


def events_of(text: str) -> list[dict[str, Any]]:
    """All events in a text of nothing else, each looked at."""
    found = [json.loads(line) for line in text.splitlines()]
    for event in found:
        jsonschema.Draft202012Validator(EVENTS[event["event"]] | {"$defs": SCHEMA["$defs"]}).validate(event)
        VALIDATOR.validate(event)
    return found


def test_events_of_a_run(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2, unfixable=True)
    result = stomper.run(repo, "fix", "-q", "--progress", "json").check(1)
    assert result.out == ""
    found = events_of(result.err)
    names = [event["event"] for event in found]
    assert Counter(names) >= Counter({"file_started": 3, "file_done": 3, "landed": 2, "started": 1, "finished": 1})
    assert (names.index("started") < names.index("file_started"), names[-1]) == (True, "finished")
    report = report_of(repo)
    assert {event["commit"] for event in found if event["event"] == "landed"} == {
        file["commit"] for file in report["files"] if "commit" in file
    }
    end, summary = found[-1], report["summary"]
    assert end["diagnostics"] == {
        name: summary[f"diagnostics_{name}"] for name in ("before", "after", "fixed", "suppressed")
    }
    assert (end["exit_code"], end["files"]) == (1, {"fixed": 2, "unchanged": 1})
    assert json.loads(Path(end["report"]).read_text())["run"] == end["run"] == found[0].get("run", end["run"])


@pytest.mark.thorough
def test_events_of_a_search_go_to_a_file(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    for path, content in GUILTY.items():
        repo.write(path, content)
    repo.commit("a name that only a test knows")
    file = tmp_path / "new" / "events.jsonl"
    result = stomper.run(repo, "fix", "--unproved", "--progress", f"json={file}").check(1)
    assert "checking the result as a whole" in result.err
    assert "schema_version" not in result.err
    found = events_of(file.read_text())
    (search,) = (event for event in found if event["event"] == "search")
    (dropped,) = (event for event in found if event["event"] == "dropped")
    assert search["files"] >= 1
    assert (dropped["path"], dropped["broken"]) == ("shop/names.py", search["broken"])
    assert found[-1]["files"].get("rejected", 0) + found[-1]["files"].get("partial", 0) == 1


def test_a_search_tells_each_of_its_steps() -> None:
    out = io.StringIO()
    trace = Trace(Events(out).event)
    trace.begin(["tests.test_a::test_one"] * 30, 3)
    trace.add(Probe(2, red=True), Probe(1, red=False, path="a\x1b.py", alone=True))
    trace.end("a\x1b.py", (2, 3), "b.py")
    assert [event["event"] for event in events_of(out.getvalue())] == ["search", "probe", "probe", "dropped"]
    assert "\x1b" not in out.getvalue()
    assert trace.searches[0].facts()["probes"] == [{"files": 2, "red": True}, trace.searches[0].probes[1].facts()]


# A checker that gives no result.
CRASHES = """
checkers = ["mine"]
[checker.mine]
command = ["sh", "-c", "echo no way >&2; exit 2"]
format = "pattern"
pattern = '^(?P<path>[^:]+):(?P<line>[0-9]+): (?P<message>.*)$'
"""


def test_an_error_is_an_end_too(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("stomper.toml", CRASHES)
    repo.write("a.py", "")
    repo.commit("a checker")
    result = stomper.run(repo, "fix", "--progress", "json").check(3)
    found = events_of("".join(line for line in result.err.splitlines(keepends=True) if line.startswith("{")))
    assert (found[-1]["event"], found[-1]["exit_code"]) == ("finished", 3)
    assert f"error: {found[-1]['error']}" in result.err
    refused = stomper.run(repo, "fix", "--progress", "jsonl").check(2)
    assert "'jsonl' is none of auto, json, json=FILE" in refused.err
    inside = stomper.run(repo, "fix", "--progress", "json=.git/x").check(2)
    assert "--progress .git/x is inside of git's own folder" in inside.err


def test_the_page_and_the_schema_say_the_same() -> None:
    page = (ROOT / "docs" / "events.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", page, re.MULTILINE))
    assert set(rows) == set(EVENTS) | IN_ALL
    for name, facts in EVENTS.items():
        named = set(re.findall(r"`(\w+)`", rows[name]))
        inner = set(facts["properties"].get("diagnostics", {}).get("properties", ()))
        assert named == set(facts["properties"]) - IN_ALL | inner, name
