"""Bring the pull request of one repository to what its result is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from stomper.fleet.pulls.decide import Decision, Facts, decide
from stomper.fleet.pulls.journal import Action, Pulled, PullJournal
from stomper.fleet.pulls.marker import Marker, marked, read_marker
from stomper.fleet.pulls.offer import Offer
from stomper.fleet.pulls.terms import PullTerms
from stomper.fleet.pulls.words import body_of, title_of, values_of
from stomper.forges.model import ForgeError, PullRequest, Wanted, as_listed
from stomper.forges.open_forge import Opened
from stomper.forges.tokens import GIT_USERS
from stomper.git.commits import is_ancestor
from stomper.git.far import HEADS, Login, Remote, look_at
from stomper.git.pushes import has_commit, push_branch
from stomper.process.crash import crash_point

LIMIT = 600.0  # seconds for one call of git


@dataclass(frozen=True, slots=True)
class Pusher:
    """What pushes to one forge. With `show` it changes nothing, and shows what it would do."""

    opened: Opened
    terms: PullTerms
    journal: PullJournal
    show: Callable[[str], None] | None = None

    def push(self, offer: Offer) -> Pulled:
        """Bring the branch and the pull request to what is offered. Raises ForgeError or GitError."""
        about = self.opened.forge.about(offer.place)
        if about.archived:
            raise ForgeError("the repository is archived")
        remote = self._remote(offer)
        base = self._base(offer, remote, about.default_branch)
        facts = self._facts(offer, remote, base)
        return self._done(offer, facts, base, remote.branches[base], decide(facts, self.terms.branch))

    def withdraw(self, offer: Offer) -> Pulled:
        """Close the pull request, and delete its branch. Raises ForgeError or GitError."""
        pull = self._find(offer)
        if pull is None or pull.state != "open":
            return Pulled(offer.entry.name, "kept", "there is no open pull request")
        facts = Facts("", self._remote(offer).branches.get(self.terms.branch, ""), pull, self._pushed(offer), True)
        decision = decide(facts, self.terms.branch)
        return self._done(offer, facts, pull.base, "", replace(decision, why=decision.why if facts.tip else ""))

    def _remote(self, offer: Offer) -> Remote:
        return look_at(offer.address, LIMIT, login=self._login(offer))

    def _login(self, offer: Offer) -> Login | None:
        """The token is for git what it is for the API, unless git knows it by itself, or needs none."""
        scheme, _, rest = offer.address.partition("://")
        token = self.opened.token
        if token.stored or scheme not in ("http", "https") or "@" in rest.partition("/")[0]:
            return None
        return Login(
            f"{scheme}://{rest.partition('/')[0]}",
            token.word,
            token.user or GIT_USERS.get(offer.place.host.kind, "x-access-token"),
        )

    def _base(self, offer: Offer, remote: Remote, default: str) -> str:
        """Choose the branch to merge into. Raises ForgeError if that is not there."""
        if (wanted := offer.entry.branch) and wanted not in remote.branches:
            raise ForgeError(f"there is no branch {wanted} to merge into")
        names = (offer.entry.branch, offer.result.branch, default, remote.default)
        found = next((name for name in names if name in remote.branches and name != self.terms.branch), "")
        if not found:
            raise ForgeError("there is no branch to merge into")
        return found

    def _facts(self, offer: Offer, remote: Remote, base: str) -> Facts:
        head, there = offer.result.head_commit, remote.branches[base]
        landed = has_commit(offer.top, there) and is_ancestor(offer.top, head, there)
        tip = remote.branches.get(self.terms.branch, "")
        reopen, reopens = self.terms.reopen, self.opened.forge.reopens
        return Facts(head, tip, self._find(offer), self._pushed(offer), landed, reopen, reopens)

    def _find(self, offer: Offer) -> PullRequest | None:
        return self.opened.forge.find(offer.place, self.terms.branch, self._is_ours)

    def _pushed(self, offer: Offer) -> frozenset[str]:
        return frozenset(self.journal.of(offer.key).pushed)

    def _is_ours(self, body: str) -> bool:
        marker = read_marker(body)
        return marker is not None and marker.branch == self.terms.branch

    def _done(self, offer: Offer, facts: Facts, base: str, there: str, decision: Decision) -> Pulled:
        name, pull = offer.entry.name, facts.pull
        match decision.step:
            case "create":
                self._push_head(offer, facts)
                made = self._made(offer, base, there)
                return self._told(offer, "created", made)
            case "update":
                assert pull is not None
                return self._updated(offer, facts, pull, there)
            case "reopen":
                assert pull is not None
                return self._reopened(offer, facts, pull, there)
            case "close":
                assert pull is not None
                return self._closed(offer, facts, pull, decision.why)
            case "clean up":
                self._delete(offer, facts.tip)
                return self._told(offer, "cleaned", pull, decision.why)
            case "keep":
                return self._told(offer, "kept", pull, decision.why)
            case "leave":
                return self._told(offer, "left", pull, decision.why)
            case "nothing":
                return Pulled(name, "skipped", decision.why, pull.url if pull else "", pull.number if pull else 0)
            case _:
                assert_never(decision.step)

    def _push_head(self, offer: Offer, facts: Facts) -> None:
        """Have the branch at the commit, unless it is there."""
        if facts.tip != facts.head:
            self._push(offer, facts.head, facts.tip)

    def _delete(self, offer: Offer, tip: str) -> None:
        if tip:
            self._push(offer, "", tip)

    def _push(self, offer: Offer, commit: str, expected: str) -> None:
        if self.show is not None:
            self.show(f"git push {offer.place.host.name}/{offer.place.path} {commit}:{HEADS}{self.terms.branch}")
            return
        if commit:
            self.journal.begin(offer.key, commit)
        push_branch(Path(offer.top), offer.address, commit, self.terms.branch, expected, self._login(offer), LIMIT)
        crash_point("pull-pushed")

    def _words(self, offer: Offer, base: str, there: str) -> tuple[str, str]:
        """Give title and body. Where the base branch has gone on, what counts is from where the run began."""
        begin = there if has_commit(offer.top, there) else offer.result.base_commit
        values = values_of(offer.reports(begin), offer.place.path, base)
        body = body_of(self.terms.body, values)
        return title_of(self.terms.title, values), marked(body, Marker(self.terms.branch, offer.result.head_commit))

    def _made(self, offer: Offer, base: str, there: str) -> PullRequest:
        title, body = self._words(offer, base, there)
        terms = self.terms
        wanted = Wanted(terms.branch, base, title, body, terms.draft, terms.labels, terms.reviewers)
        if self.show is None:
            self.journal.making(offer.key)
        made = self.opened.forge.create(offer.place, wanted)
        crash_point("pull-made")
        self._complete(offer, made)
        return made

    def _complete(self, offer: Offer, pull: PullRequest) -> None:
        """Give a pull request that was just made, or that was left half-made, all that it is to have."""
        forge, place, terms = self.opened.forge, offer.place, self.terms
        if labels := tuple(label for label in terms.labels if label not in pull.labels):
            forge.add_labels(place, pull, labels)
        asked = {name.casefold() for name in pull.reviewers}
        if reviewers := tuple(one for one in terms.reviewers if as_listed(one).casefold() not in asked):
            forge.ask_for_review(place, pull, reviewers)
        if terms.auto_merge and not pull.automatic:
            forge.merge_when_ready(place, pull)

    def _with_asked(self, offer: Offer, pull: PullRequest) -> PullRequest:
        """Count whoever was asked before among the reviewers: who has answered is asked no second time."""
        if not self.terms.reviewers:
            return pull
        return replace(pull, reviewers=pull.reviewers | self.opened.forge.asked(offer.place, pull))

    def _updated(self, offer: Offer, facts: Facts, pull: PullRequest, there: str) -> Pulled:
        """Bring one that is open up to date. Where the commit is the same, people's words in title and body stay."""
        marker, half = read_marker(pull.body), self.journal.of(offer.key).incomplete
        same = facts.tip == facts.head and marker is not None and marker.head == facts.head
        if not same:
            self._push_head(offer, facts)
            self.opened.forge.edit(offer.place, pull, *self._words(offer, pull.base, there))
        if half:
            self._complete(offer, self._with_asked(offer, pull))
        return self._told(offer, "current" if same and not half else "updated", pull)

    def _reopened(self, offer: Offer, facts: Facts, pull: PullRequest, there: str) -> Pulled:
        """Open it before its branch moves: no forge does that afterwards. Its branch has to be there for that."""
        if not facts.tip:
            self._push_head(offer, facts)
        self.opened.forge.set_open(offer.place, pull, True)
        if facts.tip:
            self._push_head(offer, facts)
        self.opened.forge.edit(offer.place, pull, *self._words(offer, pull.base, there))
        return self._told(offer, "updated", pull, "it was opened again")

    def _closed(self, offer: Offer, facts: Facts, pull: PullRequest, why: str) -> Pulled:
        marker = read_marker(pull.body)
        body = marked(pull.body, replace(marker, withdrawn=True)) if marker else pull.body
        self.opened.forge.edit(offer.place, pull, pull.title, body)
        self.opened.forge.set_open(offer.place, pull, False)
        crash_point("pull-closed")
        self._delete(offer, facts.tip)
        return self._told(offer, "closed", pull, why)

    def _told(self, offer: Offer, action: Action, pull: PullRequest | None, why: str = "") -> Pulled:
        url, number = (pull.url, pull.number) if pull else ("", 0)
        return Pulled(offer.entry.name, action, why, url, number, offer.result.head_commit)


def needed(opened: Opened, terms: PullTerms, count: int) -> int:
    """Say how many requests so many repositories may take at most, as far as that can be known."""
    each = opened.forge.reads + opened.forge.writes + terms.auto_merge
    return each * count
