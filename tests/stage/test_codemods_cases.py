"""Every codemod on its files in tests/cases, with what the real checkers find in them."""

from pathlib import Path

import pytest

from stomper.python import parses
from tests.kit.cases import Bench, bench_of, expected, names_of
from tests.kit.subjects import SUBJECTS, Subject

KEPT = ("annotate: kept ", "annotate: pyrefly was not found, and proposes nothing")
EACH = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)


def fixed(subject: Subject, bench: Bench, paths: list[str]) -> None:
    """Let the fixer fix what is found in these files; the log may only say whose proposals were kept."""
    for path, diagnostics in bench.found(paths).items():
        said = bench.fix(subject.fixer, path, diagnostics).log.splitlines()
        assert [line for line in said if not line.startswith(KEPT)] == [], path


@EACH
def test_what_changes(subject: Subject, tmp_path: Path) -> None:
    names, _ = names_of(subject.name)
    bench = bench_of(subject.name, tmp_path, subject.claims)
    paths = [f"{name}.py" for name in names]
    assert paths, "a codemod has files before and after"
    before = bench.found(paths)
    assert all(before.values()), {path: found for path, found in before.items() if not found}
    fixed(subject, bench, paths)
    for name, path in zip(names, paths, strict=True):
        assert bench.content(path).decode() == expected(subject.name, name).decode(), path
        assert parses(bench.content(path).decode("utf-8-sig"))
    left = bench.found(paths)
    assert not any(left.values()), left
    # A codemod that is shown diagnostics of before, where nothing is left to do, must see that.
    contents = {path: bench.content(path) for path in paths}
    fixed(subject, bench, paths)
    assert {path: bench.content(path) for path in paths} == contents


@EACH
@pytest.mark.matrix(every=3)
def test_what_stays(subject: Subject, tmp_path: Path) -> None:
    _, paths = names_of(subject.name)
    assert paths, "a codemod has files that it must leave alone"
    bench = bench_of(subject.name, tmp_path, subject.claims)
    before = bench.found(paths)
    assert all(before.values()), "a file without a diagnostic shows nothing"
    contents = {path: bench.content(path) for path in paths}
    fixed(subject, bench, paths)
    for path in paths:
        assert bench.content(path).decode() == contents[path].decode(), path
