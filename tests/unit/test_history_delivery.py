"""What a run's journal says of its delivery: what waits, and whether `resume` has something to do."""

from typing import Any

from stomper.journal.history import History

CHANGED: dict[str, Any] = {"path": "a.py", "patch": {}, "timing": None}
SAME: dict[str, Any] = {"path": "b.py", "timing": None}
HOME = {"ref": "refs/heads/main", "old": "1" * 40, "new": "2" * 40, "kept": False, "commit": True}
KEPT = {**HOME, "ref": "refs/stomper/x/head", "kept": True}
FINISHED = {"exit_code": 3, "judged": True, "undelivered": "main has moved", "waiting": 1}


def history(*events: tuple[str, dict[str, Any]]) -> History:
    made = History()
    for name, entry in (("outcome", {"index": 0, "outcome": CHANGED}), ("outcome", {"index": 1, "outcome": SAME})):
        made.add(name, dict(entry))
    for name, entry in events:
        made.add(name, dict(entry))
    return made


def test_a_killed_run_has_its_changed_files_waiting() -> None:
    assert history().files_waiting == 1
    assert history(("outcome", {"index": 2, "outcome": CHANGED})).files_waiting == 1  # of a later round
    assert history(("outcome", {"index": 0, "outcome": SAME})).files_waiting == 0  # its tests took it out again


def test_what_was_delivered_waits_no_more_until_it_is_undone() -> None:
    done = history(("delivered", HOME))
    assert done.files_waiting == 0
    assert done.delivered_tasks == {0}
    done.add("undone", {})
    assert done.delivered_tasks == set()
    done.add("redone", {})
    assert done.delivered_tasks == {0}


def test_a_result_that_was_kept_waits_and_can_be_resumed() -> None:
    kept = history(("delivered", KEPT), ("finished", FINISHED))
    assert (kept.files_waiting, kept.undelivered, kept.resumable, kept.cut_off) == (1, "main has moved", True, False)
    kept.add("undone", {})
    assert not kept.resumable


def test_a_session_that_goes_on_forgets_the_refusal_and_what_was_kept() -> None:
    again = history(("delivered", KEPT), ("finished", FINISHED), ("resumed", {"at": 1.0}))
    assert (again.undelivered, again.delivered, again.waiting, again.files_waiting) == ("", None, None, 1)
    again.add("delivered", HOME)
    again.add("finished", {"exit_code": 0, "judged": True, "undelivered": "", "waiting": 0})
    assert (again.resumable, again.files_waiting) == (False, 0)


def test_the_journal_of_an_earlier_version() -> None:
    old = history(("delivered", KEPT), ("finished", {"exit_code": 1, "held": False, "judged": True}))
    assert (old.undelivered, old.resumable, old.files_waiting) == ("git would not take it", True, 1)
