"""The report: a model built only from outcomes, its exit code, and its three renderings."""

import dataclasses
import json
import tomllib
from pathlib import Path

import pytest

from stomper.errors import StomperError, UsageError
from stomper.metering.ledger import Spending
from stomper.models import Attempt, AttemptResult, Diagnostic, Status, Timing, Usage
from stomper.report import require_report_path, to_text, write_report
from stomper.report.ending_lines import ending_line
from stomper.report.model import Concurrency, FileReport, RunReport, Tested, measure, peak
from stomper.report.plain import to_dict
from stomper.report.render import FEW_FILES, RENDERERS, SHOWN_FILES, to_json, to_toml
from stomper.run.build_report import usage_report
from stomper.settings import EndingSettings

ODD = "a b/line\nbreak\t'\"\\ 日本.py"
TRIED = (
    Attempt("ruff", AttemptResult.KEPT, 2, 1, 0.12345),
    Attempt("agent", AttemptResult.TIMEOUT, 1, None, 3.0, 'still "running"\nafter 3 s'),
)


SEEN = Diagnostic("ruff", "F401", "`os` imported but unused", "a.py", 1, 8)


def file(status: Status, path: str = "a.py", before: int = 2, **facts: object) -> FileReport:
    made = FileReport(path, status, "", before, 0, {}, 0.5, None, (), None, None)
    return dataclasses.replace(made, **facts)  # type: ignore[arg-type]


def report(*files: FileReport, before: int = 2, after: int = 0, **facts: object) -> RunReport:
    made = RunReport(
        "run-1", "1.0", "/repo", "a" * 40, "b" * 40, "refs/heads/main", "2024-01-02T03:04:05Z", "2024-01-02T03:04:06Z",
        before, after, Concurrency(4, 2, 2.0, 3.0), files,
    )  # fmt: skip
    return dataclasses.replace(made, **facts)  # type: ignore[arg-type]


PEAKS: dict[str, tuple[list[tuple[float, float]], int]] = {
    "none": ([], 0),
    "one": ([(0, 1)], 1),
    "one after the other": ([(0, 1), (2, 3)], 1),
    "the next when the last ends": ([(0, 1), (1, 2), (2, 3)], 1),
    "overlapping": ([(0, 2), (1, 3)], 2),
    "inside": ([(0, 9), (1, 2), (3, 4)], 2),
    "all at once": ([(0, 1)] * 5, 5),
    "not in order": ([(5, 7), (0, 6), (6.5, 8), (1, 2)], 2),
    "no time at all": ([(1, 1), (0, 2)], 1),
}


@pytest.mark.parametrize("what", PEAKS)
def test_peak(what: str) -> None:
    spans, expected = PEAKS[what]
    assert peak([Timing(start, end, 1) for start, end in spans]) == expected


def test_measure() -> None:
    found = measure([[Timing(10, 14, 1), Timing(11, 13, 2), Timing(15, 18, 1)]], 4)
    assert found == Concurrency(max_parallel_files=4, peak=2, wall_seconds=8, worker_seconds=9)
    assert (found.speedup, found.efficiency) == (9 / 8, 9 / 16)


@pytest.mark.parametrize("timings", [[], [Timing(1, 1, 1)]])
def test_measure_of_nothing_divides_by_nothing(timings: list[Timing]) -> None:
    found = measure([timings], 4)
    assert (found.wall_seconds, found.speedup, found.efficiency) == (0, 0, 0)


ON_FIX, ZERO = EndingSettings(exit_non_zero_on_fix=True), EndingSettings(exit_zero=True)


def waiting(*files: FileReport, after: int = 2, **facts: object) -> RunReport:
    """The report of a run whose result, which has two diagnostics less, the user does not have."""
    now = [dataclasses.replace(f, status="skipped", after=f.before, commit=None, outcome=f) for f in files]
    return report(*now, before=after, after=after, **{"arrived": False, "waiting": 2, **facts})


