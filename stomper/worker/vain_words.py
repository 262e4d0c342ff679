"""Say which fixers were there for what is left of a file, and came to nothing; and what nobody is there for."""

from collections.abc import Iterable, Sequence

from stomper.models import Attempt, AttemptResult
from stomper.text.counts import and_more, shorten

SHOWN = 3


def why_nobody_fixed(left: Iterable[str], attempts: Sequence[Attempt], barred: Iterable[tuple[str, str]] = ()) -> str:
    """Give the reason why these codes are left of a file where no attempt has another one.

    `barred` are the fixers and codes that are not tried, since tests took such fixes out of this file before.
    """
    codes = sorted(set(left))
    broke: dict[str, set[str]] = {}
    for fixer, code in sorted(barred):
        if code in codes:
            broke.setdefault(fixer, set()).add(code)
    tried, partly = (_by_fixer(codes, attempts, some) for some in (False, True))
    partly = {name: mine - tried.get(name, set()) for name, mine in partly.items()}
    said = [f"{names} found no fix for {about}" for about, names in _grouped(tried)]
    said += [f"{names} fixed only some of {about}" for about, names in _grouped(partly)]
    said += [f"{names} broke tests by {about} and is not tried again" for about, names in _grouped(broke)]
    known = set[str]().union(*tried.values(), *partly.values(), *broke.values())
    orphans = [code for code in codes if code not in known]
    nobody = f"no fixer has a fix for {', '.join(orphans)}" if orphans else ""
    if not said:
        return nobody
    shown = "; ".join(said[:SHOWN]) + and_more(len(said) - SHOWN)
    return "; ".join(filter(None, (f"{', '.join(codes)} left", shown, nobody)))


def _by_fixer(codes: Sequence[str], attempts: Sequence[Attempt], some: bool) -> dict[str, set[str]]:
    """Give, by fixer, those of the codes that an attempt was for and has left: of which it fixed `some`, or nothing."""
    found: dict[str, set[str]] = {}
    for attempt in attempts:
        if attempt.result in (AttemptResult.NO_CHANGE, AttemptResult.KEPT):
            fixed = {tally.code for tally in attempt.codes if tally.fixed}
            mine = set(codes) & set(attempt.left_codes)
            found.setdefault(attempt.fixer, set()).update(mine & fixed if some else mine - fixed)
    return found


def _grouped(found: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Give the codes in words, and the fixers of which each left just these."""
    groups: dict[str, list[str]] = {}
    for name, codes in found.items():
        if codes:
            groups.setdefault(", ".join(sorted(codes)), []).append(name)
    return [(codes, shorten(names, SHOWN)) for codes, names in groups.items()]
