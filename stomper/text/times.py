"""Say how long something takes: `0.4 s`, `40 s`, `3 min 20 s`, `2 h 5 min`; and when something was."""

import time

MINUTE = 60
HOUR = 3600


def iso(moment: float) -> str:
    """Give a moment, in seconds since 1970, in the form of ISO 8601, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def duration(seconds: float) -> str:
    """Give seconds in the words of people: tenths below ten seconds, and nothing beyond the second unit."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _pair(whole // MINUTE, "min", whole % MINUTE, "s")
    return _pair(whole // HOUR, "h", whole % HOUR // MINUTE, "min")


def _pair(first: int, unit: str, second: int, smaller: str) -> str:
    return f"{first} {unit} {second} {smaller}" if second else f"{first} {unit}"