# What happened, and the exit code by the contract for scripts.
EXIT_CODES: dict[str, tuple[RunReport, int]] = {
    "nothing to do": (report(before=0), 0),
    "all fixed": (report(file("fixed")), 0),
    "something is left": (report(file("partial"), after=1), 1),
    "left in a file that was not touched": (report(file("fixed"), file("skipped", before=1), after=1), 1),
    "only left without a diagnostic": (report(file("unchanged"), after=0), 0),
    "suppressed is not left": (report(file("suppressed", suppressed=(SEEN, SEEN))), 0),
    "suppressed beside what is left": (report(file("partial", suppressed=(SEEN,)), after=1), 1),
    "a file failed": (report(file("fixed"), file("failed")), 1),
    "a file was rejected": (report(file("fixed"), file("rejected")), 1),
    "a file could not be looked at": (report(file("fixed"), file("skipped", before=0)), 1),
    "dry run that would fix all": (waiting(file("fixed"), dry_run=True), 0),
    "dry run that would leave something": (waiting(file("partial"), after=3, dry_run=True), 1),
    "dry run with nothing to fix": (report(before=0, dry_run=True), 0),
    "not delivered": (waiting(file("fixed"), undelivered="main has moved"), 3),
    "not delivered, nothing found": (report(before=0, undelivered="main has moved"), 3),
    "all fixed, of which CI is to hear": (report(file("fixed"), ending_settings=ON_FIX), 1),
    "would fix all, of which CI is to hear": (waiting(file("fixed"), dry_run=True, ending_settings=ON_FIX), 1),
    "suppressed, of which CI is to hear": (report(file("suppressed"), ending_settings=ON_FIX), 1),
    "nothing to do, and nothing to hear of": (report(file("unchanged"), after=0, ending_settings=ON_FIX), 0),
    "something is left, which is to be no error": (report(file("rejected"), after=1, ending_settings=ZERO), 0),
    "not delivered stays an error": (report(file("fixed"), undelivered="x", ending_settings=ZERO), 3),
    "not to be trusted stays an error": (report(file("fixed"), untrusted="x", ending_settings=ZERO), 3),
    "interrupted stays so": (report(file("fixed"), interrupted=True, ending_settings=ZERO), 130),
    "not to be trusted": (report(file("fixed"), untrusted="mypy crashed"), 3),
    "not to be trusted, and something left": (report(file("partial"), after=1, untrusted="mypy crashed"), 3),
    "interrupted": (report(file("fixed"), interrupted=True), 130),
    "interrupted and not to be trusted": (report(file("failed"), after=1, interrupted=True, untrusted="x"), 130),
}


@pytest.mark.parametrize("what", EXIT_CODES)
def test_exit_code(what: str) -> None:
    made, expected = EXIT_CODES[what]
    assert made.exit_code == expected
    assert to_dict(made)["exit_code"] == expected


RICH = report(
    file("fixed", fixed_codes={"F401": 2}, commit="c" * 40, attempts=TRIED, patch="/p", log="/l"),
    file("failed", ODD, reason='no "result"\n\x00\x1b[31m', after=2),
    file("skipped", "z.py", before=0),
    before=4,
    after=2,
    tests={"mode": "full", "runs": 2, "partial_runs": 0, "dropped": [{"path": ODD, "tests": ["t::a"], "log": "/l"}]},
)


def test_toml_and_json_have_the_same_content() -> None:
    assert tomllib.loads(to_toml(RICH)) == json.loads(to_json(RICH)) == to_dict(RICH)


def test_what_is_unknown_is_absent() -> None:
    rich, failed, skipped = to_dict(RICH)["files"]
    assert set(rich) == {
        "path", "status", "before", "after", "fixed_codes", "seconds", "commit", "attempts", "patch", "log",
    }  # fmt: skip
    assert set(rich["attempts"][0]) == {"fixer", "result", "before", "after", "seconds"}
    assert set(rich["attempts"][1]) == {"fixer", "result", "before", "seconds", "detail"}
    assert set(failed) - set(skipped) == {"reason"}
    assert "null" not in to_json(RICH)


def test_summary_counts_every_state_and_measures_on_the_landed_tree() -> None:
    assert to_dict(RICH)["summary"] == {
        "files_total": 3, "files_fixed": 1, "files_suppressed": 0, "files_partial": 0, "files_unchanged": 0,
        "files_skipped": 1,
        "files_rejected": 0, "files_failed": 1, "files_waiting": 0,
        "diagnostics_before": 4, "diagnostics_after": 2, "diagnostics_fixed": 2,
        "diagnostics_suppressed": 0, "withheld": 0, "dropped": 0, "grades": {},
    }  # fmt: skip
    assert to_dict(report(before=1, after=3))["summary"]["diagnostics_fixed"] == 0


