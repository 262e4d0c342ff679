"""The pull requests of a fleet on scripted forges: made once, brought up to date, left alone, taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.fleet.pulls.marker import read_marker
from stomper.forges import gitlab
from stomper.forges.bitbucket import body_of
from tests.fakes.forge.server import Kind, forge
from tests.fakes.forge.state import TOKEN, Pull, Repo
from tests.kit.cli import Stomper
from tests.kit.fleets import MakeRepo
from tests.kit.forges import BRANCH, VARIABLE, OnForge, on_forge
from tests.kit.repo import GitRepo

pytestmark = pytest.mark.matrix(every=6)  # of the forges, some run each

LABELS = ["lint", "robot"]
# Labels, reviewers and the wish to merge, as far as a forge has them.
ASKED: dict[str, tuple[list[str], list[str], bool]] = {
    "github": (LABELS, ["ann", "@keepers"], True),
    "gitea": (LABELS, ["ann", "@keepers"], True),
    "gitlab": (LABELS, ["ann"], True),
    "bitbucket": ([], ["ann"], False),
}
TERMS = 'labels = ["lint", "robot"]\nreviewers = ["ann", "team/keepers"]\nauto_merge = true'


@pytest.fixture(params=[*ASKED])
def on(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    stomper: Stomper,
    make_repo: MakeRepo,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[OnForge]:
    monkeypatch.setenv("FAKE_FIX_LOG", str(tmp_path / "fleet" / "log"))
    monkeypatch.setenv(VARIABLE, TOKEN)
    with on_forge(request.param, tmp_path, make_repo, stomper) as made:
        yield made


def more(on: OnForge, repo: Repo, fixed: int) -> None:
    """Have a later run fix so many in a repository, and the forge know nothing of it yet."""
    clone = GitRepo(on.folder.clones / repo.path.rpartition("/")[2])
    clone.commit_file("behave.json", f'{{"fixed": {fixed}}}')


def terms_of(pull: Pull) -> tuple[list[str], list[str], bool]:
    return sorted(pull.labels), pull.reviewers, pull.automatic


def test_a_pull_request_follows_its_repository(on: OnForge) -> None:
    """Made, brought up to date, left to whoever pushes to it; and no request changes what is as it is to be."""
    (tool,) = on.add("tool")
    on.fix(TERMS)
    assert on.forge.state.asked == [], "a run asks no forge"
    assert on.push() == 0
    (pull,) = tool.pulls
    assert (on.actions, terms_of(pull)) == ({"tool": "created"}, ASKED[on.forge.kind])
    assert pull.title == "fix(quality): resolve 1 issue in 1 file"
    assert "| `F401` | `ruff` | 1 | 0 |" in pull.body
    assert pull.head == tool.tip(BRANCH) != tool.tip("main")
    wrote = len(on.forge.state.writes)
    assert (on.push(), on.actions, len(on.forge.state.writes)) == (0, {"tool": "current"}, wrote)
    pull.title = "a person's title"
    more(on, tool, 5)
    on.fix(TERMS)
    assert (on.push(), on.actions) == (0, {"tool": "updated"})
    assert (tool.pulls, pull.title) == ([pull], "fix(quality): resolve 5 issues in 1 file")
    assert (terms_of(pull), pull.asked) == (ASKED[on.forge.kind], pull.reviewers), "people are not asked again"
    theirs = tool.commit_by_hand(BRANCH)
    more(on, tool, 7)
    on.fix(TERMS)
    assert (on.push(), on.actions, tool.tip(BRANCH)) == (1, {"tool": "left"}, theirs)
    assert "somebody else pushed to stomper/fixes" in on.pulled["tool"].reason
    assert (on.push(withdraw=True), on.actions, pull.open) == (1, {"tool": "left"}, True)


@pytest.mark.parametrize("squash", [False, True])
def test_what_is_merged_is_cleaned_up_and_there_is_no_second(on: OnForge, squash: bool) -> None:
    (tool,) = on.add("tool")
    on.fix()
    on.push()
    tool.merge(1, squash)
    assert (on.push(), on.actions, tool.tip(BRANCH)) == (0, {"tool": "cleaned"}, "")
    assert (on.push(), on.actions) == (0, {"tool": "skipped"})
    assert [pull.number for pull in tool.pulls] == [1]


def test_a_closed_one_stays_closed_unless_it_is_asked_for(on: OnForge) -> None:
    (tool,) = on.add("tool")
    on.fix()
    on.push()
    tool.pulls[0].open = False
    assert (on.push(), on.actions) == (0, {"tool": "kept"})
    assert "--reopen" in on.pulled["tool"].reason
    again = "created" if on.forge.kind == "bitbucket" else "updated"
    assert (on.push(reopen=True), on.actions) == (0, {"tool": again})
    assert [pull.open for pull in tool.pulls] == ([False, True] if again == "created" else [True])


def test_one_with_nothing_left_to_merge_is_closed_and_may_be_followed_by_another(on: OnForge) -> None:
    (tool,) = on.add("tool")
    on.fix()
    on.push()
    more(on, tool, 0)
    tool.git("fetch", "--quiet", str(on.folder.clones / "tool"), "+HEAD:refs/heads/main")
    on.fix()
    assert (on.push(), on.actions, tool.tip(BRANCH)) == (0, {"tool": "closed"}, "")
    (pull,) = tool.pulls
    marker = read_marker(body_of({"summary": {"raw": pull.body}}) if on.forge.kind == "bitbucket" else pull.body)
    assert marker is not None
    assert (pull.open, marker.withdrawn) == (False, True)
    assert (on.push(), on.actions) == (0, {"tool": "skipped"})
    more(on, tool, 3)
    on.fix()
    assert (on.push(), on.actions) == (0, {"tool": "created"})
    assert [pull.open for pull in tool.pulls] == [False, True]


def test_all_is_taken_back(on: OnForge) -> None:
    """The pull requests are closed, their branches are gone, and a later push makes new ones."""
    one, two = on.add("one", "two")
    on.fix()
    assert (on.push(), on.actions) == (0, {"one": "created", "two": "created"})
    assert (on.push(withdraw=True), on.actions) == (0, {"one": "closed", "two": "closed"})
    assert [(repo.tip(BRANCH), repo.pulls[0].open) for repo in (one, two)] == [("", False)] * 2
    assert (on.push(withdraw=True), on.actions) == (0, {"one": "kept", "two": "kept"})
    assert (on.push(), on.actions) == (0, {"one": "created", "two": "created"})
    assert [[pull.open for pull in repo.pulls] for repo in (one, two)] == [[False, True]] * 2


def test_each_failure_is_one_line_and_holds_no_other(on: OnForge, tmp_path: Path) -> None:
    protected, raced, archived, good = on.add("protected", "raced", "archived", "good")
    protected.protect()
    archived.archived = on.forge.kind != "bitbucket"  # which has no such state
    on.forge.state.racing.add(raced.path)
    other: Kind = "gitea" if on.forge.kind == "github" else "github"
    with forge(other, tmp_path / "other") as elsewhere:
        elsewhere.state.token = "one-that-has-expired"
        mine, on.forge = on.forge, elsewhere
        on.add("expired", "also-expired")
        on.forge = mine
        on.fix(forges=[elsewhere])
        assert on.push() == 1
        assert [row for row in elsewhere.state.asked if " 401" not in row] == []
        assert len(elsewhere.state.asked) <= 2, "a token that is not taken is not tried again"
    assert on.actions == {
        **dict.fromkeys(("protected", "raced", "expired", "also-expired"), "failed"),
        **({"archived": "failed"} if archived.archived else {"archived": "created"}),
        "good": "created",
    }
    reasons = {name: one.reason for name, one in on.pulled.items()}
    assert "Protected branch update failed" in reasons["protected"]
    assert reasons["raced"] == "somebody else pushed to stomper/fixes at the same time"
    assert reasons["archived"] == ("the repository is archived" if archived.archived else "")
    assert "does not take the token (401: Bad credentials)" in reasons["expired"]
    assert all("\n" not in reason for reason in reasons.values())
    made = [len(repo.pulls) for repo in (protected, raced, archived, good)]
    assert made == [0, 0, 0 if archived.archived else 1, 1]
    assert on.report()["protected"] == {"action": "failed", "reason": reasons["protected"]}


def test_of_a_limit_nothing_is_refused_and_nothing_lost(on: OnForge) -> None:
    """Nine repositories need more than the thirty requests that are left."""
    repos = on.add(*(f"r{number}" for number in range(9)))
    on.fix('labels = ["lint"]\nreviewers = ["ann"]')
    state = on.forge.state
    state.limit, state.window = 30, 2
    assert (on.push(), set(on.actions.values())) == (0, {"created"})
    assert (state.refused, [len(repo.pulls) for repo in repos]) == (0, [1] * 9)
    labels = [] if on.forge.kind == "bitbucket" else ["lint"]
    assert all(repo.pulls[0].labels == labels for repo in repos)
    assert any("its limit of requests is reached; going on in" in line for line in on.told)
    if on.forge.kind == "github":
        assert "30 of 30 requests are left" in on.told[0]
        assert "when they are used up, it waits until then" in on.told[0]


def test_one_that_asks_us_to_wait_is_heard(on: OnForge) -> None:
    (tool,) = on.add("tool")
    on.fix()
    on.forge.state.secondary = 1
    assert (on.push(), len(tool.pulls)) == (0, 1)
    assert any("it asks us to wait" in line for line in on.told)


def test_gitlab_is_waited_for_until_it_has_looked(on: OnForge, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be asked to merge one of which it does not know yet whether that can be done."""
    if on.forge.kind != "gitlab":
        pytest.skip("another forge")
    monkeypatch.setattr(gitlab, "PAUSE", 0.01)
    (tool,) = on.add("tool")
    on.fix("auto_merge = true")
    on.forge.state.busy = 3
    assert (on.push(), tool.pulls[0].automatic) == (0, True)


