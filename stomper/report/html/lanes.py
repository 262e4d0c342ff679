"""The timeline of the workers: a lane for each, what it worked on and when, and the chain that the run waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stomper.models import Timing, is_cached
from stomper.report.html.story import Chapter, Story

NEXT = 0.5  # seconds: what begins so soon after an end has waited for it
PAUSE = 3.0  # seconds without any work: the result was being tested, or the run was interrupted


@dataclass(frozen=True, slots=True)
class Bar:
    """The work of one worker on one file; `file` is the number of its row."""

    file: int
    chapter: Chapter
    timing: Timing


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bars without a pause between them, in the order of their starts."""

    bars: Sequence[Bar]

    @property
    def begin(self) -> float:
        return self.bars[0].timing.started

    @property
    def wall(self) -> float:
        return max(bar.timing.finished for bar in self.bars) - self.begin

    @property
    def pids(self) -> list[int]:
        return list(dict.fromkeys(bar.timing.pid for bar in self.bars))


def lanes_of(story: Story) -> dict[str, Any]:
    """Give lanes, bars and sums; empty if nothing is known of times. Pauses are cut out, and named."""
    numbers = {file["path"]: number for number, file in enumerate(story.facts["files"])}
    bars = sorted(_bars(story, numbers), key=lambda bar: (bar.timing.started, bar.file))
    stretches = _stretches(bars)
    if not stretches:
        return {}
    lanes = max(len(stretch.pids) for stretch in stretches)
    wall, rows, chain, breaks = 0.0, list[list[Any]](), list[Bar](), list[list[float]]()
    for number, stretch in enumerate(stretches):
        if number:
            pause = stretch.begin - stretches[number - 1].begin - stretches[number - 1].wall
            breaks.append([round(wall, 3), round(pause, 3)])
        mine = _chain(stretch.bars)
        lane_of, since = {pid: lane for lane, pid in enumerate(stretch.pids)}, stretch.begin - wall
        rows += [_facts(bar, lane_of[bar.timing.pid], since, place in mine) for place, bar in enumerate(stretch.bars)]
        chain += [stretch.bars[place] for place in sorted(mine)]
        wall += stretch.wall
    busy = sum(bar.timing.seconds for bar in bars)
    return {
        "lanes": lanes,
        "wall": round(wall, 3),
        "busy": round(busy, 3),
        "idle": round(max(0.0, wall * lanes - busy), 3),
        "critical": round(sum(bar.timing.seconds for bar in chain), 3),
        "chained": len(chain),
        "breaks": breaks,
        "bars": rows,
    }


def _bars(story: Story, numbers: Mapping[str, int]) -> list[Bar]:
    found = []
    for path, chapters in story.chapters.items():
        for chapter in chapters:
            timing = getattr(chapter.outcome, "timing", None)
            if path in numbers and timing is not None and not is_cached(chapter.outcome):
                found.append(Bar(numbers[path], chapter, timing))
    return found


def _stretches(bars: Sequence[Bar]) -> list[Stretch]:
    """Divide the bars where nobody worked for long."""
    found: list[list[Bar]] = []
    end = 0.0
    for bar in bars:
        if not found or bar.timing.started - end > PAUSE:
            found.append([])
        found[-1].append(bar)
        end = max(end, bar.timing.finished) if len(found[-1]) > 1 else bar.timing.finished
    return [Stretch(some) for some in found]


def _chain(bars: Sequence[Bar]) -> set[int]:
    """The bars that the last end waited for: before each the one that ended last before its start, if at once."""
    ends = sorted(range(len(bars)), key=lambda place: bars[place].timing.finished)
    chain = {ends[-1]}
    start = bars[ends.pop()].timing.started
    while ends:
        here = ends.pop()
        end = bars[here].timing.finished
        if end > start:
            continue
        if start - end > NEXT:
            break
        chain.add(here)
        start = bars[here].timing.started
    return chain


def _facts(bar: Bar, lane: int, since: float, critical: bool) -> list[Any]:
    """Give lane, start, end, row, whether it is on the chain, and the attempts, each with seconds, result and fixer."""
    attempts = [[round(a.seconds, 3), str(a.result), a.fixer] for a in bar.chapter.outcome.attempts]
    start, end = bar.timing.started - since, bar.timing.finished - since
    return [lane, round(start, 3), round(end, 3), bar.file, int(critical), attempts]
