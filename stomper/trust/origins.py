"""Find the origin of each setting: the repository, by a file or the record of a run, or the user."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.config import Setting, repository_files
from stomper.settings import Settings

TABLES = ("checker", "fixer", "agent", "tools")
KEYS = (
    "presets",
    "environment.python",
    "environment.setup",
    "environment.env",
    "tests.command",
    "tests.env",
    "sandbox",
)
# What a program may reach, by keys that other versions may have.
OF_TESTS = ("tests.sandbox", "tests.network", "tests.variables")
OF_OTHERS = ("sandbox_readable", "tool_sandbox")
PROTECTIONS = (*OF_TESTS, *OF_OTHERS)


@dataclass(frozen=True, slots=True)
class Origins:
    """Keys that the repository says, each with the name of the file; those of the user and defaults are not here."""

    files: Mapping[str, str]

    def of(self, *keys: str) -> str:
        """The file that says one of these keys, or a key of these tables; '' if only the user does."""
        return next((file for key, file in self.files.items() if any(_is(key, wanted) for wanted in keys)), "")


def _is(key: str, wanted: str) -> bool:
    return key == wanted or key.startswith(f"{wanted}.")


def executes(key: str) -> bool:
    """Say whether a key has something executed, sent, or less guarded."""
    return any(_is(key, wanted) for wanted in (*TABLES, *KEYS, *PROTECTIONS))


def origins_of(top: Path, settings: Iterable[Setting]) -> Origins:
    """The origins of explained settings."""
    files = repository_files(top)
    said = {setting.key: setting.by or setting.source for setting in settings}
    return Origins({key: files[source] for key, source in said.items() if source in files})


def origins_of_run(origins: Origins, now: Settings, then: Settings, run: str) -> Origins:
    """The origins of the settings that a run was recorded with: what is not said today is the record's own word."""
    today = _parts(now)
    foreign = {key: f"run {run}" for key, value in _parts(then).items() if today.get(key) != value}
    return Origins({**foreign, **{key: file for key, file in origins.files.items() if key not in foreign}})


def _parts(settings: Settings) -> dict[str, object]:
    """The settings that execute, by the keys or tables that they are said in; none that is empty."""
    own, tests = settings.environment, settings.tests
    parts: dict[str, object] = {
        **{f"checker.{one.name}": one for one in settings.own_checkers},
        **{f"fixer.{one.name}": one for one in settings.commands},
        **{f"agent.{one.name}": one for one in settings.agents},
        **{f"tools.{name}": path for name, path in settings.tools},
        "environment.python": own.python,
        "environment.setup": (*own.setup, *(["auto"] if own.automatic else [])),
        "environment.env": own.env,
        "tests.command": tests.command,
        "tests.env": tests.env,
        "sandbox": "" if settings.sandbox == "require" else settings.sandbox,
    }
    return {key: value for key, value in parts.items() if value}
