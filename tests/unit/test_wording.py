"""What commits say: templates, types by grade, trailers, and several files in one commit."""

from pathlib import Path

import pytest

from stomper.errors import ConfigError, UsageError
from stomper.grades import Grade
from stomper.landing.shares import Share
from stomper.landing.wording import Wording, require_ticket
from stomper.settings.commits import COMMIT_FIELDS, GitSettings
from tests.kit.words import git_settings, share, silenced

A, B = share("app/a.py", "F401", 2), share("app/b.py", "E711", grade=Grade.TESTED)
MIXED = (A, B, share("app/b.py", "arg-type", tool="mypy", grade=Grade.PROVED))


def message(git: GitSettings, *shares: Share, group: str = "", signer: str = "") -> str:
    return Wording("run-1", git, signer).message(shares, group)


def test_several_files_in_one_commit_are_counted_together() -> None:
    assert message(GitSettings(), *MIXED, group="app") == (
        "fix(quality): resolve 4 issues in 2 files of app\n\n"
        "- E711 (ruff): 1, tested\n- F401 (ruff): 2\n- arg-type (mypy): 1, proved\n\n"
        "Stomper-Run: run-1\nStomper-Fixer: ruff\nStomper-Fixer: mypy\n"
    )
    assert message(GitSettings(), A, silenced("c.py", "S1")).startswith(
        "fix(quality): resolve 2 and suppress 1 issue in 2 files\n\n- F401 (ruff): 2\n- S1 (ruff): 1 suppressed\n\n"
    )
    assert message(GitSettings(), A, group="ruff").startswith("fix(quality): resolve 2 issues in app/a.py\n")


def test_every_name_has_a_value() -> None:
    body = "|".join(f"{name}={{{name}}}" for name in COMMIT_FIELDS if name != "details") + "\n{details}"
    said = message(GitSettings(commit_message="{summary}", commit_body=body, ticket="AB-1"), *MIXED, group="app")
    assert said == (
        "resolve 4 issues in 2 files of app\n\n"
        "type=fix|summary=resolve 4 issues in 2 files of app|path=2 files of app|count=4|codes=E711, F401, arg-type"
        "|counts=E711 1, F401 2, arg-type 1|tools=mypy, ruff|fixers=ruff, mypy|grade=tested|ticket=AB-1|run=run-1\n"
        "- E711 (ruff): 1, tested\n- F401 (ruff): 2\n- arg-type (mypy): 1, proved\n\n"
        "Stomper-Run: run-1\nStomper-Fixer: ruff\nStomper-Fixer: mypy\n"
    )


TYPES = (("safe", "style"), ("proved", "refactor"), ("suppressed", "ci"))


@pytest.mark.parametrize(
    ("shares", "kind"),
    [
        ((A,), "style"),
        ((A, share("b.py", "X1", grade=Grade.PROVED)), "refactor"),
        (MIXED, "fix"),
        ((silenced("c.py", "S1"),), "ci"),
        ((A, silenced("c.py", "S1")), "style"),
    ],
)
def test_the_type_is_by_the_weakest_grade(shares: tuple[Share, ...], kind: str) -> None:
    assert message(GitSettings(types=TYPES), *shares).partition("(")[0] == kind  # type: ignore[arg-type]


def test_trailers_of_ones_own_and_who_signs_off_come_last() -> None:
    git = GitSettings(commit_body="", trailers=("Reviewed-by: Kim", "Refs: {ticket}"), ticket="AB-1")
    assert message(git, A, signer="Sam <s@example.org>") == (
        "fix(quality): resolve 2 issues in app/a.py\n\nStomper-Run: run-1\nStomper-Fixer: ruff\n"
        "Reviewed-by: Kim\nRefs: AB-1\nSigned-off-by: Sam <s@example.org>\n"
    )


def test_a_ticket_that_no_template_names_is_a_trailer() -> None:
    assert message(GitSettings(ticket="AB-1"), A).endswith("\nStomper-Fixer: ruff\nTicket: AB-1\n")
    assert "Ticket:" not in message(GitSettings(ticket="AB-1", commit_message="{ticket}: {summary}"), A)


def test_a_template_that_names_the_ticket_needs_one() -> None:
    for git in (GitSettings(commit_message="{ticket}"), GitSettings(commit_body="{ticket}")):
        with pytest.raises(UsageError, match=r"names \{ticket\}, and no ticket is given"):
            require_ticket(git)
    with pytest.raises(UsageError, match=r"git\.trailers, item 2 names"):
        require_ticket(GitSettings(trailers=("A: b", "Refs: {ticket}")))
    require_ticket(GitSettings(commit_message="{ticket}", ticket="AB-1"))
    require_ticket(GitSettings(commit_message="{{ticket}}"))


def test_the_list_of_commits_has_its_own_words() -> None:
    said = Wording("run-1", GitSettings(signoff=True), "Sam <s@e.org>").listing(".git-blame-ignore-revs", 2)
    assert said == (
        "chore(quality): list 2 commits in .git-blame-ignore-revs\n\nStomper-Run: run-1\nSigned-off-by: Sam <s@e.org>\n"
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('commit_message = "{pth}"', "git.commit_message: there is no {pth} to write. Did you mean 'path'?"),
        ('commit_message = "{details}"', "git.commit_message: there is no {details} to write."),
        ('commit_message = "a\\nb"', "git.commit_message: must be one line of text"),
        ('commit_message = " "', "git.commit_message: must not be empty"),
        ('commit_body = "{"', "git.commit_body: is no template"),
        ('commit_body = "a\\u0000"', "git.commit_body: must not contain a NUL character"),
        ('trailers = ["Reviewed by Kim"]', "git.trailers, item 1: is no trailer"),
        ('trailers = ["A: b", "stomper-run: 1"]', "git.trailers, item 2: is written by Stomper itself"),
        ('ticket = ""', "git.ticket: must not be empty"),
        ('types = { safest = "style" }', "git.types.safest: expected 'safe', 'proved'"),
        ('types = { safe = "style!" }', "git.types.safe: is no type of a commit"),
        ("hook_timeout = 0", "git.hook_timeout: expected more than 0"),
        ('sign = "yes"', "git.sign: expected true or false"),
        ('commit_per = "line"', "git.commit_per: expected 'file', 'code', 'folder', 'tool' or 'run'"),
        ('branch_exists = "keep"', "git.branch_exists: expected 'fail', 'append' or 'replace'"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        git_settings(tmp_path, table)
    assert words in caught.value.message


def test_right_values_arrive(tmp_path: Path) -> None:
    table = 'commit_body = ""\ntypes = { tested = "fix", safe = "style" }\ntrailers = ["Refs: {ticket}"]'
    git = git_settings(tmp_path, table)
    assert (git.commit_body, git.trailers) == ("", ("Refs: {ticket}",))
    assert git.types == (("tested", "fix"), ("safe", "style"))
