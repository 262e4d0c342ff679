"""The kinds of places for a result: which settings mean which, what they ask for, what they promise."""

import pytest

from stomper.errors import UsageError
from stomper.git.repository import read_head
from stomper.journal.run_folder import RunFolder
from stomper.landing.destination import Delivery, Destination, Result
from stomper.landing.destinations import destination_of
from stomper.landing.dry_run import DryRun
from stomper.landing.to_branch import Branch
from stomper.landing.to_checkout import Checkout, Files
from stomper.landing.to_uncommitted import UncommittedFiles
from stomper.settings import ChoiceSettings, LandingSettings, Settings
from tests.kit.repo import GitRepo

STAGED = ChoiceSettings(uncommitted="staged")


@pytest.fixture
def shop(repo: GitRepo) -> GitRepo:
    repo.commit_file("a.py", "broken = 1\n")
    return repo


def place(repo: GitRepo, landing: LandingSettings, choice: ChoiceSettings = ChoiceSettings()) -> Destination:  # noqa: B008  # frozen
    return destination_of(repo.opened(), Settings(landing=landing, choice=choice))


@pytest.mark.parametrize(
    ("landing", "choice", "kind"),
    [
        (LandingSettings(), ChoiceSettings(), Checkout),
        (LandingSettings(commit=False), ChoiceSettings(), Files),
        (LandingSettings(branch="fixes"), ChoiceSettings(), Branch),
        (LandingSettings(commit=False), STAGED, UncommittedFiles),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_settings_mean_one_place(
    repo: GitRepo, landing: LandingSettings, choice: ChoiceSettings, kind: type[Destination], dry_run: bool
) -> None:
    landing = LandingSettings(landing.branch, landing.commit, dry_run)
    found = place(repo, landing, choice)
    assert isinstance(found, DryRun) is dry_run
    assert type(found.planned if isinstance(found, DryRun) else found) is kind


# Does a merge under way, does a user without a name keep a result from coming there?
NEEDS = {
    Checkout: (True, True),
    Files: (True, False),
    Branch: (True, True),
    UncommittedFiles: (False, False),
}


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("kind", NEEDS)
def test_what_must_be_ready(shop: GitRepo, kind: type[Destination], dry_run: bool) -> None:
    landing = LandingSettings("fixes" if kind is Branch else None, kind in (Checkout, Branch), dry_run)
    choice = STAGED if kind is UncommittedFiles else ChoiceSettings()
    found, (quiet, named) = place(shop, landing, choice), NEEDS[kind]
    assert found.ready() == read_head(shop.opened())
    merging = shop.git_dir / "MERGE_HEAD"
    merging.write_text(shop.head)
    assert is_ready(found) is not quiet
    merging.unlink()
    for name in ("user.name", "user.email"):
        shop.git("config", name, "")
    shop.git("config", "user.useConfigOnly", "true")
    assert is_ready(found) is (dry_run or not named)


def is_ready(found: Destination) -> bool:
    try:
        found.ready()
    except UsageError:
        return False
    return True


def test_a_branch_of_others_is_refused_in_a_dry_run_too(shop: GitRepo) -> None:
    first = shop.head
    shop.git("branch", "fixes")
    other = shop.git("commit-tree", "HEAD^{tree}", "-p", first, "-m", "others'")
    shop.git("update-ref", "refs/heads/fixes", other)
    for dry_run in (False, True):
        found = place(shop, LandingSettings("fixes", True, dry_run))
        with pytest.raises(UsageError, match="has commits that are not in HEAD"):
            found.ready()
        assert found.ready({other}).commit == first, "it is the run's own"


def result_of(repo: GitRepo, folder: RunFolder) -> Result:
    """A commit that changes a.py, on what is checked out."""
    base = repo.head
    tree = repo.git("rev-parse", f"{repo.commit_file('a.py', 'fixed = 1')}^{{tree}}")
    repo.git("reset", "--hard", base)
    head = repo.git("commit-tree", tree, "-p", base, "-m", "fixed")
    return Result(folder, read_head(repo.opened()), base, head)


def test_each_place_gets_the_result_and_no_other(shop: GitRepo, runs: RunFolder) -> None:
    result = result_of(shop, runs)
    before = shop.checkout_state()
    assert place(shop, LandingSettings(dry_run=True)).deliver(result) == Delivery(result.here, result.base, waits=True)
    assert shop.checkout_state() == before
    branch = place(shop, LandingSettings("fixes")).deliver(result)
    assert (branch.branch, branch.problem) == ("refs/heads/fixes", "")
    assert shop.git("rev-parse", "fixes") == result.head
    assert shop.checkout_state() == before
    assert place(shop, LandingSettings(commit=False)).deliver(result).files_only
    assert (shop.head, shop.read("a.py")) == (result.base, b"fixed = 1")
    shop.git("checkout", "a.py")
    assert place(shop, LandingSettings()).deliver(result).commit == result.head
    assert (shop.head, shop.read("a.py")) == (result.head, b"fixed = 1")


def test_a_result_that_nobody_vouches_for_stays_on_its_ref_or_in_its_patches(shop: GitRepo, runs: RunFolder) -> None:
    result = Result(runs, read_head(shop.opened()), shop.head, "f" * 40)
    withheld = place(shop, LandingSettings()).withhold(result, "red")
    assert (withheld.branch, withheld.commit, withheld.record(result.head)) == (result.ref, result.head, None)
    withheld = place(shop, LandingSettings(commit=False), STAGED).withhold(result, "red")
    assert (withheld.branch, withheld.hint) == (result.here, f"The fixes are in {runs.patches}")


@pytest.fixture
def runs(shop: GitRepo) -> RunFolder:
    folder = RunFolder(shop.git_dir / "stomper" / "runs" / "20260101-000000-0000")
    folder.path.mkdir(parents=True, mode=0o700)
    return folder
