"""pytest-drill-sergeant: what it demands, read without running or writing anything; its writing only as a fixer."""

import sys
from pathlib import Path

import pytest

from stomper.checkers.drill_sergeant import DrillSergeantChecker
from stomper.checkers.pytest_run import PytestRunner
from stomper.errors import CheckerError
from stomper.fixers.drill_sergeant import DrillSergeantFixer
from tests.kit.chains import file_report
from tests.kit.checked import WITH_SERGEANT
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_tool
from tests.kit.projects import project_toml
from tests.kit.repo import GitRepo
from tests.kit.runs import states

RUNNER = PytestRunner(sys.executable, variables=tuple(WITH_SERGEANT.items()))
CHECKER = DrillSergeantChecker(RUNNER)
MARKERS = '[tool.pytest.ini_options]\nmarkers = ["unit: small"]\n'
AAA = "    # Arrange - a thing\n    x = 1\n    # Act - grow it\n    x += 1\n    # Assert - it grew\n    assert x == 2\n"
PLAIN = f"import pytest\n\n\ndef test_plain():\n{AAA}\n\n@pytest.mark.unit\ndef test_marked():\n{AAA}"


def make(top: Path, text: str, settings: str = "", path: str = "tests/unit/test_a.py") -> str:
    lines = [f"drill_sergeant_{line}" for line in settings.splitlines()]
    (top / "pyproject.toml").write_text("\n".join([MARKERS, *lines]))
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top / path).write_text(text)
    return path


def found(top: Path, path: str) -> list[tuple[int, str, bool]]:
    return [(d.line, d.code, d.fixable) for d in CHECKER.check(top, [path])]


def test_demands_on_a_test(tmp_path: Path) -> None:
    """One diagnostic for each, whatever the number of parameters; no test is run and no fixture."""
    text = """\
import pytest

@pytest.fixture
def noisy():
    open("ran", "w").close()

@pytest.mark.parametrize("n", [1, 2])
def test_many(noisy, n):
    # Act - x
    open("ran", "w").close()

class TestC:
    def test_in_a_class(self):
        # Arrange - a thing
        # Assert - it is so
        # Act - too late
        assert 1
"""
    path = make(tmp_path, text, "write_markers = false\naaa_mode = 'strict'\nauto_detect_markers = false")
    assert found(tmp_path, path) == [
        (7, "missing-arrange", False),
        (7, "missing-assert", False),
        (7, "short-act", False),
        (13, "missing-marker", False),
        (13, "section-order", False),
    ]
    assert [d.message for d in CHECKER.check(tmp_path, [path])][
        3
    ] == "TestC::test_in_a_class: must have at least one marker"
    assert not (tmp_path / "ran").exists()


@pytest.mark.thorough
def test_a_file_that_is_too_long_is_one_diagnostic(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN, "max_file_length = '5'\nwrite_markers = false")
    (one,) = CHECKER.check(tmp_path, [path])
    assert (one.line, one.code, one.path) == (1, "file-too-long", path)
    assert "Current length: 20 lines, maximum allowed: 5 lines" in one.message


@pytest.mark.thorough
def test_a_marker_that_it_would_write_is_one_that_its_fixer_can_write(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN)
    assert found(tmp_path, path) == [(4, "missing-marker", True)]
    assert (tmp_path / path).read_text() == PLAIN
    (diagnostic,) = CHECKER.check(tmp_path, [path])
    assert DrillSergeantFixer(RUNNER).takes([diagnostic])
    make(tmp_path, PLAIN, "write_markers = false")
    assert found(tmp_path, path) == [], "the folder's marker is enough where none is to be written"
    assert (tmp_path / path).read_text() == PLAIN


@pytest.mark.thorough
def test_switched_off_rules_demand_nothing(tmp_path: Path) -> None:
    off = "enforce_aaa = false\nenforce_markers = false\nenforce_file_length = false"
    path = make(tmp_path, "def test_a():\n    assert 0\n", off)
    assert found(tmp_path, path) == []


@pytest.mark.thorough
def test_a_file_that_cannot_be_loaded_is_for_pytest_to_report(tmp_path: Path) -> None:
    path = make(tmp_path, "import no_such_module\n")
    assert found(tmp_path, path) == []


@pytest.mark.parametrize("mode", ["crash", "half", "nothing", "exit2=no such option", "signal"])
def test_what_is_no_result_is_an_error(tmp_path: Path, mode: str) -> None:
    """Be it the question whether it is there, be it the check itself."""
    path = make(tmp_path, PLAIN)
    for number, modes in enumerate([(mode,), ("real", mode)]):
        fake = fake_tool(tmp_path / f"bin{number}", "python", *modes, when="pytest", real=sys.executable)
        checker = DrillSergeantChecker(PytestRunner(str(fake.path), variables=RUNNER.variables))
        with pytest.raises(CheckerError):
            checker.check(tmp_path, [path])


@pytest.mark.thorough
def test_words_that_are_not_understood_whole_are_an_error(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN)
    words = "2 requirement(s) must be fixed before this test can run:\\n   • Add '# Act - x' comment before"
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_setup(item):\n"
        f'    pytest.fail("{words}")\n'
    )
    with pytest.raises(CheckerError, match="words about test_plain cannot be read"):
        CHECKER.check(tmp_path, [path])


def test_a_project_without_it_is_told_so(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:drill_sergeant\n")
    with pytest.raises(CheckerError, match="drill-sergeant does not answer") as caught:
        CHECKER.check(tmp_path, [path])
    assert "Install pytest-drill-sergeant" in str(caught.value.hint)


@pytest.mark.thorough
@pytest.mark.unproved
@pytest.mark.slow
def test_the_fixer_in_a_run(repo: GitRepo, stomper: Stomper) -> None:
    """It writes the marker in a worktree, which is landed; what its writing would break stays as it was."""
    breaks = f"import sys\n\nfirst = sys.argv\ndef test_close():\n{AAA}"
    keys = 'checkers = ["pytest", "drill-sergeant"]\nfixers = ["drill-sergeant"]'
    repo.write("pyproject.toml", MARKERS + project_toml(mode="none", keys=keys))
    repo.write("tests/unit/test_a.py", PLAIN)
    repo.write("tests/unit/test_b.py", breaks)
    repo.commit()
    stomper.run(repo, "fix", "-j", "1", env=WITH_SERGEANT).check(1)
    assert repo.read("tests/unit/test_a.py").decode().count("@pytest.mark.unit\ndef") == 2
    assert repo.read("tests/unit/test_b.py").decode() == breaks
    assert states(repo) == {"tests/unit/test_a.py": "fixed", "tests/unit/test_b.py": "rejected"}
    assert "cannot be judged: after the change" in file_report(repo, "tests/unit/test_b.py")["reason"]
