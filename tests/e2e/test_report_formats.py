"""Reports for other programs: valid by their schemas, with everything in them, and nothing that breaks out of them."""

import dataclasses
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from stomper.checkers.sarif import read_sarif
from stomper.errors import CheckerError, UsageError
from stomper.fixers.edits import Text, apply_edits, edits_of
from stomper.models import Diagnostic, Replacement, Severity, Told
from stomper.report import Findings, RunReport, findings_of, render, require_report_path
from stomper.report.findings import fingerprints
from stomper.report.model import Concurrency, FileReport
from stomper.report.step_summary import to_summary
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo

DATA = Path(__file__).parents[1] / "data"
ODD = "a b/ä,:%#?\n\x1b].py"
FOUND = (
    Diagnostic("ruff", "F401", "`os` imported but unused", "a.py", 1, 8, Severity.ERROR, True),
    Diagnostic("ruff", "F401", "`os` imported but unused", "a.py", 7, 1, Severity.WARNING),
    Diagnostic("mypy", "F401", "<&> %0A 100%,\r\n::error::\x00\x1b[31m", ODD, 2, 3, Severity.INFORMATION),
    Diagnostic("eslint", "no/x", "", "c.js", 9, 9, Severity.HINT),
)  # fmt: skip
FILES = (
    FileReport("a.py", "partial", "F401 left", 3, 2, {}, 0.25, None, (), None, None),
    FileReport("b.py", "failed", "ruff: exit\ncode 2", 1, 1, {}, 0.5, None, (), None, None),
    FileReport("c.py", "rejected", "tests: breaks t::a", 1, 1, {}, 0.25, None, (), None, None),
    FileReport("d.py", "skipped", "uncommitted changes", 1, 1, {}, 0.0, None, (), None, None),
    FileReport("e.py", "fixed", "", 1, 0, {}, 1.0, None, (), None, None),
)
CLEAN = Findings("/re po", "1.0", "2024-01-02T03:04:05Z", ())
LEFT = dataclasses.replace(CLEAN, diagnostics=FOUND, files=FILES, exit_code=1)
UNTRUSTED = dataclasses.replace(LEFT, exit_code=3, problem="mypy crashed:\n<why>")
ALL = pytest.mark.parametrize("findings", [CLEAN, LEFT, UNTRUSTED], ids=["clean", "left", "untrusted"])

SARIF, JUNIT, GITLAB, GITHUB = (Path(name) for name in ("r.sarif", "r.junit.xml", "r.gitlab.json", "github"))


def sarif(findings: Findings) -> Any:
    return json.loads(render(findings, SARIF))


