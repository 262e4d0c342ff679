"""A run is set up whole, and a preview is set up the same."""

import dataclasses
import sys

import pytest

from stomper.checkers.sandboxed import Kept
from stomper.commands.plan import plan_ahead
from stomper.commands.show_prompt import set_up_preview
from stomper.process import find_sandbox
from stomper.progress import make_progress
from stomper.run.session import new_run
from stomper.run.set_up import SetUp, make_job
from stomper.settings import CommandSettings, Settings, TestSettings
from tests.kit.repo import GitRepo

OWN = CommandSettings("own", (sys.executable, "-c", "pass", "{file}"))
SETTINGS = Settings(checkers=("ruff", "pytest"), fixers=("ruff", "own"), commands=(OWN,))


@pytest.fixture
def shop(repo: GitRepo) -> GitRepo:
    """A project whose imports start in a folder that no setting names."""
    repo.write("src/shop/__init__.py", "import os\n")
    repo.write("tests/test_shop.py", "def test_shop(): pass\n")
    repo.commit("shop")
    return repo


def beside_places(made: SetUp) -> SetUp:
    """The set-up without the place of its worktrees, which each has for itself, and without the moment of its end."""
    assert made.room is not None or not sandbox_works(made), "a fixer of the user's own is kept in"
    inner = tuple(checker.checker if isinstance(checker, Kept) else checker for checker in made.checkers)
    place = dataclasses.replace(made.site, folder=made.site.top, run="")
    project = dataclasses.replace(made.project, room=None)
    alike = dataclasses.replace(made, site=place, project=project, checkers=inner, room=None, deadline=0.0)
    return dataclasses.replace(alike, trees=None)  # type: ignore[arg-type]  # each has its own


def sandbox_works(made: SetUp) -> bool:
    return find_sandbox(made.site.top) is not None


def test_a_run_and_a_preview_are_set_up_the_same(shop: GitRepo) -> None:
    opened = shop.opened()
    with new_run(opened, SETTINGS, (), make_progress(quiet=True, verbose=False)) as run:
        made, job = run.set_up, make_job(run.set_up, run.folder, None, run.sandbox, run.watch)
        assert (run.settings, job.settings) == (made.settings, made.settings)
        assert run.header.settings == SETTINGS, "what is recorded is what the user said"
    preview = set_up_preview(opened, plan_ahead(opened, SETTINGS, [shop.path / "src" / "shop" / "__init__.py"]))
    assert preview.settings == made.settings
    assert made.settings.tests.pythonpath == ("src", ".")
    assert beside_places(preview) == beside_places(made)


def test_the_checkers_look_where_the_settings_say(shop: GitRepo) -> None:
    opened = shop.opened()
    settings = dataclasses.replace(SETTINGS, tests=TestSettings(pythonpath=("src/shop",)))
    made = set_up_preview(opened, plan_ahead(opened, settings, [shop.path / "src" / "shop" / "__init__.py"]))
    assert made.settings.tests.pythonpath == made.project.roots == ("src/shop",)
