"""The codes that checkers can give: one that no checker has is a slip of the pen, and not a clean project."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.checkers.mypy_codes import MYPY_CODES
from stomper.checkers.pytest_start import LEAVE
from stomper.checkers.rules import rules_of
from stomper.errors import ToolError, UsageError
from stomper.plan.require_matches import ACCEPT
from stomper.project.find_tools import find_tool, tool_of
from stomper.settings import Settings

TIMEOUT = 60.0
RUFFS_OWN = ("invalid-syntax",)
LISTED = frozenset({"ruff", "mypy"})


@dataclass(frozen=True, slots=True)
class KnownCodes:
    """The codes of each checker whose codes can be listed, and the names that ruff has for its own.

    `open` are the enabled checkers that may give any code.
    """

    codes: Mapping[str, frozenset[str]]
    names: Mapping[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()

    def has(self, prefix: str) -> bool:
        """Say whether a checker may give a code that begins so."""
        return bool(self.open) or any(code.startswith(prefix) for codes in self.codes.values() for code in codes)

    def near(self, wrong: str) -> str:
        """Say which code was probably meant, '' if none is like it."""
        if wrong in self.names:
            return f"{self.names[wrong]} ({wrong})"
        known = {code for codes in self.codes.values() for code in codes}
        by_case = next((code for code in known if code.lower() == wrong.lower()), "")
        return by_case or _nearest(wrong, known) or _nearest(wrong, self.names)


def _nearest(wrong: str, known: Iterable[str]) -> str:
    """The code most like a wrong one: of those with the same letters and a number, if it has both."""
    family = [code for code in known if _family(code) == _family(wrong)] if wrong[-1:].isdigit() else []
    found = difflib.get_close_matches(wrong, sorted(family or known), n=1, cutoff=0.0 if family else 0.6)
    return found[0] if found else ""


def _family(code: str) -> str:
    return code.rstrip("0123456789").upper()


def require_known(codes: Iterable[str], what: str, settings: Settings, top: Path) -> None:
    """Raises UsageError for a code that no enabled checker has. `what` says where they were named.

    Nothing is asked if there are none. Raises ConfigError and ToolError for a checker that is not there.
    """
    named = tuple(codes)
    for known in [known_codes(settings, top)] if named else ():
        for code in named:
            if not known.has(code):
                raise UsageError(
                    f"{what}: no code of {', '.join(known.codes)} begins with '{code}'", _hint(code, known)
                )


def _hint(code: str, known: KnownCodes) -> str:
    if "mypy" not in known.codes and any(other.startswith(code) for other in MYPY_CODES):
        return f"It is mypy's, which is not among the checkers: --mypy. {ACCEPT}"
    near = known.near(code)
    return f"Did you mean {near}? {ACCEPT}" if near else ACCEPT


def known_codes(settings: Settings, top: Path) -> KnownCodes:
    """List the codes of the enabled checkers for the project at `top`. Raises ConfigError for a tool that is none."""
    codes: dict[str, frozenset[str]] = {}
    names: dict[str, str] = {}
    unlisted = [name for name in settings.checkers if name not in LISTED]
    if "ruff" in settings.checkers:
        rules = rules_of(tool_of(settings, "ruff", top).path).ruff
        names = {rule.name: code for code, rule in rules.items()}
        codes["ruff"] = frozenset({*rules, *RUFFS_OWN})
        unlisted += [] if rules else ["ruff"]
    if "mypy" in settings.checkers:
        codes["mypy"] = frozenset({*MYPY_CODES, *_mypys(settings, top)})
    return KnownCodes(codes, names, tuple(unlisted))


def _mypys(settings: Settings, top: Path) -> Sequence[str]:
    """The codes of the project's own mypy, which may be another version than what we know; none if it cannot be asked.

    Plugins bring more, so these are asked for as mypy has them once they are loaded.
    """
    from stomper.checkers.mypy_stays_start import staying

    own = settings.environment
    python = staying(find_tool("mypy", top, settings.tool("mypy"), own.python, own.inside, own.made).path)
    if not python:
        return ()
    question = f"{LEAVE}from mypy import errorcodes; print(*errorcodes.error_codes, sep='\\n')"
    try:
        done = process.run([python, "-c", question], cwd=Path("/"), timeout=TIMEOUT)
    except ToolError:
        return ()
    return done.stdout.decode("utf-8", "replace").split() if done.returncode == 0 else ()
