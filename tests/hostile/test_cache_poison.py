"""What somebody has put into the cache commands nothing: it is not this user's, not sealed, or not what lands."""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.models import Attempt, AttemptResult, Blob, Diagnostic, Fixed, FixTask, Patch, Timing
from stomper.outcome_cache.reuse import reuse_of
from stomper.settings import Settings
from tests.kit.caches import cached, dry_run, entries, job_in
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.samples import FIXABLE, findings_repo, fixed_content

pytestmark = pytest.mark.cache
NOBODY = 65534
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's files")


def spoil_all(repo: GitRepo, change: Callable[[bytes], bytes]) -> None:
    for file in entries(repo):
        file.write_bytes(change(file.read_bytes()))


POISON: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "another byte": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "words": lambda data: b"{}",
}


@pytest.mark.parametrize("how", POISON)
def test_an_entry_that_was_changed_is_passed_over(how: str, repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    dry_run(repo, stomper)
    spoil_all(repo, POISON[how])
    stomper.run(repo, "fix", "-j1").check()
    assert not any(cached(repo).values())
    assert repo.read("module_000.py") == fixed_content(0)


def test_the_entry_of_another_file_is_passed_over(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    dry_run(repo, stomper)
    first, second = entries(repo)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    dry_run(repo, stomper)
    assert not any(cached(repo).values())


def test_a_repository_that_came_with_a_cache_is_worked_on_all_the_same(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    """Its maker has sealed it, with a key of his own."""
    findings_repo(repo, 2)
    dry_run(repo, stomper)
    shutil.rmtree(hermetic.root / "state" / "stomper")
    stomper.run(repo, "fix", "-j1").check()
    assert not any(cached(repo).values())
    assert set(states(repo).values()) == {"fixed"}


@AS_ROOT
def test_entries_of_another_user_are_passed_over(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    dry_run(repo, stomper)
    for file in entries(repo):
        os.chown(file, NOBODY, NOBODY)
    dry_run(repo, stomper)
    assert not any(cached(repo).values())


@AS_ROOT
def test_the_folder_of_another_user_is_named_and_not_used(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    dry_run(repo, stomper)
    folder = repo.git_dir / "stomper" / "cache"
    os.chown(folder, NOBODY, NOBODY)
    before = [file.stat().st_mtime_ns for file in entries(repo)]
    result = dry_run(repo, stomper)
    assert f"the cache is not used: {folder} is not yours: it belongs to " in result.err
    assert not any(cached(repo).values())
    assert [file.stat().st_mtime_ns for file in entries(repo)] == before
    assert f"{folder} is not yours" in stomper.run(repo, "cleanup", "--cache").check(3).err
    assert len(entries(repo)) == 2


def test_a_link_in_the_place_of_the_folder_is_refused(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 2)
    dry_run(repo, stomper)
    folder = repo.git_dir / "stomper" / "cache"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    before = sorted(file.name for file in (tmp_path / "elsewhere").iterdir())
    result = stomper.run(repo, "fix", "--dry-run").check(3)
    assert "cache is not yours: it is no plain file" in result.err
    assert sorted(file.name for file in (tmp_path / "elsewhere").iterdir()) == before


SEEN = Diagnostic("ruff", "F401", "unused", "module_000.py", 1, 1, fixable=True)
TASK = FixTask(0, "module_000.py", (SEEN,))
TRIED = Attempt("ruff", AttemptResult.KEPT, 1, 0, 0.1)
SILENCED = FIXABLE.format(n=0).replace("import os", "import os  # noqa: F401").encode()
MADE: dict[str, tuple[dict[str, bytes | None], bool]] = {
    "an honest fix": ({"module_000.py": fixed_content(0)}, True),
    "a suppression": ({"module_000.py": SILENCED}, False),
    "another file": ({"module_000.py": fixed_content(0), "app/module_001.py": b""}, False),
    "a link": ({"module_000.py": None}, False),
}


@pytest.mark.parametrize("what", MADE)
def test_an_entry_of_this_users_own_is_judged_by_the_guards(what: str, repo: GitRepo) -> None:
    """A program of this user's can read his key."""
    contents, good = MADE[what]
    findings_repo(repo, 2)
    job = job_in(repo, Settings(fixers=("ruff",)))
    blobs = tuple(
        Blob(path, "120000" if data is None else "100644", repo.git("hash-object", "-w", "--stdin", stdin=data or b"x"))
        for path, data in contents.items()
    )
    made = Fixed(
        path=TASK.path, before=(SEEN,), attempts=(TRIED,), timing=Timing(0.0, 1.0, 1), patch=Patch(b"diff", blobs)
    )
    state = repo.git_dir / "stomper"
    with contextlib.closing(reuse_of(job, state)) as cache:
        cache.keep(TASK, made)
    assert len(entries(repo)) == 1
    with contextlib.closing(reuse_of(job, state)) as cache:
        known = list(cache.known([TASK]))
    assert [outcome.path for _, outcome in known] == ([TASK.path] if good else [])
