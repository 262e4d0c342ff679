"""The conformance table: each real client of an agent against the scripted endpoint, and what is seen of it.

A test is a row, a client a column; `make agents` installs the clients and writes the table to docs/agents.md.
"""

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import psutil
import pytest

from stomper.fixers.base import Failure
from stomper.models import AttemptResult
from tests.kit.cli import Result, Stomper
from tests.kit.clients import (
    CONTENT,
    GOOD,
    KEY,
    KEY_VARIABLE,
    NEW,
    OLD,
    PATH,
    REAL,
    Real,
    Tried,
    make_fixer,
    own_checkers,
)
from tests.kit.endpoints import Served, served
from tests.kit.hermetic import Hermetic, entered, make_hermetic
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree
from tests.kit.runs import report_of, states

# `make agents` has all clients and runs each case; else each test is for one or two of those that are installed.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.unproved,
    pytest.mark.matrix(every=2),
    pytest.mark.parametrize("real", REAL, ids=lambda real: real.name),
]

SLEEP = "8723.5"
CANARIES = {"AWS_SECRET_ACCESS_KEY": "canary-aws", "GITHUB_TOKEN": "canary-github", "DATABASE_URL": "canary-database"}
ALWAYS = ("--fail-first", -1)
Try: TypeAlias = Callable[..., AbstractContextManager[Tried]]


@pytest.fixture(scope="module")
def on_disk() -> Iterator[Path]:
    """A folder that is not below /dev, of which codex's own sandbox shows nothing where bubblewrap is installed."""
    with tempfile.TemporaryDirectory(prefix="stomper-clients-", dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def hermetic(on_disk: Path) -> Iterator[Hermetic]:
    made = make_hermetic(Path(tempfile.mkdtemp(dir=on_disk)))
    with entered(made):
        yield made


@pytest.fixture
def tmp_path(on_disk: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=on_disk))


@pytest.fixture
def trying(
    request: pytest.FixtureRequest, real: Real, repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Try:
    """The client at work against an endpoint that was started with these flags; `keys` are those of its table."""
    real.program()
    if why := real.why_unmet(request.node.name):
        request.applymarker(pytest.mark.xfail(reason=why, strict=True))
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)
    repo.write("app/other.py", CONTENT)
    repo.write(PATH, CONTENT)
    repo.commit()

    @contextmanager
    def tried(*flags: str | float, **keys: Any) -> Iterator[Tried]:
        rule = ("--old", OLD, "--new", NEW, "--file-pattern", r"\bapp/bad\.py")
        state, refs = repo.checkout_state(), repo.refs()
        with served(tmp_path / "served", *rule, *flags) as endpoint, opened_worktree(repo, tmp_path) as tree:
            yield Tried(real, make_fixer(real, endpoint, **keys), endpoint, repo, tree, own_checkers(repo))
        assert (repo.checkout_state(), repo.refs()) == (state, refs), "the main checkout is as it was"

    return tried


def test_an_edit_is_kept_and_the_usage_is_what_the_endpoint_counted(trying: Try) -> None:
    with trying() as tried:
        chain = tried.run()
        assert not chain.left, chain.attempts
        assert [attempt.result for attempt in chain.attempts] == [AttemptResult.KEPT]
        assert tried.content() == GOOD
        usage = chain.attempts[0].usage
        if tried.real.usage:
            assert usage
            assert (usage.input_tokens, usage.output_tokens) == tried.served.tokens()[:2]
            assert usage.cached_tokens == (tried.served.tokens()[2] if tried.real.caches else None)
            assert usage.requests in (None, len(tried.served.rows))
            assert usage.cost is None, "nobody knows the price of this model"
        else:
            assert usage is None


def test_a_bad_request_is_a_failure(trying: Try) -> None:
    with trying(*ALWAYS, "--status", 400) as tried:
        reply = tried.ask()
        assert reply.failure is Failure.FAILED
        assert "400" in reply.problem
        assert tried.content() == CONTENT


