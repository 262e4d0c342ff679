"""One result of the commands of a suite."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from stomper.project_tests.recorded_lines import Recorded, Rows, Seen
from stomper.project_tests.results import SuiteResult

V = TypeVar("V")


def joined(results: Sequence[SuiteResult]) -> SuiteResult:
    """Join the results of commands. One that found no tests says nothing beside others.

    If a command could run none of its tests, and another one could, the tests of the first have failed, and its words
    are among the `unrun`. One without a verdict is a problem of the whole.
    """
    told = [result for result in results if not result.empty] or list(results[:1])
    if len(told) == 1:
        return told[0]
    first = next((result for result in told if result.problem), None)
    lost = [result.uncollected for result in told if result.uncollected]
    return SuiteResult(
        passed=_union(result.passed for result in told),
        failed=_union(result.failed for result in told),
        files=_merged(result.files for result in told),
        problem=first.problem if first else "",
        uncollected="; ".join(lost) if len(lost) == len(told) else "",
        log="\n".join(result.log for result in told),
        skipped=_union(result.skipped for result in told),
        expected=_union(result.expected for result in told),
        deselected=sum(result.deselected for result in told),
        cut_short=any(result.cut_short for result in told),
        hung=any(result.hung for result in told),
        modules=_union(result.modules for result in told),
        nodes=_merged(result.nodes for result in told),
        origins=_merged(result.origins for result in told),
        lines=_lines([result.lines for result in told if result.lines is not None]),
        unrun=tuple(lost) if len(lost) < len(told) else (),
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


def _merged(tables: Iterable[Mapping[str, V]]) -> dict[str, V]:
    return {name: value for table in tables for name, value in table.items()}


def _lines(found: Sequence[Recorded]) -> Recorded | None:
    """Join the records of lines: whole only if each is."""
    if not found:
        return None
    rows: dict[str, dict[Rows, frozenset[str]]] = {}
    for one in found:
        for path, tests_by_rows in one.rows.items():
            mine = rows.setdefault(path, {})
            for row, tests in tests_by_rows.items():
                mine[row] = mine.get(row, frozenset()) | tests
    why = next((one.why for one in found if one.why), "")
    looked = [one.types for one in found if one.types is not None]
    return Recorded(rows, why, _types(looked) if looked else None)


def _types(found: Iterable[Mapping[str, Seen]]) -> dict[str, Seen]:
    """Join the types that were seen."""
    types: dict[str, Seen] = {}
    for one in found:
        for path, seen in one.items():
            for place, named in seen.items():
                mine = types.setdefault(path, {}).setdefault(place, {})
                for name, texts in named.items():
                    mine.setdefault(name, set()).update(texts)
    return types
