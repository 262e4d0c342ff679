"""The cache in front of the workers: what it brings, when it asks, and what it does where it cannot."""

import contextlib
import dataclasses
from collections.abc import Iterator

import pytest

from stomper.git.blobs import blob_id, missing_blobs
from stomper.models import Attempt, AttemptResult, Blob, Diagnostic, Fixed, FixTask, Patch, Timing
from stomper.outcome_cache.ground import Ground
from stomper.outcome_cache.reuse import Reuse, reuse_of
from stomper.outcome_cache.rules import Breadth
from stomper.outcome_cache.store import Store
from stomper.project_tests.kept_records import keep_record
from stomper.project_tests.recorded_lines import Recorded
from stomper.settings import AgentSettings, CacheSettings, Settings
from stomper.worker.fix_file import Job
from stomper.workspace.worktree import clear_site, open_site
from tests.kit.caches import entries, job_in
from tests.kit.repo import GitRepo
from tests.kit.samples import FIXABLE, findings_repo, fixed_content

SEEN = Diagnostic("ruff", "F401", "unused", "module_000.py", 1, 1, fixable=True)
TASK = FixTask(0, "module_000.py", (SEEN,))
CONTENT = fixed_content(0)
BLOB = Blob("module_000.py", "100644", blob_id(CONTENT))


def made(fixer: str = "ruff") -> Fixed:
    tried = Attempt(fixer, AttemptResult.KEPT, 1, 0, 0.1)
    time = Timing(0.0, 1.0, 1)
    return Fixed(path=TASK.path, before=(SEEN,), attempts=(tried,), timing=time, patch=Patch(b"diff", (BLOB,)))


@pytest.fixture
def job(repo: GitRepo) -> Iterator[Job]:
    findings_repo(repo, 1)
    job = job_in(repo, Settings())
    open_site(job.site)
    yield job
    clear_site(job.site)


@contextlib.contextmanager
def cache_of(job: Job) -> Iterator[Reuse]:
    with contextlib.closing(reuse_of(job, job.site.state)) as cache:
        yield cache


def keep(repo: GitRepo, job: Job, outcome: Fixed) -> None:
    repo.git("hash-object", "-w", "--stdin", stdin=CONTENT)
    with cache_of(job) as cache:
        cache.keep(TASK, outcome)


def known(job: Job) -> list[str]:
    with cache_of(job) as cache:
        return [outcome.status for _, outcome in cache.known([TASK])]


def forget(repo: GitRepo, blob: str) -> None:
    """Take an object away, as `git gc` does with one that nobody needs."""
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()


def test_an_outcome_brings_its_objects_along(repo: GitRepo, job: Job) -> None:
    keep(repo, job, made())
    forget(repo, blob_id(CONTENT))
    assert missing_blobs(repo.path, [blob_id(CONTENT)])
    assert known(job) == ["fixed"]
    assert not missing_blobs(repo.path, [blob_id(CONTENT)])
    assert list(job.site.folder.glob("blobs-*")) == []


def test_an_outcome_depends_on_the_types_that_tests_showed(repo: GitRepo, job: Job) -> None:
    def shown(key: str, text: str) -> Job:
        seen = Recorded({}, types={TASK.path: {(1, "f"): {"x": {text}}}})
        return dataclasses.replace(job, record=keep_record(job.site.state, key * 40, seen, (), {TASK.path}))

    keep(repo, shown("a", "int"), made())
    assert known(shown("b", "int")) == ["fixed"]
    assert known(shown("c", "str")) == []


def test_where_the_base_lacks_an_object_nothing_is_known(repo: GitRepo, job: Job) -> None:
    keep(repo, job, made())
    forget(repo, repo.rev("HEAD:module_000.py"))
    assert known(job) == []
    repo.git("hash-object", "-w", "--stdin", stdin=FIXABLE.format(n=0).encode())


def test_the_tree_is_looked_at_only_for_what_may_be_there(
    repo: GitRepo, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes as long as the environment is large."""
    told: list[Breadth] = []
    tell = Ground._tell

    def noted(self: Ground, breadth: Breadth) -> str:
        told.append(breadth)
        return tell(self, breadth)

    monkeypatch.setattr(Ground, "_tell", noted)
    assert known(job) == []
    keep(repo, job, made())
    assert known(job) == ["fixed"]
    assert set(told) == {Breadth.FILE}
    keep(repo, job, made("codemods/raise-from"))
    assert Breadth.TREE in told


def test_what_is_kept_of_an_agent_counts_only_where_that_is_asked_for(repo: GitRepo) -> None:
    findings_repo(repo, 1)
    agent = AgentSettings("claude-code", "claude-code", program="/bin/true")
    settings = Settings(fixers=("ruff", "claude-code"), agents=(agent,))
    asking = job_in(repo, dataclasses.replace(settings, cache=CacheSettings(agents=True)))
    keep(repo, asking, made("claude-code"))
    assert len(entries(repo)) == 1
    assert known(asking) == ["fixed"]
    assert known(job_in(repo, settings)) == []


def test_a_cache_that_cannot_be_written_ends_no_run(repo: GitRepo, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "write", full)
    keep(repo, job, made())
    assert entries(repo) == []


def test_a_file_in_the_place_of_the_folder_ends_no_run(repo: GitRepo, job: Job) -> None:
    job.site.state.mkdir(mode=0o700, exist_ok=True)
    (job.site.state / "cache").write_text("a file")
    keep(repo, job, made())
    assert known(job) == []
    assert (job.site.state / "cache").read_text() == "a file"
