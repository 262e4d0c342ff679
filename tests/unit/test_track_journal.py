"""What a fleet knows of issues elsewhere is known for one fleet and one tracker."""

from pathlib import Path

from stomper.fleet.tracking.journal import TrackJournal


def test_a_number_counts_at_its_own_tracker_alone(tmp_path: Path) -> None:
    first = TrackJournal(tmp_path, "fleet-1", "github")
    first.making("tool")
    first.made("tool", 1)
    first.tell("tool", "begun")
    again = TrackJournal(tmp_path, "fleet-1", "github")
    assert (again.issues, again.told, again.half) == ({"tool": 1}, {"tool": "begun"}, set())
    for fleet, tracker in (("fleet-1", "github:team/tasks"), ("fleet-2", "github")):
        other = TrackJournal(tmp_path, fleet, tracker)
        assert (other.issues, other.told) == ({}, {})