def test_what_is_suppressed_is_counted_apart_and_never_as_fixed() -> None:
    mixed = report(
        file("partial", suppressed=(SEEN, SEEN)), file("suppressed", "b.py", suppressed=(SEEN,)), before=9, after=4
    )
    facts = to_dict(mixed)
    assert [facts["summary"][f"diagnostics_{what}"] for what in ("before", "after", "fixed", "suppressed")] == [
        9,
        4,
        2,
        3,
    ]
    assert facts["summary"]["files_suppressed"] == 1
    assert [file["suppressed_codes"] for file in facts["files"]] == [{"F401": 2}, {"F401": 1}]
    assert "2 of 9 diagnostics fixed, 3 suppressed in 2 files: 0 cleared, 1 suppressed, 1 partial\n" in to_text(
        mixed, None
    )
    # Measured on a tree where the comments are not: nothing was landed of it.
    assert dataclasses.replace(mixed, diagnostics_after=9).suppressed == 0


def test_concurrency_is_told_with_its_ratios() -> None:
    assert to_dict(RICH)["concurrency"] == {
        "max_parallel_files": 4, "peak": 2, "wall_seconds": 2.0, "worker_seconds": 3.0,
        "speedup": 1.5, "efficiency": 0.75,
    }  # fmt: skip


