"""JUnit XML, as its readers take it: https://github.com/windyroad/JUnit-Schema"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator

from stomper.models import codes_of
from stomper.report.findings import Findings, counted, in_cell
from stomper.text.printable import printable
from stomper.text.redact import hidden

NAME = "stomper"


def to_junit(findings: Findings) -> str:
    """One failed test case for each diagnostic, and one for each file that a fix worked on.

    A file's case is an error where it failed, a failure where its fix was rejected, and skipped where it
    was or where diagnostics of it were suppressed; what is left in it has cases of its own. If nothing is
    wrong there is one case that says so, because readers take a suite without any for a broken one.
    """
    cases = [*_diagnostics(findings), *_files(findings), *_whole(findings)] or [_case("no diagnostics", NAME)]
    suite = ET.Element("testsuite", _facts(findings, cases))
    ET.SubElement(suite, "properties")
    suite.extend(cases)
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _facts(findings: Findings, cases: list[ET.Element]) -> dict[str, str]:
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    return {
        "name": NAME,
        "package": NAME,
        "id": "0",
        "timestamp": findings.finished.removesuffix("Z"),
        "hostname": "localhost",
        "tests": str(len(cases)),
        "failures": str(counts["failure"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skipped"]),
        "time": f"{sum(file.seconds for file in findings.files):.3f}",
    }


def _diagnostics(findings: Findings) -> Iterator[ET.Element]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for d in findings.diagnostics:
        # Readers know a case by its name from build to build: lines that move must not make it another one.
        seen[d.path, d.tool, d.code] += 1
        number = seen[d.path, d.tool, d.code]
        case = _case(f"{d.tool} {d.code}{f' ({number})' if number > 1 else ''}", d.path)
        place = ", ".join(filter(None, (f"{d.path}:{d.line}:{d.column}", in_cell(d))))
        _add(case, "failure", d.message, d.code, f"{place}: {d.severity}: {d.message} [{d.code}]")
        yield case


def _files(findings: Findings) -> Iterator[ET.Element]:
    for file in findings.files:
        case = _case(f"stomper fix: {file.status}", file.path, file.seconds)
        if file.status in ("failed", "rejected"):
            _add(case, "error" if file.status == "failed" else "failure", file.reason, file.status, file.reason)
        elif file.status == "skipped":
            ET.SubElement(case, "skipped", {"message": _fit(file.reason)})
        elif file.suppressed:
            ET.SubElement(case, "skipped", {"message": f"suppressed: {counted(codes_of(file.suppressed))}"})
        yield case


def _whole(findings: Findings) -> Iterator[ET.Element]:
    if findings.problem:
        case = _case("the run as a whole", NAME)
        _add(case, "error", findings.problem, "untrusted", findings.problem)
        yield case


def _case(name: str, place: str, seconds: float = 0.0) -> ET.Element:
    return ET.Element("testcase", {"name": _fit(name), "classname": _fit(place), "time": f"{seconds:.3f}"})


def _add(case: ET.Element, tag: str, message: str, kind: str, text: str) -> None:
    # XML has no way to write most control characters.
    ET.SubElement(case, tag, {"message": _fit(message), "type": _fit(kind)}).text = _fit(text)


def _fit(text: str) -> str:
    return printable(hidden(text))