def test_a_wrong_key_makes_the_agent_unusable_and_is_not_tried_again(trying: Try) -> None:
    with trying(*ALWAYS, "--status", 401) as tried:
        chain = tried.run(max_retries=3)
        assert [attempt.result for attempt in chain.attempts] == [AttemptResult.FAILED]
        assert tried.real.name in chain.hopeless


def test_one_503_is_survived(trying: Try) -> None:
    with trying("--fail-first", 1, "--status", 503) as tried:
        reply = tried.ask()
        assert (reply.problem, reply.failure) == ("", Failure.NONE)
        assert tried.content() == GOOD
        assert 503 in tried.served.statuses


@pytest.mark.parametrize("status", [429, 529])
def test_too_many_requests_are_the_providers_fault(trying: Try, status: int) -> None:
    with trying(*ALWAYS, "--status", status, "--retry-after", 1) as tried:
        reply = tried.ask()
        assert reply.failure is Failure.RATE_LIMITED, reply
        assert len(tried.served.rows) <= 4, "waiting is not for the client to do"


def test_an_endpoint_that_says_nothing_is_given_up(trying: Try, real: Real) -> None:
    with trying("--stall", quiet_timeout=real.starts) as tried:
        reply = tried.ask()
        assert reply.timed_out
        assert "printed nothing for too long" in reply.problem
        assert reply.failure is Failure.FAILED
        assert tried.served.statuses == [0]
        assert not survivors(tried)


def test_nothing_survives_a_try(trying: Try, real: Real) -> None:
    command = f"setsid sleep {SLEEP} >/dev/null 2>&1 & sleep {SLEEP} >/dev/null 2>&1 & sleep {SLEEP}"
    with trying("--steps", "shell", "--command", command, timeout=real.starts if real.shell else 120.0) as tried:
        reply = tried.ask()
        assert [row["tool"] != "" for row in tried.served.rows] == [tried.real.shell], "who has no shell only talks"
        assert reply.timed_out == tried.real.shell
        assert not survivors(tried)


def test_talk_without_an_edit_is_no_change(trying: Try) -> None:
    with trying("--steps", "", "--words", "I have fixed everything.") as tried:
        chain = tried.run()
        assert {attempt.result for attempt in chain.attempts} == {AttemptResult.NO_CHANGE}
        assert chain.left


def test_a_refusal_is_told_as_such_where_the_client_tells_it(trying: Try) -> None:
    with trying("--refuse", "--words", "I will not.") as tried:
        reply = tried.ask()
        assert reply.failure is tried.real.refusal
        assert tried.content() == CONTENT


def test_a_silenced_line_is_refused(trying: Try) -> None:
    with trying("--steps", "read,cheat") as tried:
        chain = tried.run(max_retries=0)
        assert [attempt.result for attempt in chain.attempts] == [AttemptResult.REFUSED]
        assert tried.content() == CONTENT


def test_an_edit_of_another_file_is_refused(trying: Try) -> None:
    with trying("--steps", "read,edit,look,other", "--other", "app/other.py") as tried:
        chain = tried.run(max_retries=0)
        assert [attempt.result for attempt in chain.attempts] == [AttemptResult.REFUSED]
        assert (tried.tree.root / "app/other.py").read_text() == CONTENT
        assert tried.content() == CONTENT


def test_a_commit_by_the_agent_leaves_nothing(trying: Try) -> None:
    command = "git add -A; git -c user.name=a -c user.email=a@b commit -qm mine; git stash; git tag mine"
    with trying("--steps", "read,edit,shell", "--command", command) as tried:
        tried.run(max_retries=0)
        assert tried.repo.git("-C", str(tried.tree.root), "rev-parse", "HEAD") == tried.repo.head