SPAN = f"{'a' * 12}..{'b' * 12}"
LANDED = file("fixed", commit="c" * 40)
LEFT = file("partial", "b.py", reason="F821 left")
TEXTS: dict[str, tuple[RunReport, list[str]]] = {
    "nothing": (report(before=0), ["nothing to fix"]),
    "fixed": (
        report(LANDED),
        ["2 of 2 diagnostics fixed in 1 file: 1 cleared", f"1 commit on main: git log --stat {SPAN}"],
    ),
    "not all": (
        report(
            LANDED, LEFT, file("failed", "c.py", reason="x", log="/l"),
            file("rejected", "d.py", reason="y", log="/m"), file("unchanged", "e.py", log="/n"), after=1,
        ),
        [
            "partial b.py: F821 left", "failed c.py: x (log: /l)", "rejected d.py: y (log: /m)", "unchanged e.py",
            "1 of 2 diagnostics fixed in 5 files: 1 cleared, 1 partial, 1 unchanged, 1 rejected, 1 failed",
            f"1 commit on main: git log --stat {SPAN}",
        ],
    ),
    "none": (
        report(file("unchanged"), after=2),
        ["unchanged a.py", "0 of 2 diagnostics fixed in 1 file: 0 cleared, 1 unchanged"],
    ),
    "dry run": (
        waiting(file("fixed"), dry_run=True),
        ["2 of 2 diagnostics would be fixed in 1 file: 1 cleared", "dry run: nothing was changed"],
    ),
    "files only": (
        report(file("fixed"), files_only=True),
        ["2 of 2 diagnostics fixed in 1 file: 1 cleared", "the fixes are in the working tree, not committed: git diff"],
    ),
    "not delivered": (
        waiting(file("fixed"), undelivered="main has moved", ref="refs/stomper/run-1/head", hint="git merge it"),
        [
            "0 of 2 diagnostics fixed in 1 file: 0 cleared, 1 waiting",
            "1 file is fixed and waits for `stomper resume`",
            "not delivered: main has moved", "git merge it",
        ],
    ),
    "not delivered, and no ref has it": (
        waiting(file("suppressed"), file("partial", reason="E501 left"), undelivered="HEAD has moved", hint="a patch"),
        [
            "partial (waiting) a.py: E501 left", "0 of 2 diagnostics fixed in 2 files: 0 cleared, 2 waiting",
            "2 files are changed, 1 of them in part, and wait to be taken by hand",
            "not delivered: HEAD has moved", "a patch",
        ],
    ),
    "untrusted": (
        waiting(file("partial"), untrusted="mypy crashed", after=3),
        [
            "partial (waiting) a.py", "0 of 3 diagnostics fixed in 1 file: 0 cleared, 1 waiting",
            "1 file is fixed, in part, and waits for `stomper resume`", "not to be trusted: mypy crashed",
        ],
    ),
    "interrupted": (
        report(LANDED, interrupted=True),
        [
            "2 of 2 diagnostics fixed in 1 file: 1 cleared", f"1 commit on main: git log --stat {SPAN}",
            "interrupted; to go on: stomper resume run-1",
        ],
    ),
    "odd name": (
        report(file("rejected", "a\n\x1b[31mb.py"), after=2),
        ["rejected a\\n\\x1b[31mb.py", "0 of 2 diagnostics fixed in 1 file: 0 cleared, 1 rejected"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TEXTS)
def test_text(what: str) -> None:
    made, expected = TEXTS[what]
    alone = dataclasses.replace(made, concurrency=Concurrency(4, 1, 1.0, 1.0))
    lines = to_text(alone, None).splitlines()
    assert "not tested: no tests were found" in lines
    assert "looked at: nothing, for no file is selected" in lines
    found = [line for line in lines if not line.startswith(("not tested: ", "looked at: "))]
    assert found == [*expected, ending_line(alone)]


ENDINGS: dict[str, tuple[RunReport, str]] = {
    "all fixed": (report(file("fixed")), "nothing left: exit code 0"),
    "left": (report(file("partial"), after=1), "1 diagnostic left: exit code 1"),
    "rejected and failed": (
        report(file("rejected"), file("failed", "b.py"), file("skipped", "c.py", before=0), before=4, after=4),
        "4 diagnostics left, 1 file rejected, 1 file failed, 1 file not read: exit code 1",
    ),
    "not checked": (report(unchecked=(SEEN,)), "nothing left, 1 file not checked: exit code 3"),
    "dry run": (waiting(file("fixed"), dry_run=True), "nothing left, 2 would be fixed: exit code 0"),
    "not delivered": (
        waiting(file("partial"), after=5, undelivered="x"),
        "3 diagnostics left, 2 not delivered: exit code 3",
    ),
    "no error wanted": (
        report(file("partial"), after=1, ending_settings=ZERO),
        "1 diagnostic left: exit code 0 (--exit-zero)",
    ),
    "an error wanted": (
        report(file("fixed"), ending_settings=ON_FIX),
        "nothing left: exit code 1 (--exit-non-zero-on-fix)",
    ),
    "it makes no difference": (
        report(file("partial"), after=1, ending_settings=ON_FIX),
        "1 diagnostic left: exit code 1",
    ),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_last_line_says_what_is_left_of_which_kind(what: str) -> None:
    made, expected = ENDINGS[what]
    assert ending_line(made) == to_text(made, None).splitlines()[-1] == expected


def test_what_was_not_delivered_is_apart() -> None:
    facts = to_dict(waiting(file("partial", fixed_codes={"F401": 1}), after=3, undelivered="main has moved", ref="r"))
    assert (facts["delivered"], facts["not_delivered"], facts["ref"]) == (False, "main has moved", "r")
    kinds = dict.fromkeys(("rejected", "failed", "not_read", "would_fix"), 0)
    assert facts["ending"] == {"left": 1, "not_delivered": 2, **kinds}
    assert facts["summary"]["files_waiting"] == facts["summary"]["files_skipped"] == 1
    assert facts["files"][0]["outcome"] == {"status": "partial", "fixed_codes": {"F401": 1}}
    assert to_dict(report(file("fixed")))["delivered"] is True


def test_the_text_and_the_facts_say_whether_tests_judged_the_result() -> None:
    tests = {"mode": "final", "command": "make test", "not_run": ["no `x`"]}
    lines = to_text(report(tests=tests, tested=Tested(3), looked_at={"ruff": 1, "mypy": 2}), None).splitlines()
    assert lines[1:4] == [
        "looked at: ruff 1 file, mypy 2 files",
        "tested by 3 tests",
        "some tests are not run: no `x`",
    ]
    assert "tested by `make test`" in to_text(report(tests=tests, tested=Tested()), None).splitlines()
    told = [to_dict(report(tested=tested)) for tested in (Tested(3), Tested(), Tested(why_not="x"))]
    facts = [{key: one[key] for key in ("tested", "tests_run", "not_tested") if key in one} for one in told]
    assert facts == [
        {"tested": True, "tests_run": 3},
        {"tested": True},
        {"tested": False, "tests_run": 0, "not_tested": "x"},
    ]


def test_text_says_how_parallel_it_was_and_where_the_report_is() -> None:
    """What is as fast, and as what: the run as a whole is not."""
    lines = to_text(report(LANDED, seconds=90.4), Path("/x/report.toml"))
    parallel = "2 files at once at the peak: 2.0 s for them, 1.5 times as fast as one by one (3.0 s)"
    assert lines.splitlines()[3:5] == [f"took 1 min 30 s; {parallel}", "report: /x/report.toml"]
    assert to_text(report(LANDED), None).splitlines()[3] == parallel
    alone = report(LANDED, concurrency=Concurrency(4, 1, 1.0, 1.0), seconds=2.0)
    assert to_text(alone, None).splitlines()[3] == "took 2.0 s"


def test_text_names_so_many_files_and_counts_the_rest() -> None:
    files = [file("unchanged", f"{n}.py") for n in range(SHOWN_FILES + 3)]
    lines = to_text(report(*files, after=2), None).splitlines()
    assert lines[0] == f"{SHOWN_FILES + 3} more files with diagnostics left: -v, or the report"
    assert to_text(report(*files, after=2), None, verbose=True).splitlines()[: len(files)] == [
        f"unchanged {f.path}" for f in files
    ]
    few = to_text(report(*files[:FEW_FILES], after=2), None).splitlines()
    assert few[FEW_FILES - 1] == f"unchanged {FEW_FILES - 1}.py"
    wrong = [file("rejected", f"w{n}.py") for n in range(SHOWN_FILES + 1)]
    lines = to_text(report(*files, *wrong, after=2), None).splitlines()
    assert [line.split()[0] for line in lines[:SHOWN_FILES]] == ["rejected"] * SHOWN_FILES
    assert lines[SHOWN_FILES] == f"{SHOWN_FILES + 4} more files with diagnostics left: -v, or the report"


def test_what_an_agent_did_outside_comes_first() -> None:
    """It must not be among those that are only counted."""
    files = [file("unchanged", f"{n}.py") for n in range(SHOWN_FILES + 3)]
    attempts = (Attempt("agent", AttemptResult.ESCAPED, 2, None, 1.0, "wrote README.md in your checkout"),)
    escaped = file("rejected", "z.py", reason="escaped: wrote README.md in your checkout", attempts=attempts)
    assert to_text(report(*files, escaped, after=2), None).startswith("rejected z.py: escaped: wrote README.md")


@pytest.mark.parametrize("suffix", sorted(RENDERERS))
def test_report_is_written_in_the_format_of_its_name(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    require_report_path(path)
    write_report(RICH, path)
    assert path.read_text() == RENDERERS[suffix](RICH)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"),
    [("r.xml", "'.xml' is no report format"), ("r", "'' is no report format"), ("folder.json", "is a folder"),
     ("file/no/r.json", "is no folder")],
)  # fmt: skip
def test_report_path_that_cannot_be_is_refused_before_any_work(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as caught:
        require_report_path(tmp_path / name)
    assert message in caught.value.message
    assert caught.value.hint


def test_report_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file" / "r.json"
    (tmp_path / "file").touch()
    with pytest.raises(StomperError, match=f"cannot write the report {path}: File exists"):
        write_report(RICH, path)


def test_folders_that_a_report_needs_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "r.json"
    require_report_path(path)
    assert list(tmp_path.iterdir()) == []
    write_report(RICH, path)
    assert json.loads(path.read_text())["run"] == "run-1"


TRAVELS = report(
    file("failed", reason="ruff: exit\n  code 2\n", log="/home/me/shop/.git/x.log", attempts=TRIED),
    tests={"command": "/usr/bin/python3 -m pytest", "dropped": [{"log": "/home/me/shop/.git/y.log"}]},
    repository="/home/me/shop",
    options={"fixers": ["/opt/tools/mine", "--config=/home/me/.config/x", "/home/me/shopping/y"]},
    places=(("/home/me/shop", ""), ("/home/me", "~")),
)


def test_a_report_speaks_of_no_place_of_the_machine() -> None:
    facts = to_dict(TRAVELS)
    assert facts["repository"] == "shop"
    assert (facts["files"][0]["log"], facts["tests"]["dropped"][0]["log"]) == (".git/x.log", ".git/y.log")
    assert facts["tests"]["command"] == "python3 -m pytest"
    assert facts["options"]["fixers"] == ["mine", "--config=~/.config/x", "~/shopping/y"]
    assert "/home" not in to_json(TRAVELS) + to_toml(TRAVELS)


def test_reasons_and_details_are_one_line() -> None:
    (made,) = to_dict(TRAVELS)["files"]
    assert made["reason"] == "ruff: exit code 2"
    assert made["attempts"][1]["detail"] == 'still "running" after 3 s'


def test_attempts_have_one_form_in_toml_however_short_they_are() -> None:
    short = report(file("fixed", attempts=(Attempt("x", AttemptResult.KEPT, 1, 0, 0.1),)))
    for made, count in ((short, 1), (RICH, 2)):
        text = to_toml(made)
        assert text.count("[[files.attempts]]") == count
        assert tomllib.loads(text) == to_dict(made)


FULL = {"attempts": 12, "requests": 30, "input_tokens": 33000, "output_tokens": 1000, "cost_estimate": 0.1234}
USAGES = {
    "all is known": (
        {**FULL, "unknown_attempts": 0},
        "asked models 12 times: 34,000 tokens, about $0.12 (an estimate)",
    ),
    "some did not say": (
        {**FULL, "unknown_attempts": 2},
        "asked models 12 times: 34,000 tokens, about $0.12 (an estimate), 2 of them without saying what they took",
    ),
    "some have no price": (
        {**FULL, "unpriced_attempts": 3, "unknown_attempts": 0},
        "asked models 12 times: 34,000 tokens, about $0.12 (an estimate, without 3 of them)",
    ),
    "none said": ({"attempts": 1, "unknown_attempts": 1}, "asked models 1 time: what that took is unknown"),
    "nobody knows the price": (
        {"attempts": 2, "input_tokens": 5, "output_tokens": 1, "unknown_attempts": 0},
        "asked models 2 times: 6 tokens",
    ),
}


@pytest.mark.parametrize("what", USAGES)
def test_what_asking_models_took(what: str) -> None:
    usage, line = USAGES[what]
    made = report(file("fixed"), usage=usage)
    assert line in to_text(made, None).splitlines()
    assert to_dict(made)["usage"] == usage


def test_what_is_not_known_is_not_summed_up() -> None:
    spending = Spending()
    assert usage_report(spending) == {}
    for usage in (Usage(10, 2, cost=0.5, requests=3), Usage(10, 2), Usage()):
        spending.begin()
        spending.end(usage, 1.0, counts=True)
    spending.begin()
    assert usage_report(spending) == {
        "attempts": 4,
        "requests": 3,
        "input_tokens": 20,
        "output_tokens": 4,
        "cost_estimate": 0.5,
        "unpriced_attempts": 3,
        "unknown_attempts": 2,
    }


def test_where_no_model_was_asked_nothing_is_said_of_it() -> None:
    made = report(file("fixed"))
    assert "usage" not in to_dict(made)
    assert "asked" not in to_text(made, None)


def test_an_attempt_has_what_is_known_of_its_usage() -> None:
    asked = Attempt("agent", AttemptResult.KEPT, 2, 1, 0.5, usage=Usage(10, cost=0.5), strategy="normal")
    found = to_dict(report(file("fixed", attempts=(asked,))))["files"][0]["attempts"][0]
    assert {name: found[name] for name in found if name not in ("fixer", "result", "before", "after", "seconds")} == {
        "strategy": "normal",
        "input_tokens": 10,
        "cost_estimate": 0.5,
    }


def test_files_that_wait_are_told_how_to_go_on() -> None:
    text = to_text(report(file("skipped"), after=2, held_files=3), None)
    assert "3 files not finished; to go on" in text.splitlines()[-2]
    assert "stomper resume run-1" in text.splitlines()[-2]


@pytest.mark.parametrize(
    ("baseline", "flaky", "words"),
    [
        (
            {"passed": 182, "failed": 3, "skipped": 27},
            ["a"],
            "31 of 212 tests do not guard: 3 failed before, 27 are skipped, 1 is flaky",
        ),
        ({"passed": 1, "failed": 0, "skipped": 1}, [], "1 of 2 tests does not guard: 1 is skipped"),
        (
            {"passed": 0, "failed": 0, "expected_failures": 1, "deselected": 2},
            [],
            "3 of 3 tests do not guard: 1 is expected to fail, 2 are deselected",
        ),
    ],
)
def test_text_says_how_many_tests_do_not_guard(baseline: dict[str, int], flaky: list[str], words: str) -> None:
    tests = {"baseline": baseline, "final": {"verdict": "green", "flaky": flaky}}
    assert f"\n{words}\n" in to_text(report(file("fixed"), tests=tests), None)


def test_text_says_nothing_of_tests_that_all_guard() -> None:
    tests = {"baseline": {"passed": 2, "failed": 0}, "final": {"flaky": []}}
    assert "guard" not in to_text(report(file("fixed"), tests=tests), None)
    assert "guard" not in to_text(report(file("fixed")), None)


def test_text_says_that_a_command_tells_no_tests_apart() -> None:
    tests = {"baseline": {"passed": 1, "failed": 0}, "single_tests": False}
    assert "the test command says only whether all is well" in to_text(report(file("fixed"), tests=tests), None)