@ALL
def test_sarif_is_valid_and_says_how_it_went(findings: Findings) -> None:
    log = sarif(findings)
    schema = json.loads((DATA / "sarif-schema-2.1.0.json").read_text())
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    jsonschema.Draft4Validator(schema, format_checker=checker).validate(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (findings.exit_code, findings.exit_code < 2)


def test_sarif_can_be_read_back_by_any_reader() -> None:
    """The reader is that of the checkers, which the standard's own examples are tried on."""
    back = [r.diagnostic for r in read_sarif("x", render(LEFT, SARIF).encode())]
    assert [(d.line, d.column) for d in back] == [(d.line, d.column) for d in FOUND]
    assert [d.path for d in back] == [d.path for d in FOUND]
    assert [d.code for d in back] == ["ruff/F401", "ruff/F401", "mypy/F401", "eslint/no/x"]
    assert [str(d.severity) for d in back] == ["error", "warning", "information", "information"]
    rules = sarif(LEFT)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["ruff/F401", "mypy/F401", "eslint/no/x"]
    with pytest.raises(CheckerError, match="did not get through: mypy crashed"):
        read_sarif("x", render(UNTRUSTED, SARIF).encode())


def test_sarif_has_the_files_that_went_wrong() -> None:
    notes = sarif(LEFT)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    places = [note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for note in notes]
    assert places == ["b.py", "c.py"]
    assert notes[1]["message"]["text"] == "rejected: tests: breaks t::a"


SILENCED = dataclasses.replace(
    LEFT,
    files=(*FILES, FileReport("f.py", "suppressed", "", 2, 0, {}, 1.0, None, (), None, None, suppressed=FOUND[:2])),
    suppressed=FOUND[:2],
    reason="legacy",
)


def test_what_was_suppressed_is_told_apart() -> None:
    results = sarif(SILENCED)["runs"][0]["results"]
    said = [result["suppressions"] for result in results]
    assert said == [[]] * len(FOUND) + [[{"kind": "inSource", "justification": "legacy"}]] * 2
    assert len({result["partialFingerprints"]["stomperKey/v1"] for result in results}) == len(results)
    assert all("suppressions" not in result for result in sarif(LEFT)["runs"][0]["results"])
    (case,) = [
        case for case in ET.fromstring(render(SILENCED, JUNIT)).iter("testcase") if case.get("classname") == "f.py"
    ]
    assert [(child.tag, child.get("message")) for child in case] == [("skipped", "suppressed: F401 2")]
    assert "::notice title=stomper%3A suppressed::F401 2\n" in render(SILENCED, GITHUB)
    assert render(SILENCED, GITLAB) == render(LEFT, GITLAB)


@ALL
def test_junit_is_valid_and_its_counts_are_right(findings: Findings) -> None:
    text = render(findings, JUNIT)
    xmlschema.XMLSchema(str(DATA / "JUnit.xsd")).validate(text)
    (suite,) = ET.fromstring(text)
    cases = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(cases) > 0
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[name]) == len(suite.findall(f"testcase/{tag}"))
    assert bool(suite.findall(".//failure")) == bool(findings.diagnostics)


def test_junit_has_a_case_for_each_diagnostic_and_file() -> None:
    cases = {case.attrib["name"]: case for case in ET.fromstring(render(UNTRUSTED, JUNIT)).iter("testcase")}
    assert [child.tag for child in cases["stomper fix: failed"]] == ["error"]
    assert [child.tag for child in cases["stomper fix: rejected"]] == ["failure"]
    assert [child.tag for child in cases["stomper fix: skipped"]] == ["skipped"]
    assert [child.tag for child in cases["stomper fix: fixed"]] == []
    assert [child.tag for child in cases["the run as a whole"]] == ["error"]
    assert ("ruff F401" in cases, "ruff F401 (2)" in cases) == (True, True)
    case = cases["mypy F401"]
    assert case.attrib["classname"] == "a b/ä,:%#?\\n\\x1b].py"
    assert case[0].attrib == {"message": "<&> %0A 100%,\\r\\n::error::\\x00\\x1b[31m", "type": "F401"}


# What GitLab asks for, by its documentation.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


@ALL
def test_gitlab_gets_what_it_asks_for(findings: Findings) -> None:
    issues = json.loads(render(findings, GITLAB))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(issues)
    assert len(issues) == len(findings.diagnostics)
    assert [issue["severity"] for issue in issues] == ["major", "minor", "info", "info"][: len(issues)]


def test_fingerprints_are_unique_and_stay_when_lines_move() -> None:
    names = [name for _, name in fingerprints(FOUND)]
    assert len(set(names)) == len(FOUND)
    moved = [dataclasses.replace(d, line=d.line + 10) for d in FOUND]
    assert [name for _, name in fingerprints(moved)] == names
    assert [name for _, name in fingerprints(FOUND[1:])] == [names[0], *names[2:]]


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Kind, properties and message of each line, as GitHub's runner reads them."""
    found = []
    for line in text.split("\n")[:-1]:
        _, head, data = line.split("::", 2)
        kind, _, properties = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        found.append((kind, {key: unescape(value) for key, value in pairs.items()}, unescape(data)))
    return found


