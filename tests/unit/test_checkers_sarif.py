"""SARIF 2.1.0 as a checker's format: places, rules, levels, suppressions, and a tool that did not get through."""

import json
from pathlib import Path
from typing import Any

import pytest

from stomper.checkers.sarif import read_sarif
from stomper.checkers.uris import in_project, place_of
from stomper.errors import CheckerError
from stomper.models import Severity
from tests.kit.own import fix, log, replace, result


def read(document: object) -> list[Any]:
    return read_sarif("t", json.dumps(document).encode())


BASES = {
    "TOP": {"uri": "file:///project/"},
    "SRC": {"uri": "src/", "uriBaseId": "TOP"},
    "BARE": {"uri": "file:///bare"},
    "HIDDEN": {"description": {"text": "its URI was left out"}},
    "LOOP": {"uri": "loop/", "uriBaseId": "LOOP"},
}
PLACES: list[tuple[dict[str, Any], str]] = [
    ({"uri": "a.js"}, "a.js"),
    ({"uri": "web/%C3%A4%20b%23.js"}, "web/ä b#.js"),
    ({"uri": "web/no#t encoded?.js"}, "web/no#t encoded?.js"),
    ({"uri": "file:///project/100%25%20a.js"}, "/project/100% a.js"),
    ({"uri": "file://localhost/project/a.js"}, "/project/a.js"),
    ({"uri": "file:/project/a.js"}, "/project/a.js"),
    ({"uri": "%FF.js"}, "\udcff.js"),
    ({"uri": "a.js", "uriBaseId": "TOP"}, "/project/a.js"),
    ({"uri": "%C3%A4.js", "uriBaseId": "SRC"}, "/project/src/ä.js"),
    ({"uri": "a.js", "uriBaseId": "BARE"}, "/bare/a.js"),
    ({"uri": "a.js", "uriBaseId": "HIDDEN"}, "a.js"),
    ({"uri": "a.js", "uriBaseId": "UNKNOWN"}, "a.js"),
    ({"uri": "a.js", "uriBaseId": "LOOP"}, "loop/a.js"),
    ({"index": 1}, "/project/second.js"),
    ({"uri": "https://host/a.js"}, "https://host/a.js"),
]


@pytest.mark.parametrize(("location", "expected"), PLACES)
def test_where_a_location_is(location: dict[str, Any], expected: str) -> None:
    artifacts = [{"location": {"uri": "first.js"}}, {"location": {"uri": "second.js", "uriBaseId": "TOP"}}]
    assert place_of(location, {"originalUriBaseIds": BASES, "artifacts": artifacts}) == expected


def test_whether_a_place_is_in_the_project(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "web").mkdir(parents=True)
    (real / "web" / "a.js").write_text("")
    link.symlink_to(real)
    for top in (real, link):
        for place in ("web/a.js", "./web/../web/a.js", f"{real}/web/a.js", f"{top}/web/a.js"):
            assert in_project(place, top) == "web/a.js"
        elsewhere = ("web", "/etc/passwd", "../x", "https://host/a.js")
        assert [in_project(place, top) for place in elsewhere] == [None] * len(elsewhere)
    with pytest.raises(FileNotFoundError):
        in_project("web/b.js", real)


RULE = {"id": "R9", "defaultConfiguration": {"level": "note"}, "messageStrings": {"hi": {"text": "{{no}} {0} and {1}"}}}
DRIVER = {
    "driver": {"name": "t", "rules": [{"id": "R0"}, RULE]},
    "extensions": [{"name": "x", "rules": [{"id": "X1"}]}],
}


def one(**facts: Any) -> Any:
    given = {key: value for key, value in result(**facts).items() if value is not None}
    (found,) = read(log(given, tool=DRIVER))
    return found.diagnostic


def test_rules_by_index_reference_and_extension() -> None:
    assert one(ruleId=None, ruleIndex=1).code == "R9"
    assert one(ruleId=None, rule={"index": 1}).code == "R9"
    assert one(ruleId=None, rule={"id": "R9"}).severity is Severity.INFORMATION
    assert one(ruleId=None, rule={"index": 0, "toolComponent": {"index": 0}}).code == "X1"
    assert (one(ruleId="R9/part").code, one(ruleId="R9/part").severity) == ("R9/part", Severity.INFORMATION)
    assert one(ruleId=None).code == "t"