def test_the_main_checkout_cannot_be_written(
    real: Real, repo: GitRepo, stomper: Stomper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the sandbox of a run: some clients write wherever their model says."""
    repo.write("app/other.txt", CONTENT)
    flags = ("--steps", "read,edit,look,other", "--other", str(repo.path / "app" / "other.txt"))
    with whole_run(real, repo, stomper, tmp_path, monkeypatch, [PATH], *flags) as (endpoint, fix):
        fix("--quiet")
        assert endpoint.rows
        assert repo.read("app/other.txt") == CONTENT.encode()
        # Where the checkout is hidden too, aider takes the other file for this one, and then makes a third.
        assert states(repo)[PATH] in ("fixed", "unchanged", "failed", "rejected")
        assert repo.status() == []


def test_a_long_prompt_arrives_whole(trying: Try) -> None:
    with trying() as tried:
        end = "the very last words"
        reply = tried.send(f"Fix F821 in {PATH}.\n" + "x = 1  # a long line of nothing much\n" * 6000 + end)
        assert reply.problem == ""
        assert tried.content() == GOOD
        assert end in tried.served.asked()


def test_secrets_of_the_user_stay_where_they_are(trying: Try) -> None:
    with trying("--steps", "read,shell,edit", "--command", "env; cat /proc/$PPID/environ") as tried:
        reply = tried.ask()
        assert tried.content() == GOOD
        told = tried.served.asked() + reply.log + reply.problem
        assert not [secret for secret in CANARIES.values() if secret in told]
        bodies = [text.split("\n\n", 1)[1] for text in tried.served.texts()]
        assert not [body for body in bodies if KEY in body], "its key goes into the head of a request and nowhere else"
        assert KEY not in reply.log


def survivors(tried: Tried) -> list[list[str]]:
    """Command lines of living processes that have this try's home, or sleep as it was told to."""
    found = []
    for living in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line, home = living.cmdline(), living.environ().get("HOME", "")
            if living.status() != psutil.STATUS_ZOMBIE and (
                home.startswith(str(tried.tree.scratch)) or line == ["sleep", SLEEP]
            ):
                found.append(line)
    return found


def test_three_at_once_in_a_whole_run(
    real: Real, repo: GitRepo, stomper: Stomper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"app/bad_{n}.py" for n in range(3)]
    with whole_run(real, repo, stomper, tmp_path, monkeypatch, paths) as (endpoint, fix):
        settings = repo.settings()
        fix("-j", "3").check()
        assert states(repo) == dict.fromkeys(paths, "fixed")
        assert {repo.read(path) for path in paths} == {GOOD.encode()}
        assert repo.settings() == settings
        assert {row["file"] for row in endpoint.rows} == set(paths)
        usage = report_of(repo)["usage"]
        counted = dict(zip(("input_tokens", "output_tokens"), endpoint.tokens(), strict=False)) if real.usage else {}
        assert {name: usage[name] for name in ("input_tokens", "output_tokens") if name in usage} == counted


@contextmanager
def whole_run(
    real: Real,
    repo: GitRepo,
    stomper: Stomper,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    paths: Sequence[str],
    *flags: str,
) -> Iterator[tuple[Served, Callable[..., Result]]]:
    """A repository with such files, an endpoint that fixes them, and `stomper fix` in the endpoint's network.

    From a sandbox of its own in that network no client could get there.
    """
    program = real.program()
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    rule = ("--old", OLD, "--new", NEW, "--file-pattern", r"\bapp/bad\w*\.py")
    with served(folder / "served", *rule, *flags) as endpoint:
        repo.write("pyproject.toml", toml(real, endpoint, program))
        for path in paths:
            repo.write(path, CONTENT)
        repo.commit()
        within = Stomper(stomper.hermetic, (*endpoint.entering, *stomper.command))
        yield endpoint, lambda *words: within.run(repo, "fix", *words)


def toml(real: Real, endpoint: Served, program: str) -> str:
    facts = {
        "client": real.name,
        "model": "scripted",
        "base_url": endpoint.url + real.base,
        "key_variable": KEY_VARIABLE,
        "program": program,
    }
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in facts.items())
    return f'[tool.stomper]\nfixers = ["ruff", "it"]\n[tool.stomper.agent.it]\n{lines}\n'
