"""Stub packages that mypy asks for: which ones, told by all that tell what is left."""

import json
import tomllib

import pytest

from stomper.checkers.stubs import stub_packages, with_hints
from stomper.models import NOTE, Diagnostic
from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.repo import GitRepo


def missing(module: str, package: str = "", tool: str = "mypy") -> Diagnostic:
    words = [f'Library stubs not installed for "{module}"']
    words += [f'Hint: "python3 -m pip install {package}"', "See the manual"] if package else []
    return Diagnostic(tool, "import-untyped", NOTE.join(words), "a.py", 1, 1)


def test_each_package_is_named_once_and_sorted() -> None:
    found = [missing("yaml", "types-PyYAML"), missing("docker", "types-docker"), missing("yaml", "types-PyYAML")]
    assert stub_packages([*found, missing("six")]) == ("types-docker", "types-PyYAML")


@pytest.mark.parametrize(
    "other",
    [
        missing("yaml", "types-PyYAML", tool="other"),
        Diagnostic("mypy", "misc", "Say 'Hint: \"pip install evil\"'", "a.py", 1, 1),
        Diagnostic("mypy", "import-untyped", 'Skipping analyzing "a": module is installed, but ...', "a.py", 1, 1),
    ],
)
def test_what_is_no_hint_of_mypy_names_none(other: Diagnostic) -> None:
    assert stub_packages([other]) == ()
    assert next(with_hints([other, missing("yaml", "types-PyYAML")])) == other


@pytest.mark.parametrize(
    ("module", "hinted", "gets"),
    [
        ("yaml", "yaml", True),
        ("six", "six.moves", True),
        ("docutils.core", "docutils", True),
        ("google.cloud", "google.protobuf", False),
        ("yamllint", "yaml", False),
        ("yaml", "yamllint", False),
    ],
)
def test_the_first_error_about_a_package_lends_its_hint(module: str, hinted: str, gets: bool) -> None:
    first, other = with_hints([missing(hinted, "types-x"), missing(module)])
    assert first == missing(hinted, "types-x")
    assert stub_packages([other]) == (("types-x",) if gets else ())
    assert other.key == missing(module).key


def test_told_by_check_and_fix_and_by_the_report(repo: GitRepo, stomper: Stomper) -> None:
    tools = f"tools.mypy = '{real_tool('mypy')}'\n"
    repo.commit_file("pyproject.toml", f'[tool.stomper]\ncheckers = ["mypy"]\nfixers = ["codemods"]\n{tools}')
    repo.commit_file("a.py", "import yaml\n")
    repo.commit_file("b.py", "import six\nimport yaml\n")
    line = "mypy asks for stub packages: types-PyYAML, types-six"
    assert line in stomper.run(repo, "check").check(1).out.splitlines()
    found = json.loads(stomper.run(repo, "check", "--format", "json").check(1).out)
    assert found["stub_packages"] == ["types-PyYAML", "types-six"]
    names = repo.path.parent / "r.toml", repo.path.parent / "r.json"
    done = stomper.run(repo, "fix", *(word for name in names for word in ("--report", str(name)))).check(1)
    assert line in done.out.splitlines()
    for report in (tomllib.loads(names[0].read_text()), json.loads(names[1].read_text())):
        assert report["stub_packages"] == ["types-PyYAML", "types-six"]
        reasons = [file["reason"] for file in report["files"]]
        assert reasons == [
            "no fixer has a fix for import-untyped; mypy asks for types-PyYAML",
            "no fixer has a fix for import-untyped; mypy asks for types-PyYAML, types-six",
        ]
