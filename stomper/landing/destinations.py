"""The one choice among the kinds of destination. To add a kind: a module with a `Destination`, a line here."""

from stomper.git.repository import Repository
from stomper.landing.destination import Destination
from stomper.landing.dry_run import DryRun
from stomper.landing.to_branch import Branch
from stomper.landing.to_checkout import Checkout, Files
from stomper.landing.to_old_branch import ContinuedBranch, ReplacedBranch
from stomper.landing.to_uncommitted import UncommittedFiles
from stomper.settings import BranchExists, Settings

BRANCHES: dict[BranchExists, type[Branch]] = {"fail": Branch, "append": ContinuedBranch, "replace": ReplacedBranch}


def destination_of(repository: Repository, settings: Settings) -> Destination:
    """The place that the result of a run with these settings goes to."""
    planned = _planned(repository, settings)
    return DryRun(repository, planned) if settings.landing.dry_run else planned


def _planned(repository: Repository, settings: Settings) -> Destination:
    landing, choice = settings.landing, settings.choice
    if choice.uncommitted is not None:
        return UncommittedFiles(repository, choice.uncommitted, choice)
    if landing.branch is not None:
        return BRANCHES[settings.git.branch_exists](repository, landing.branch, settings.git)
    return Checkout(repository, settings.git) if landing.commit else Files(repository, settings.git)
