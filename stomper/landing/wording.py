"""The words of a commit: subject, body and trailers, by the user's templates or by those of a style."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stomper.errors import UsageError
from stomper.grades import Grade
from stomper.landing.credits import in_words
from stomper.landing.shares import Counts, Share, count
from stomper.models import printable
from stomper.settings import GitSettings
from stomper.text.counts import plural
from stomper.text.templates import fill, names_in

CONVENTIONAL, PLAIN, DETAILS = "{type}(quality): {summary}", "{summary}", "{details}"
FIX, CHORE = "fix", "chore"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words the commits of a `run`. `signer` is the name and address of the line Signed-off-by, '' for none."""

    run: str
    git: GitSettings
    signer: str = ""

    def message(self, shares: Sequence[Share], group: str = "") -> str:
        """Give the message of the commit of some shares; `group` is what they have in common, if that has a name."""
        counts = count(shares)
        values = self._values(counts, _place(shares, group))
        body = fill(DETAILS if self.git.commit_body is None else self.git.commit_body, values).strip()
        return self._whole(self.subject(values), body, [f"Stomper-Fixer: {fixer}" for fixer in counts.fixers], values)

    def subject(self, values: Mapping[str, str]) -> str:
        """Give the first line. One of the plain style begins with a capital letter."""
        if self.git.commit_message is not None:
            return fill(self.git.commit_message, values).strip()
        if self.git.commit_style == "conventional":
            return fill(CONVENTIONAL, values)
        text = fill(PLAIN, values)
        return text[0].upper() + text[1:]

    def listing(self, path: str, commits: int) -> str:
        """Give the message of the commit that lists so many commits in a file."""
        summary = f"list {plural(commits, 'commit')} in {path}"
        named = dict.fromkeys(("summary", "codes", "counts", "details"), summary)
        values = self._values(Counts(), path) | {"type": CHORE, "count": str(commits)} | named
        return self._whole(self.subject(values), "", [], values)

    def _whole(self, subject: str, body: str, fixers: Sequence[str], values: Mapping[str, str]) -> str:
        own = [fill(trailer, values) for trailer in self.git.trailers]
        if self.git.ticket is not None and not any(map(names_ticket, templates_of(self.git).values())):
            own.append(f"Ticket: {self.git.ticket}")
        signer = [f"Signed-off-by: {self.signer}"] if self.signer else []
        trailers = "\n".join([f"Stomper-Run: {self.run}", *fixers, *own, *signer])
        return "\n\n".join(filter(None, [subject, body, trailers])) + "\n"

    def _values(self, counts: Counts, place: str) -> dict[str, str]:
        fixed, suppressed, elsewhere = (c.total() for c in (counts.fixed, counts.suppressed, counts.elsewhere))
        codes = counts.fixed + counts.suppressed + counts.elsewhere
        by_code = Counter[str]()
        for (code, _), number in sorted(codes.items()):
            by_code[printable(code)] += number
        return {
            "type": self._type(counts),
            "summary": f"{_done(fixed, suppressed, elsewhere)} {place}",
            "path": place,
            "count": str(codes.total()),
            "codes": ", ".join(by_code),
            "counts": ", ".join(f"{code} {number}" for code, number in by_code.items()),
            "details": "\n".join(_details(counts)),
            "tools": ", ".join(counts.tools),
            "fixers": ", ".join(counts.fixers),
            "grade": str(counts.weakest or Grade.SAFE),
            "ticket": self.git.ticket or "",
            "run": self.run,
        }

    def _type(self, counts: Counts) -> str:
        types = dict(self.git.types)
        if counts.suppressed and not counts.fixed:
            return types.get("suppressed", CHORE)
        return types.get(counts.weakest.value, FIX) if counts.weakest else FIX


def require_ticket(git: GitSettings) -> None:
    """Raises UsageError if a template names the ticket, and none was given."""
    for key, template in templates_of(git).items():
        if git.ticket is None and names_ticket(template):
            raise UsageError(
                f"git.{key} names {{ticket}}, and no ticket is given", "Give it: --ticket ABC-123, or STOMPER_TICKET"
            )


def templates_of(git: GitSettings) -> dict[str, str]:
    """The user's own templates, by key."""
    own = {"commit_message": git.commit_message or "", "commit_body": git.commit_body or ""}
    return own | {f"trailers, item {number}": text for number, text in enumerate(git.trailers, 1)}


def names_ticket(template: str) -> bool:
    return "ticket" in names_in(template)


def _place(shares: Sequence[Share], group: str) -> str:
    paths = list(dict.fromkeys(share.path for share in shares))
    if len(paths) == 1:
        return printable(paths[0])
    return f"{plural(len(paths), 'file')}{f' of {printable(group)}' if group else ''}"


def _details(counts: Counts) -> list[str]:
    """A line for each code, with its number, and with its grades if these are not all `safe`."""
    lines = [(key, in_words(number, counts.grades.get(key, {}))) for key, number in sorted(counts.fixed.items())]
    lines += [(key, f"{number} suppressed") for key, number in sorted(counts.suppressed.items())]
    lines += [(key, f"{number} in other files") for key, number in sorted(counts.elsewhere.items(), key=_by_tool)]
    return [f"- {printable(code)} ({tool}): {words}" for (code, tool), words in lines]


def _by_tool(item: tuple[tuple[str, str], int]) -> tuple[str, str]:
    (code, tool), _ = item
    return tool, code


def _done(fixed: int, suppressed: int, elsewhere: int) -> str:
    """Say what a commit does; that it helps other files only where the file itself wins nothing."""
    if elsewhere and not fixed and not suppressed:
        return f"resolve {plural(elsewhere, 'issue')} of other files in"
    done = [("resolve", fixed)] if fixed or not suppressed else []
    done += [("suppress", suppressed)] if suppressed else []
    *first, (verb, number) = done
    return " and ".join([*(f"{verb} {number}" for verb, number in first), f"{verb} {plural(number, 'issue')}"]) + " in"
