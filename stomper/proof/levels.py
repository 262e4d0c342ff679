"""The levels that a run may ask for: the grade that a guess needs to land, for each path and code."""

from stomper.globs import matches
from stomper.grades import Grade
from stomper.settings import ProofLevel, ProofSettings

ENOUGH: dict[ProofLevel, tuple[Grade, ...]] = {
    "safe": (Grade.SAFE,),
    "proved": (Grade.SAFE, Grade.PROVED),
    "tested": (Grade.SAFE, Grade.PROVED, Grade.TESTED),
    "none": tuple(Grade),
}


def level_for(settings: ProofSettings, path: str, code: str) -> ProofLevel:
    """Give the level that a fix of this code in this file has to reach.

    The last prefix that the code begins with counts, else the last pattern that the path matches, else the level of the
    run.
    """
    by_code = [level for prefix, level in settings.codes if code.startswith(prefix)]
    by_path = [level for pattern, level in settings.paths if matches(path, (pattern,))] if not by_code else []
    return [settings.level, *by_path, *by_code][-1]


def is_enough(grade: Grade, level: ProofLevel) -> bool:
    """Say whether a guess of this grade lands where this level is asked for."""
    return grade in ENOUGH[level]