def test_who_answers_after_a_kill_is_not_asked_again(on: OnForge) -> None:
    (tool,) = on.add("tool")
    on.fix(TERMS)
    on.run("push", code=-9, _STOMPER_CRASH_AT="pull-unfinished:1")
    (pull,) = tool.pulls
    asked = list(pull.asked)
    if on.forge.kind in ("github", "gitea"):
        pull.reviewers.clear()  # who has answered, or was taken away, is in the list of these no longer
    assert (on.push(), pull.asked) == (0, asked)


def test_what_a_forge_has_not_is_said_once(on: OnForge) -> None:
    on.add("one", "two")
    on.fix(TERMS)
    assert on.push() == 0
    said = [line for line in on.told if "has no labels" in line or "not groups" in line or "merge by itself" in line]
    assert len(said) == {"gitlab": 1, "bitbucket": 3}.get(on.forge.kind, 0)


@pytest.mark.parametrize("point", ["pull-pushing", "pull-pushed", "pull-making", "pull-made", "pull-unfinished"])
def test_whatever_kills_it_each_has_one_pull_request_in_the_end(on: OnForge, point: str) -> None:
    repos = on.add("one", "two", "three")
    on.fix(TERMS)
    on.run("push", code=-9, _STOMPER_CRASH_AT=f"{point}:2")
    assert on.push() == 0
    assert [len(repo.pulls) for repo in repos] == [1] * 3
    for pull in (repo.pulls[0] for repo in repos):
        assert terms_of(pull) == ASKED[on.forge.kind]
    assert (on.push(), set(on.actions.values())) == (0, {"current"})
