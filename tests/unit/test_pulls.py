"""What is decided on a pull request, what is said in it, and on which forge it is."""

import os
import socket
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.fleet.pulls.decide import Facts, decide
from stomper.fleet.pulls.marker import Marker, marked, read_marker
from stomper.fleet.pulls.words import LONGEST_BODY, body_of, problem_of, title_of, values_of
from stomper.forges import bitbucket
from stomper.forges.client import words_of
from stomper.forges.hosts import host_of, known_hosts, place_of
from stomper.forges.limits import Limits
from stomper.forges.model import ForgeError, PullRequest, PullState
from stomper.forges.open_forge import without_token
from stomper.forges.tokens import Token, find_token
from stomper.git.pushes import refusal_in

OLD, NEW, THEIRS = "a" * 40, "b" * 40, "c" * 40
BRANCH = "stomper/fixes"


def pull(state: PullState, head: str, withdrawn: bool = False) -> PullRequest:
    return PullRequest(4, "", state, "title", marked("words", Marker(BRANCH, head, withdrawn)), "main", head)


@pytest.mark.parametrize(
    ("tip", "found", "landed", "step"),
    [
        ("", None, False, "create"),
        (NEW, None, False, "create"),  # it was pushed, and then something ended us
        (THEIRS, None, False, "leave"),
        (OLD, pull("open", OLD), False, "update"),
        (NEW, pull("open", NEW), False, "update"),
        (THEIRS, pull("open", OLD), False, "leave"),
        (THEIRS, pull("open", OLD), True, "leave"),
        (OLD, pull("open", OLD), True, "close"),
        ("", None, True, "nothing"),
        (THEIRS, None, True, "nothing"),
        (OLD, pull("merged", OLD), True, "clean up"),
        ("", pull("merged", OLD), True, "nothing"),
        (THEIRS, pull("merged", OLD), True, "nothing"),
        (NEW, pull("merged", NEW), False, "clean up"),  # it was squashed
        ("", pull("merged", OLD), False, "create"),
        (OLD, pull("closed", OLD), False, "keep"),
        ("", pull("closed", OLD, withdrawn=True), False, "create"),
    ],
)
def test_what_people_did_counts_more(tip: str, found: PullRequest | None, landed: bool, step: str) -> None:
    assert decide(Facts(NEW, tip, found, frozenset(), landed), BRANCH).step == step


def test_a_closed_one_is_opened_on_request_and_what_we_pushed_is_ours() -> None:
    assert decide(Facts(NEW, OLD, pull("closed", OLD), frozenset(), False, reopen=True), BRANCH).step == "reopen"
    assert decide(Facts(NEW, THEIRS, pull("open", OLD), frozenset({THEIRS}), False), BRANCH).step == "update"


def test_where_none_is_opened_again_there_is_another_on_request() -> None:
    facts = Facts(NEW, OLD, pull("closed", OLD), frozenset(), False, reopen=True, reopens=False)
    assert decide(facts, BRANCH).step == "create"


def test_there_is_one_mark_in_a_body() -> None:
    body = marked(marked("words", Marker(BRANCH, OLD)), Marker(BRANCH, NEW, withdrawn=True))
    assert (body.count("<!--"), read_marker(body)) == (1, Marker(BRANCH, NEW, withdrawn=True))
    assert read_marker("<!-- stomper:pull-request branch=x head=no -->") is None


REPORT = {
    "run": "r1",
    "tested": True,
    "tests_run": 7,
    "tests": {"command": "pytest -q", "dropped": [{}]},
    "codes": [{"tool": "ruff", "code": "F401", "fixed": 2, "suppressed": 1, "left": 1}],
    "files": [
        {"path": "a.py", "status": "fixed", "commit": OLD},
        {"path": "b`.py", "status": "rejected", "reason": "adds @noqa [here](http://x) of ruff."},
    ],
}


def test_a_body_tells_all_and_mentions_nobody() -> None:
    values = values_of([REPORT, {"codes": REPORT["codes"], "files": [], "run": "r0"}], "team/tool", "main")
    assert title_of("", values) == "fix(quality): resolve 6 issues in 1 file"
    body = body_of("", values)
    assert "| `F401` | `ruff` | 6 | 1 |" in body
    assert "7 tests ran by `pytest -q`" in body
    assert "Taken out for breaking tests: 1 fix." in body
    assert "- `` b`.py ``: adds @\u200bnoqa \\[here\\](http:\u200b//x) of ruff" in body
    assert "git revert" in body
    assert len(body_of("{codes}" + "x" * 70_000, values)) < LONGEST_BODY + 100
    assert title_of("{repository} {run}", values) == "team/tool r1, r0"


def test_a_template_names_what_there_is() -> None:
    assert problem_of("{issue}").startswith("there is no {issue} to write")
    assert problem_of("{issues} {{}}") == ""


