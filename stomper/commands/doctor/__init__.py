"""`stomper doctor`: whether a run can work here, and with what. Looks, tries out, and leaves nothing behind."""

from dataclasses import dataclass
from pathlib import Path

from stomper.commands.doctor.agents import find_agents, try_sandbox
from stomper.commands.doctor.asking import how_to_ask
from stomper.commands.doctor.finding import Finding, State
from stomper.commands.doctor.setup import Agree, look_at_git, look_at_repository, look_at_self, look_at_settings
from stomper.commands.doctor.tools import look_at_programs
from stomper.commands.doctor.trials import look_at_cache, look_for_leftovers, try_containment, try_walls, try_worktrees
from stomper.config import Setting
from stomper.errors import EXIT_CLEAN, EXIT_UNTRUSTED
from stomper.settings import Settings


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was looked at, in order, and every setting with its source."""

    findings: tuple[Finding, ...]
    settings: tuple[Setting, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.state == "problem")

    @property
    def exit_code(self) -> int:
        """3 where a run could not work here."""
        return EXIT_UNTRUSTED if self.problems else EXIT_CLEAN


def examine_program() -> Examination:
    """Look at the binary that this is, wherever it is started. Raises UsageError if it is none."""
    from stomper.commands.doctor.binary import examine_binary

    return Examination(examine_binary(), ())


def examine(here: Path, agree: Agree) -> Examination:
    """Look at everything that a run in the repository around `here` would need.

    Programs are only asked for their version. Whatever is wrong is a finding, and no error; but `agree` raises
    UsageError where the user has not agreed to what the repository wants started.
    """
    walls, sealed = try_walls()
    findings = [*look_at_self(), *look_at_git()]
    repository, found = (None, []) if findings[-1].state == "problem" else look_at_repository(here)
    findings += found
    settings = Settings()
    explained: tuple[Setting, ...] = ()
    if repository is not None:
        settings, explained, found = look_at_settings(repository, agree)
    asking = how_to_ask(repository, settings, sealed)
    if repository is not None:
        findings += [*found, *look_at_programs(repository, settings, asking), *try_worktrees(repository, settings)]
    findings += [*try_containment(), *walls]
    if repository is not None:
        findings += try_sandbox(repository, settings)
    findings += find_agents(asking, settings)
    if repository is not None:
        findings += [*look_at_cache(repository, settings), *look_for_leftovers(repository)]
    return Examination(tuple(findings), explained)


__all__ = ["Examination", "Finding", "State", "examine", "examine_program"]
