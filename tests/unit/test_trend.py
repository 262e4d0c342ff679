"""The trend: points of runs and commits, as a table, as data, on the page, and what is remembered of commits."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.report.html.page import render
from stomper.report.html.story import Trend
from stomper.report.remembered import MOST_KEYS, NAME, Remembered
from stomper.report.trend import SOME, Point, points_of_runs, to_dict, to_lines
from stomper.settings import ChoiceSettings, Settings
from tests.kit.runs import stored_report
from tests.kit.stories import HOSTILE, large_story

FIRST = Point("2026-01-01T00:00:00Z", "one", 90, 60, 30)
SECOND = Point("2026-01-02T00:00:00Z", "two", 60, 0, None, "some")


def recorded(state: Path, run: str, before: int, after: int, settings: Settings, **facts: object) -> None:
    folder = RunFolder(state / "runs" / run)
    folder.create(Header(run, FORMAT, "1", "/", "/", "a" * 40, None, 0.0, (), settings))
    summary = {"files_total": 1, "diagnostics_before": before, "diagnostics_after": after, "diagnostics_fixed": 1}
    report = stored_report(run=run, started="t", summary=summary, **facts)
    (folder.path / "report.json").write_text(json.dumps(report))


def test_recorded_runs_are_points_and_those_of_some_files_are_marked(tmp_path: Path) -> None:
    recorded(tmp_path, "20260101-000000-0001", 9, 5, Settings(), baseline={"known": 3})
    recorded(tmp_path, "20260101-000000-0002", 5, 0, Settings(choice=ChoiceSettings(patterns=("a.py",))))
    (tmp_path / "runs" / "20260101-000000-0003").mkdir(0o700)
    assert points_of_runs(tmp_path) == [
        Point("t", "20260101-000000-0001", 9, 5, 3),
        Point("t", "20260101-000000-0002", 5, 0, None, SOME),
    ]
    assert points_of_runs(tmp_path / "nowhere") == []


def test_points_are_a_table_and_data() -> None:
    title, first, second, legend = to_lines([FIRST, SECOND], "run")
    assert title.split() == ["run", "when", "before", "left", "baseline"]
    assert first.split() == ["one", FIRST.when, "90", "60", "30", "#" * 20 + "=" * 10]
    assert second.split() == ["two", SECOND.when, "60", "0", "-", "some"]
    assert legend == "# left, = in the baseline; 30 characters are 90"
    assert to_lines([], "run") == []
    assert to_dict([SECOND]) == [{"when": SECOND.when, "name": "two", "before": 60, "left": 0, "note": "some"}]


def test_commits_are_remembered_by_configuration(tmp_path: Path) -> None:
    known = Remembered.read(tmp_path)
    known.put("a", "c" * 40, [86400, 7, None, ""])
    known.put("b", "d" * 40, [0, 1, 2, "why"])
    known.put("b", "e" * 40, [60, 0, 0, ""])
    again = Remembered.read(tmp_path)
    assert again.get("a", "c" * 40) == Point("1970-01-02T00:00:00Z", "c" * 12, 7, 7)
    assert again.get("b", "c" * 40) is None
    assert [(point.name[0], point.known, point.note) for point in again.last()] == [("d", 2, "why"), ("e", 0, "")]
    for number in range(MOST_KEYS):
        again.put(f"{number}", "f" * 40, [0, 0, None, ""])
    assert Remembered.read(tmp_path).get("a", "c" * 40) is None


@pytest.mark.parametrize("text", ["", "[", "[]", '{"a": 1}', '{"a": {"b": [1, "2", null, ""]}}', '{"a": {"b": 3}}'])
def test_what_is_not_of_our_form_was_not_remembered(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert Remembered.read(tmp_path).last() == []
    assert Remembered.read(tmp_path).get("a", "b") is None


def test_the_page_has_a_chart_of_several_points_and_none_of_one() -> None:
    story = large_story(1)
    page = render(replace(story, trend=Trend([FIRST, Point(HOSTILE, HOSTILE, 2, 1, None, HOSTILE)], [FIRST])))
    chart = page.partition('id="trend"')[2].partition("</section>")[0]
    assert chart.count("<rect") == 6
    assert "Recorded runs: 60 left at first, 1 left at last, 120 at most" in chart.replace(
        "1 at last", "1 left at last"
    )
    assert "<h3>Commits</h3>" not in chart
    assert "<img" not in page
    assert 'id="trend"' not in render(replace(story, trend=Trend([FIRST], [FIRST])))
