"""A report is read back from the folder of a run only if it is one: it has been written by somebody."""

import json
from pathlib import Path
from typing import Any

import pytest

from stomper.errors import StomperError
from stomper.journal.run_folder import RunFolder
from tests.kit.runs import stored_file, stored_report


def read(folder: Path, report: Any) -> dict[str, Any] | None:
    (folder / "report.json").write_text(json.dumps(report))
    return RunFolder(folder).read_report()


def test_a_report_is_read_with_all_that_it_has(tmp_path: Path) -> None:
    report = stored_report(files=[stored_file(later=1)], later={"x": [1]})
    assert read(tmp_path, report) == report


@pytest.mark.parametrize(
    "facts",
    [
        {"files": 3},
        {"files": [{"path": "a.py"}]},
        {"files": [stored_file(attempts=[{"detail": 5}])]},
        {"files": [stored_file(fixed_codes={"F401": "1"})]},
        {"files": [stored_file(reason=None)]},
        {"codes": [{"code": "F401"}]},
        {"branch": None},
        {"summary": {}},
    ],
    ids=repr,
)
def test_what_is_no_report_is_an_error_that_names_the_file(tmp_path: Path, facts: dict[str, Any]) -> None:
    with pytest.raises(StomperError, match=r"cannot be read: .*report\.json"):
        read(tmp_path, stored_report(**facts))
    with pytest.raises(StomperError, match=r"cannot be read"):
        read(tmp_path, {})