def test_levels_come_from_the_result_then_its_rule_then_are_warnings() -> None:
    assert one(ruleId="R9").severity is Severity.INFORMATION
    assert one(ruleId="R9", level="error").severity is Severity.ERROR
    assert one(ruleId="R0").severity is Severity.WARNING
    assert one(ruleId="R0", level="none").severity is Severity.HINT


def test_messages_by_id_and_with_arguments() -> None:
    assert one(ruleId="R9", message={"id": "hi", "arguments": ["a", "b"]}).message == "{no} a and b"
    assert one(message={"text": "at {0}", "arguments": ["home"]}).message == "at home"
    assert one(message={"text": "literal {0}"}).message == "literal {0}"


def test_regions_and_fixes() -> None:
    place = {"artifactLocation": {"uri": "a.js"}}
    (found,) = read(log(result(locations=[{"logicalLocations": []}, {"physicalLocation": place}], fixes=[fix()])))
    assert (found.diagnostic.line, found.diagnostic.column, found.diagnostic.fixable) == (1, 1, True)
    assert (one().line, one().column, one().fixable) == (3, 5, False)


SUPPRESSED: list[tuple[Any, bool]] = [
    (None, False), ([], False), ([{"kind": "inSource"}], True), ([{"kind": "external", "status": "accepted"}], True),
    ([{"kind": "external", "status": "underReview"}], False),
    ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], False),
]  # fmt: skip


@pytest.mark.parametrize(("suppressions", "expected"), SUPPRESSED)
def test_suppressions(suppressions: Any, expected: bool) -> None:
    (found,) = read(log(result(suppressions=suppressions)))
    assert found.suppressed is expected


def test_what_is_no_failure_or_has_no_place_is_no_result() -> None:
    kinds = [result(kind=kind) for kind in ("pass", "open", "informational", "notApplicable", "review")]
    assert read(log(*kinds, result(baselineState="absent"), result(locations=[]))) == []
    assert len(read(log(result(kind="fail"), result(baselineState="new")))) == 2


def test_several_runs_and_a_byte_order_mark() -> None:
    document = log(result())
    document["runs"] *= 2
    assert len(read_sarif("t", b"\xef\xbb\xbf" + json.dumps(document).encode())) == 2


def invocation(successful: bool = True, **facts: Any) -> dict[str, Any]:
    return log(result(), invocations=[{"executionSuccessful": successful, **facts}])


NOTE = {"message": {"text": "it broke"}, "locations": [result("b.js")["locations"][0]]}
BROKEN: dict[str, tuple[object, str]] = {
    "no object": ([], "not SARIF 2.1.0: []"),
    "another version": ({"version": "2.0.0", "runs": []}, "not SARIF 2.1.0"),
    "no runs": ({"version": "2.1.0"}, "not SARIF 2.1.0"),
    "runs are null": ({"version": "2.1.0", "runs": None}, "not SARIF 2.1.0"),
    "results are null": (log(result()) | {"runs": [{"results": None}]}, "a run without results"),
    "results are absent": (log(result()) | {"runs": [{"tool": {}}]}, "a run without results"),
    "a result without a message": (log({"locations": result()["locations"]}), "an entry that cannot be read"),
    "rules of the wrong kind": (log(result(ruleIndex=0), tool={"driver": {"rules": ["x"]}}), "cannot be read"),
    "failed": (invocation(False), "did not get through: no reason given"),
    "failed and says why": (invocation(False, exitCodeDescription="disk full"), "disk full"),
    "failed and notifies": (invocation(False, toolExecutionNotifications=[NOTE]), "b.js:3: it broke"),
    "an error on the way": (invocation(toolExecutionNotifications=[NOTE | {"level": "error"}]), "b.js:3: it broke"),
    "an error of configuration": (invocation(toolConfigurationNotifications=[NOTE | {"level": "error"}]), "it broke"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_result_is_an_error(what: str) -> None:
    document, words = BROKEN[what]
    with pytest.raises(CheckerError) as caught:
        read(document)
    assert words in caught.value.message


def test_a_warning_on_the_way_is_no_failure() -> None:
    assert len(read(invocation(toolExecutionNotifications=[NOTE, NOTE | {"level": "note"}]))) == 1


def test_replacements_are_kept_as_they_are() -> None:
    proposed = fix(replace("x", startLine=1))
    (found,) = read(log(result(fixes=[proposed]), columnKind="utf16CodeUnits"))
    assert (found.fixes, found.column_kind) == ((proposed,), "utf16CodeUnits")
