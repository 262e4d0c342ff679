"""SARIF 2.1.0 logs (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), as the section numbers here."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from stomper.checkers.result import Result, severity_of, unreadable
from stomper.checkers.uris import place_of
from stomper.disk.parse import excerpt, parse_json
from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity, Told

Json: TypeAlias = Mapping[str, Any]

VERSION = "2.1.0"
PLACEHOLDER = re.compile(r"\{(\d+)\}")
# 3.35.3: only what was accepted is suppressed, and that is the default.
TARGET = "analysisTarget"
PENDING = ("underReview", "rejected")
LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.INFORMATION, "none": Severity.HINT}


def read_sarif(name: str, output: bytes) -> list[Result]:
    """The results of all runs that are failures (3.27.9) and have a place in a file.

    Raises CheckerError for what is no SARIF 2.1.0, and where the log says that its tool did not get
    through: a run without results (3.14.23), an invocation that failed or notifies of an error (3.20).
    """
    try:
        log = parse_json(output.decode("utf-8-sig"))
    except ValueError:
        words = output.decode("utf-8", "backslashreplace").strip()
        raise CheckerError(f"{name}'s output is not JSON: {words[-400:] or 'nothing'}") from None
    try:
        return [result for run in _runs(name, log) for result in _results(name, run)]
    except (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise unreadable(name, log) from error


def targets_of(output: bytes) -> frozenset[str] | None:
    """The places of the files that the log says were analysed (3.24.6), None if it does not say."""
    found = [
        place_of(artifact.get("location") or {}, run)
        for run in parse_json(output.decode("utf-8-sig"))["runs"]
        for artifact in run.get("artifacts") or []
        if TARGET in (artifact.get("roles") or ())
    ]
    return frozenset(found) or None


def _runs(name: str, log: Json) -> Iterator[Json]:
    version = log.get("version") if isinstance(log, dict) else None
    if version != VERSION or not isinstance(log.get("runs"), list):
        raise CheckerError(f"{name}'s output is not SARIF {VERSION}: {excerpt(log)}")
    for run in log["runs"]:
        if trouble := "; ".join(_trouble(run)):
            raise CheckerError(f"{name} says that it did not get through: {trouble[:2000]}")
        if not isinstance(run.get("results"), list):
            raise CheckerError(f"{name}'s output has a run without results: the tool did not begin its work")
        yield run


def _trouble(run: Json) -> Iterator[str]:
    """Give the failures that the invocations of a run report of themselves, with their places."""
    for invocation in run.get("invocations") or []:
        notes = [
            *(invocation.get("toolExecutionNotifications") or []),
            *(invocation.get("toolConfigurationNotifications") or []),
        ]
        failed = invocation.get("executionSuccessful") is False
        told = [_note(note, run) for note in notes if note.get("level", "warning") == "error"]
        if failed and not told:
            told = [_note(note, run) for note in notes]
        reasons = (invocation.get(key) for key in ("processStartFailureMessage", "exitCodeDescription"))
        yield from told or ([next(filter(None, reasons), None) or "no reason given"] if failed else [])


def _note(note: Json, run: Json) -> str:
    place = next(filter(None, map(_physical, note.get("locations") or [])), {})
    path = place_of(place.get("artifactLocation") or {}, run)
    line = (place.get("region") or {}).get("startLine", 1)
    return (f"{path}:{line}: " if path else "") + str((note.get("message") or {}).get("text", ""))


def _results(name: str, run: Json) -> Iterator[Result]:
    for result in run["results"]:
        failure = result.get("kind", "fail") == "fail" and result.get("baselineState") != "absent"
        place = next(filter(None, map(_physical, result.get("locations") or [])), None)
        if failure and place is not None:
            yield _result(name, run, result, place)


def _physical(location: Json) -> Json | None:
    place = location.get("physicalLocation")
    return place if isinstance(place, dict) and place.get("artifactLocation") else None


def _result(name: str, run: Json, result: Json, place: Json) -> Result:
    rule = _rule(run, result)
    region = place.get("region") or {}
    fixes = tuple(result.get("fixes") or ())
    diagnostic = Diagnostic(
        tool=name,
        code=str(result.get("ruleId") or (result.get("rule") or {}).get("id") or rule.get("id") or name),
        message=_message(result["message"], rule, run),
        path=place_of(place["artifactLocation"], run),
        line=max(1, int(region.get("startLine", 1))),
        column=max(1, int(region.get("startColumn", 1))),
        severity=_severity(result, rule),
        fixable=bool(fixes),
        told=_told(region, rule),
    )
    return Result(diagnostic, _suppressed(result), fixes, run)


def _told(region: Json, rule: Json) -> Told:
    """The end (3.30.7 and 3.30.8, of which the line alone is its whole), and the rule's name and page (3.49)."""
    line, column = region.get("endLine", region.get("startLine")), region.get("endColumn")
    end = (int(line), int(column)) if line and column else None
    return Told(end, str(rule.get("name") or ""), str(rule.get("helpUri") or ""))


def _rule(run: Json, result: Json) -> Json:
    """The description of a result's rule (3.27.5 to 3.27.7): by index, else by id, in the driver or an extension."""
    reference = result.get("rule") or {}
    number = (reference.get("toolComponent") or {}).get("index", -1)
    tool = run.get("tool") or {}
    component = tool["extensions"][number] if number >= 0 else tool.get("driver") or {}
    rules = component.get("rules") or []
    index = result.get("ruleIndex", reference.get("index", -1))
    if 0 <= index < len(rules):
        return _mapping(rules[index])
    name = result.get("ruleId") or reference.get("id")
    # 3.52.4: of an id in several parts the first ones may be the rule's.
    near = [rule for rule in rules if name == rule.get("id") or str(name).startswith(f"{rule.get('id')}/")]
    return _mapping(max(near, key=lambda rule: len(rule["id"]), default={}))


def _mapping(rule: Any) -> Json:
    if not isinstance(rule, dict):
        raise TypeError("a rule is an object")
    return rule


def _severity(result: Json, rule: Json) -> Severity:
    """3.27.10: what the result says, else what its rule says, else a warning."""
    level = result.get("level") or (rule.get("defaultConfiguration") or {}).get("level") or "warning"
    return LEVELS.get(level) or severity_of(level)


def _suppressed(result: Json) -> bool:
    """3.27.23: asked for, and nobody has still to agree."""
    asked = result.get("suppressions") or []
    return bool(asked) and not any(suppression.get("status") in PENDING for suppression in asked)


def _message(message: Json, rule: Json, run: Json) -> str:
    """3.11.7: its own text, or the one of its id with the rule or the tool; arguments go into the numbered places."""
    text = message.get("text")
    if text is None and (name := message.get("id")) is not None:
        driver = (run.get("tool") or {}).get("driver") or {}
        known = {**(driver.get("globalMessageStrings") or {}), **(rule.get("messageStrings") or {})}
        text = (known.get(name) or {}).get("text", name)
    return _filled(str(text or message.get("markdown") or ""), message.get("arguments") or ())


def _filled(text: str, arguments: Iterable[Any]) -> str:
    values = dict(enumerate(map(str, arguments)))
    if not values:
        return text
    filled = PLACEHOLDER.sub(lambda found: values.get(int(found[1]), found[0]), text)
    return filled.replace("{{", "{").replace("}}", "}")
