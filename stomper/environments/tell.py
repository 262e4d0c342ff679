"""Say in words what `setup = "auto"` would do here, for `plan` and `doctor`."""

from dataclasses import dataclass

from stomper.environments.provide import forget, look
from stomper.environments.recipe import VENV, Recipe
from stomper.errors import StomperError
from stomper.git.repository import Repository
from stomper.settings import Settings

NOTHING = "nothing to set up: the project has an environment, or nothing says what is in one"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The commands that would be run, each with the file that they were found by; `place` is where, '' for nowhere.

    `made` says that this was done already, `problem` why it cannot be, `notes` what is not as the project has it.
    """

    commands: tuple[tuple[str, str], ...] = ()
    place: str = ""
    made: bool = False
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it in one line."""
        if self.problem or not self.commands:
            return self.problem or NOTHING
        commands = "; ".join(f"`{command}` ({because})" for command, because in self.commands)
        return f"made by {commands}, in {self.place}" if self.made else f"a run would make it by {commands}"


def foresee_environment(repository: Repository, settings: Settings) -> Foreseen | None:
    """What a run would make, or use; None if it is not to. Nothing of the repository is run."""
    if not settings.environment.automatic:
        return None
    try:
        found = look(repository, forget(settings))
    except StomperError as error:
        return Foreseen(problem=f"{error.message} ({error.hint})" if error.hint else error.message)
    if found is None:
        return Foreseen()
    where, notes = str(found.place.folder), found.recipe.notes
    return Foreseen(commands_of(found.recipe), where, found.made is not None, notes=notes)


def commands_of(recipe: Recipe) -> tuple[tuple[str, str], ...]:
    """The commands of a recipe for people, each with the file that it was found by."""
    rows = [(step.text, part.because) for part in recipe.parts for step in part.steps if VENV not in step.words]
    return tuple(rows)
