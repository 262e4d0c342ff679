"""Nothing lands that nothing stands behind: not a test that runs it, not the types, not the syntax."""

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

SHOP = """\
def tested(x):
    return x == None


def untested(x):
    return x == None


class Column:
    def __eq__(self, other):
        return ("=", other)

    def __hash__(self):
        return 1
"""
TEST = "from shop import tested\n\n\ndef test_it():\n    assert tested(None)\n"
CONFIG = "[tool.ruff.lint]\nselect = ['E711', 'W291']\n"
ONE = SHOP.replace("== None", "is None", 1)
BOTH = SHOP.replace("== None", "is None")


@pytest.fixture
def shop(repo: GitRepo) -> GitRepo:
    repo.write("pyproject.toml", CONFIG)
    repo.write("shop.py", SHOP)
    repo.write("test_shop.py", TEST)
    repo.commit("shop")
    return repo


def read(repo: GitRepo) -> str:
    return (repo.path / "shop.py").read_text()


def test_what_a_test_runs_lands_and_the_rest_is_withheld(shop: GitRepo, stomper: Stomper) -> None:
    result = stomper.run(shop, "fix").check(1)
    assert read(shop) == ONE
    assert "E711 (ruff): 1, tested" in shop.git("log", "-1", "--format=%B")
    (file,) = report_of(shop)["files"]
    (withheld,) = file["withheld"]
    assert (withheld["code"], withheld["line"], withheld["fixer"]) == ("E711", 6, "ruff-unsafe")
    assert withheld["needs"]
    assert file["status"] == "partial"
    assert "withheld" in result.out
    assert report_of(shop)["summary"]["withheld"] == 1


@pytest.mark.matrix(every=3)
@pytest.mark.parametrize(
    ("words", "text"),
    [(["--unproved"], BOTH), (["--proof", "proved"], SHOP), (["--run-tests", "--proof", "safe"], SHOP)],
)
def test_the_user_says_how_sure_it_must_be(shop: GitRepo, stomper: Stomper, words: list[str], text: str) -> None:
    stomper.run(shop, "fix", *words)
    assert read(shop) == text


def test_what_is_proved_but_not_safe_says_which_level_lets_it_land(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", "[tool.ruff.lint]\nselect = ['I001']\n")
    repo.commit_file("a.py", "import sys\nimport os\n\nprint(os, sys)\n")
    result = stomper.run(repo, "fix", "--proof", "safe").check(1)
    assert 'withheld: I001 needs proof = "proved"' in result.err + result.out
    (file,) = report_of(repo)["files"]
    assert [guess["needs"] for guess in file["withheld"]] == ['proof = "proved"']


def test_without_tests_nothing_is_tested(shop: GitRepo, stomper: Stomper) -> None:
    stomper.run(shop, "fix", "--no-run-tests").check(1)
    assert read(shop) == SHOP


@pytest.mark.thorough
def test_a_test_that_fails_before_stands_behind_nothing(shop: GitRepo, stomper: Stomper) -> None:
    shop.commit_file("test_shop.py", TEST.replace("assert tested(None)", "assert not tested(None)"))
    stomper.run(shop, "fix").check(1)
    assert read(shop) == SHOP


@pytest.mark.thorough
def test_a_code_and_a_folder_have_levels_of_their_own(shop: GitRepo, stomper: Stomper) -> None:
    shop.commit_file("stomper.toml", '[proof]\nlevel = "safe"\n\n[proof.paths]\n"shop.py" = "none"\n')
    stomper.run(shop, "fix").check(0)
    assert read(shop) == BOTH


def test_an_agent_is_trusted_no_more(shop: GitRepo, stomper: Stomper) -> None:
    command = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace('== N', 'is N'))"
    shop.write("fixer.py", command)
    shop.write("stomper.toml", 'fixers = ["mine"]\n[fixer.mine]\ncommand = ["python3", "fixer.py", "{file}"]\n')
    shop.commit("a fixer")
    stomper.run(shop, "fix", env={"STOMPER_TRUST": "1"}).check(1)
    assert read(shop) == SHOP