def unescape(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_github_gets_lines_that_nothing_breaks_out_of() -> None:
    found = annotations(render(UNTRUSTED, GITHUB))
    assert [kind for kind, _, _ in found] == ["error", "error", "warning", "error", "warning", "notice", "notice"]
    assert found[3] == (
        "error", {"file": "a.py", "line": "1", "col": "8", "title": "ruff F401"}, "`os` imported but unused",
    )  # fmt: skip
    said = [text.replace("\r\n", "\n") for text in (ODD, FOUND[2].message)]
    escaped = [text.replace("\0", r"\x00").replace("\x1b", r"\x1b") for text in said]
    assert [found[5][1]["file"], found[5][2]] == escaped
    assert found[1][1:] == ({"file": "b.py", "title": "stomper: failed"}, "ruff: exit\ncode 2")
    assert found[0][1:] == ({"title": "stomper: not to be trusted"}, "mypy crashed:\n<why>")
    assert render(CLEAN, GITHUB) == ""


MANY = dataclasses.replace(
    UNTRUSTED, diagnostics=tuple(dataclasses.replace(FOUND[n % 2], line=n + 1, column=1, told=None) for n in range(40))
)


def test_github_gets_no_more_than_it_shows_and_first_what_nobody_must_overlook() -> None:
    *lines, last = render(MANY, GITHUB).splitlines(keepends=True)
    found = annotations("".join(lines))
    assert [[kind for kind, _, _ in found].count(kind) for kind in ("error", "warning")] == [10, 10]
    assert [facts["title"] for _, facts, _ in found[:3]] == [
        "stomper: not to be trusted", "stomper: failed", "stomper: rejected",
    ]  # fmt: skip
    assert last == "and 23 more: GitHub shows 10 annotations of a kind for a step\n"


def test_the_summary_of_a_step_has_a_row_for_each_code_and_nothing_breaks_out_of_it() -> None:
    text = to_summary(MANY)
    assert text.startswith("### Stomper: not to be trusted\n")
    assert "| ruff | F401 | 40 |" in text
    assert "| b.py | failed | ruff\\: exit" in text
    odd = Diagnostic("x", "[a](javascript:b)|<img>`\n#", "", "a.py", 1, 1, told=Told(page="https://x/)|y"))
    rows = to_summary(dataclasses.replace(CLEAN, diagnostics=(odd,))).splitlines()
    assert "helpUri" not in render(dataclasses.replace(CLEAN, diagnostics=(odd,)), SARIF)
    assert r"| x | \[a\]\(javascript\:b\)\|&lt;img&gt;\`\\n\# | 1 |" in rows
    several = [dataclasses.replace(FOUND[0], code=f"F{n}") for n in range(60)]
    cut = to_summary(dataclasses.replace(CLEAN, diagnostics=tuple(several)))
    assert "and 10 more" in cut
    assert cut.count("| ruff |") == 50


DETAILED = Diagnostic(
    "ruff", "F401", "`os` imported but unused", "a b.py", 1, 8, fixable=True,
    told=Told((1, 10), "unused-import", "https://docs.example/unused-import", (Replacement((1, 1), (2, 1), ""),)),
)  # fmt: skip


def test_sarif_has_what_the_checker_told() -> None:
    log = sarif(dataclasses.replace(CLEAN, diagnostics=(DETAILED, FOUND[3]), exit_code=1))
    schema = json.loads((DATA / "sarif-schema-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    known, other = log["runs"][0]["tool"]["driver"]["rules"]
    page = "https://docs.example/unused-import"
    assert (known["name"], known["helpUri"]) == ("unused-import", page)
    assert known["help"]["markdown"] == f"[unused-import (ruff/F401)]({page})"
    assert (set(other), other["help"]) == (
        {"id", "shortDescription", "help"}, {"text": "eslint reports this as no/x."},
    )  # fmt: skip
    first, second = log["runs"][0]["results"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 10}
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "a%20b.py"
    assert change["replacements"][0]["insertedContent"] == {"text": ""}
    assert first["partialFingerprints"]["primaryLocationLineHash"].endswith(":1")
    assert "fixes" not in second


def test_the_fixes_in_a_log_of_ours_are_those_that_its_reader_makes(tmp_path: Path) -> None:
    """The fixer for SARIF reads them as those of any tool."""
    log = render(dataclasses.replace(CLEAN, diagnostics=(DETAILED,), exit_code=1), SARIF).encode()
    (result,) = read_sarif("x", log)
    source = "import os\nX = 1\n"
    edits = edits_of(result.fixes[0]["artifactChanges"][0]["replacements"], Text(source, result.column_kind))
    assert apply_edits(source, edits) == "X = 1\n"
    assert result.diagnostic.told == Told((1, 10), "unused-import", "https://docs.example/unused-import")


def test_a_run_that_was_not_delivered_reports_what_is_still_there() -> None:
    made = RunReport(
        "r", "1", "/r", "a", "b", "main", "s", "f", 4, 0, Concurrency(1, 1, 1, 1), FILES, untrusted="x", remaining=FOUND
    )
    found = findings_of(made)
    assert (found.diagnostics, found.files, found.exit_code, found.problem) == (FOUND, FILES, 3, "x")
    assert findings_of(dataclasses.replace(made, interrupted=True, untrusted="")).problem == "interrupted"
    kept = findings_of(dataclasses.replace(made, untrusted="", undelivered="main has moved"))
    assert (kept.trouble, kept.problem) == ("not delivered", "main has moved")
    assert "title=stomper%3A not delivered::main has moved" in render(kept, Path("github"))
    assert to_summary(kept).startswith("### Stomper: not delivered\n\nmain has moved\n")


def test_github_is_a_name_and_no_file(tmp_path: Path) -> None:
    require_report_path(Path("github"))
    for name in ("x.junit.xml", "junit.xml", "gitlab.json", "x.sarif.json", "x.json"):
        require_report_path(tmp_path / name)
    with pytest.raises(UsageError, match=r"'\.xml' is no report format"):
        require_report_path(tmp_path / "x.xml")


def test_check_writes_all_it_found(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1, unfixable=True)
    names = ["r.sarif", "r.junit.xml", "r.gitlab.json", "r.json", "r.toml"]
    words = [word for name in [*names, "github"] for word in ("--report", tmp_path / name if "." in name else name)]
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    result = stomper.run(repo, "check", *map(str, words), env={"GITHUB_STEP_SUMMARY": str(summary)}).check(1)
    assert summary.read_text().startswith("before\n### Stomper: 3 diagnostics in 2 files\n")
    assert len(annotations(result.out[result.out.index("::") :])) == 3
    log = (tmp_path / "r.sarif").read_bytes()
    read = {r.diagnostic.code: r for r in read_sarif("x", log)}
    assert set(read) == {"ruff/F401", "ruff/I001", "ruff/F821"}
    unused = read["ruff/F401"]
    assert unused.diagnostic.told is not None
    assert (unused.diagnostic.told.rule, unused.diagnostic.told.end) == ("unused-import", (2, 10))
    assert [len(result.fixes) for result in read.values()].count(1) == 2
    assert len(json.loads((tmp_path / "r.gitlab.json").read_text())) == 3
    assert json.loads((tmp_path / "r.json").read_text())["codes"] == {"F401": 1, "I001": 1, "F821": 1}
    assert (tmp_path / "r.junit.xml").read_text().count("<failure") == 3
    refused = stomper.run(repo, "check", "--format", "json", "--report", "github").check(2)
    assert "both print to stdout" in refused.err


def test_fix_writes_what_is_left_and_a_dry_run_what_is_there(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1, unfixable=True)
    path = tmp_path / "r.sarif"
    for words, codes in ((["--dry-run"], ["ruff/F821", "ruff/I001", "ruff/F401"]), ([], ["ruff/F821"])):
        result = stomper.run(repo, "fix", "-q", "-j1", *words, "--report", str(path), "--report", "github").check(1)
        results = read_sarif("x", path.read_bytes())
        assert [r.diagnostic.code for r in results] == codes
        assert all(r.diagnostic.told and r.diagnostic.told.end for r in results)
        assert [facts["title"].replace(" ", "/") for _, facts, _ in annotations(result.out)] == codes
    assert stomper.run(repo, "fix", "-q", *finding_paths(1), "--report", "github").check().out == ""
    assert UNFIXABLE_PATH in path.read_text()