@pytest.mark.parametrize(
    ("address", "host", "path"),
    [
        ("https://github.com/team/tool.git", "github.com", "team/tool"),
        ("git@github.com:team/tool.git", "github.com", "team/tool"),
        ("ssh://git@codeberg.org:2222/team/tool", "codeberg.org", "team/tool"),
        ("https://name:word@git.example.org:8443/team/tool", "git.example.org:8443", "team/tool"),
    ],
)
def test_an_address_leads_to_its_forge(address: str, host: str, path: str) -> None:
    place = place_of(address, known_hosts([host_of("git.example.org:8443", "gitea")]))
    assert (place.host.name, place.path) == (host, path)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/a/folder", "its address is a path"),
        ("https://git.elsewhere.org/team/tool", "say which by --forge git.elsewhere.org=gitea"),
        ("https://github.com/team", "is no repository of"),
        ("https://github.com/../tool/x", "is no repository of"),
    ],
)
def test_an_address_that_leads_to_none_is_named(address: str, why: str) -> None:
    with pytest.raises(ForgeError, match=why):
        place_of(address, known_hosts([]))


@pytest.mark.parametrize("api", ["http://git.example.org/api/v1", "ftp://x/y", "https://name:word@x/y"])
def test_a_token_goes_nowhere_in_the_clear(api: str) -> None:
    with pytest.raises(UsageError):
        host_of("git.example.org", "gitea", api)


def test_the_words_of_a_server_that_takes_no_push_are_one_line() -> None:
    said = (
        "remote: Resolving deltas: 100% (1/1)        \rremote: error: GH006: Protected branch update failed.        \n"
        "remote: ======\nTo https://x/y\n ! [remote rejected] abc -> main (protected branch hook declined)\n"
        "error: failed to push some refs to 'https://x/y'\n"
    )
    assert refusal_in(said) == "GH006: Protected branch update failed.; protected branch hook declined"
    assert refusal_in(" ! [rejected]  abc -> b (stale info)\nerror: failed") == "stale info"
    assert refusal_in("fatal: unable to access 'x': nothing there\n") == "unable to access 'x': nothing there"


@pytest.mark.parametrize(
    ("address", "path"),
    [("https://gitlab.com/group/inner/tool.git", "group/inner/tool"), ("git@bitbucket.org:team/tool.git", "team/tool")],
)
def test_groups_of_gitlab_have_groups(address: str, path: str) -> None:
    assert place_of(address, known_hosts([])).path == path


def test_bitbucket_is_asked_as_its_kinds_of_tokens_need() -> None:
    assert bitbucket.credentials(Token("word")) == {"authorization": "Bearer word"}
    assert bitbucket.credentials(Token("word", "ann")) == {"authorization": "Basic YW5uOndvcmQ="}


def test_a_long_body_keeps_its_mark_on_bitbucket() -> None:
    """It is where nobody sees it there, and is found again."""
    fitted = bitbucket.fitted(marked("x" * 60_000, Marker(BRANCH, OLD)))
    assert len(fitted) <= bitbucket.LONGEST_BODY
    assert "<!--" not in fitted
    assert read_marker(bitbucket.body_of({"summary": {"raw": fitted}})) == Marker(BRANCH, OLD)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": ["one", "two"]}, "one, two"),
        ({"message": {"base": ["gone"], "title": ["is long"]}}, "base: gone; title: is long"),
        ({"error": {"message": "no", "detail": "why"}}, "no: why"),
        ({"message": "Validation Failed", "errors": [{"message": "taken"}]}, "Validation Failed; taken"),
    ],
)
def test_each_forge_has_its_way_to_say_no(body: object, words: str) -> None:
    assert words_of(body) == words


def test_a_token_of_bitbucket_may_have_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    host = known_hosts([])["bitbucket.org"]
    monkeypatch.setenv("BITBUCKET_USER", "ann")
    monkeypatch.setenv("BITBUCKET_APP_PASSWORD", "word-of-the-tests")
    assert find_token(host) == Token("word-of-the-tests", "ann")
    monkeypatch.setenv("BITBUCKET_TOKEN", "other-word-of-the-tests")
    assert find_token(host) == Token("other-word-of-the-tests")


def test_the_program_of_gitlab_keeps_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "glab"
    program.write_text('#!/bin/sh\n[ "$*" = "config get token --host gitlab.com" ] && echo kept-word-of-the-tests\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert find_token(known_hosts([])["gitlab.com"]) == Token("kept-word-of-the-tests")


def test_a_forge_that_is_not_there_is_said_in_words() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        host = host_of(f"127.0.0.1:{nobody.getsockname()[1]}", "gitlab")
        client = without_token(host, Limits(0.0, lambda: False, lambda _: None, host.name))
        with pytest.raises(ForgeError, match="cannot be reached: Connection refused"):
            client.get("/projects")
        client.close()
