"""A journal commands nothing: what it names is looked at, and what it orders has to be the project's or the user's."""

import dataclasses
import hashlib
import hmac
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stomper.config.executing_settings import differing
from stomper.disk.private_files import ForeignError
from stomper.errors import StomperError
from stomper.journal import seal
from stomper.journal.find_run import runs_folder
from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.models import Attempt, AttemptResult, Blob, Diagnostic, Fixed, FixTask, Patch, Plan, Skipped, Timing
from stomper.settings import (
    AgentSettings,
    CheckerSettings,
    ChoiceSettings,
    CommandSettings,
    EnvironmentSettings,
    GuardSettings,
    Settings,
    TestSettings,
)
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run
from tests.kit.samples import findings_repo
from tests.kit.unfinished import LINES, begin, changed

NOBODY = 65534
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's files")
RUN = "20260102-030405-beef"
SEEN = Diagnostic("ruff", "F401", "unused", "a.py", 1, 1)
ELSEWHERE = [
    "../../x",
    "/tmp/x",
    ".git/hooks/pre-commit",
    "sub/.GIT/config",
    ".git./config",
    ".g\u200cit/config",
    "GIT~1/config",
    ".git:stream/config",
    "a\0b",
    "",
    "a/./../../x",
    "a/./x",
    "a//x",
]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(runs_folder(tmp_path / "state") / RUN)
    made.create(Header(RUN, FORMAT, "1", "/", "/", "a" * 40, None, 0.0, (), Settings()))
    return made


def rewrite(file: Path, change: Callable[[Any], Any]) -> None:
    file.write_text(json.dumps(change(json.loads(file.read_text()))))


@pytest.mark.parametrize("path", ELSEWHERE)
def test_undo_writes_no_path_that_is_none_of_a_file_in_the_repository(path: str, repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", LINES)
    repo.write("a.py", changed(LINES, (3, "import os\n")))
    work = begin(repo, ChoiceSettings(uncommitted="changed"), tmp_path)
    assert work.bring(work.fixed({"a.py": LINES.encode()})) == ""
    rewrite(work.folder.path / "changes.json", lambda rows: [{**rows[0], "path": path, "before": None}])
    before = sorted(str(place) for place in tmp_path.rglob("*"))
    with pytest.raises(StomperError, match=r"changes\.json"):
        work.undo()
    assert sorted(str(place) for place in tmp_path.rglob("*")) == before


def test_undo_writes_nothing_behind_a_link(repo: GitRepo, tmp_path: Path) -> None:
    """A change that says it was made behind a link, in the words that stand for such a place."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "key").write_text("secret")
    repo.commit_file("a.py", LINES)
    repo.path.joinpath("link").symlink_to(outside)
    repo.write("a.py", changed(LINES, (3, "import os\n")))
    work = begin(repo, ChoiceSettings(uncommitted="changed"), tmp_path)
    assert work.bring(work.fixed({"a.py": LINES.encode()})) == ""
    record = work.folder.path / "changes.json"
    known = json.loads(record.read_text())[0]
    for other in (["000000", ""], None):
        record.write_text(json.dumps([{**known, "path": "link/key", "after": other, "before": known["after"]}]))
        with pytest.raises(StomperError):
            work.undo()
        assert (outside / "key").read_text() == "secret"


@pytest.mark.parametrize("mode", ["120000", "0o104755", "-0o644", "x"])
def test_undo_takes_no_mode_but_that_of_a_plain_file(mode: str, repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", LINES)
    repo.write("a.py", changed(LINES, (3, "import os\n")))
    work = begin(repo, ChoiceSettings(uncommitted="changed"), tmp_path)
    assert work.bring(work.fixed({"a.py": LINES.encode()})) == ""
    rewrite(work.folder.path / "changes.json", lambda rows: [{**rows[0], "before": [mode, rows[0]["before"][1]]}])
    with pytest.raises(StomperError, match=r"changes\.json"):
        work.undo()


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_plan_names_files_of_the_repository_alone(path: str, folder: RunFolder) -> None:
    for plan in (
        Plan((FixTask(0, path, (SEEN,)),), (), ("a.py",), 1),
        Plan((), (Skipped(path=path, before=(), reason="why"),), (), 0),
        Plan((), (), (path,), 0),
        Plan((FixTask(0, "a.py", (dataclasses.replace(SEEN, path=path),)),), (), (), 1),
    ):
        folder.write_plan(plan)
        with pytest.raises(StomperError, match=r"plan\.json"):
            folder.read_plan()


def stored(folder: RunFolder, change: Callable[[Any], Any]) -> None:
    """Keep an outcome, and change what stands in the journal of it."""
    attempts = (Attempt("ruff", AttemptResult.KEPT, 1, 0, 0.1),)
    blobs = (Blob("a.py", "100644", "b" * 40),)
    folder.store(
        FixTask(0, "a.py", (SEEN,)),
        Fixed(path="a.py", before=(SEEN,), patch=Patch(b"data", blobs), attempts=attempts, timing=Timing(0, 1, 1)),
    )
    rewrite(folder.path / "journal.jsonl", change)


@pytest.mark.parametrize("name", ["/etc/hostname", "../plan.json", "00000.patch/../x", "link.patch", ""])
def test_a_patch_is_a_file_of_the_run(name: str, folder: RunFolder) -> None:
    def change(entry: Any) -> Any:
        entry["outcome"]["patch"]["data"] = name
        return entry

    stored(folder, change)
    with pytest.raises(StomperError, match=r"journal\.jsonl"):
        folder.history()


def test_a_patch_is_no_link(folder: RunFolder) -> None:
    stored(folder, lambda entry: entry)
    patch = folder.patches / "00000.patch"
    patch.unlink()
    patch.symlink_to("/etc/hostname")
    with pytest.raises(StomperError, match=r"journal\.jsonl"):
        folder.history()


@pytest.mark.parametrize("path", ELSEWHERE)
def test_an_outcome_is_of_a_file_of_the_repository(path: str, folder: RunFolder) -> None:
    def change(entry: Any) -> Any:
        entry["outcome"]["patch"]["blobs"][0]["path"] = path
        return entry

    stored(folder, change)
    with pytest.raises(StomperError, match=r"journal\.jsonl"):
        folder.history()


DELIVERED = {"event": "delivered", "ref": "refs/heads/main", "old": "a" * 40, "new": "b" * 40, "kept": False}


@pytest.mark.parametrize(
    "entry",
    [
        {"event": "landing", "index": 0, "commit": "--output=/tmp/x"},
        {"event": "delivering", "old": "-d"},
        {**DELIVERED, "commit": True, "new": "--exec=sh"},
        {**DELIVERED, "commit": True, "old": "HEAD"},
        {**DELIVERED, "commit": True, "ref": "refs/heads/../../config"},
        {**DELIVERED, "commit": True, "ref": "--stdin"},
    ],
)
def test_ids_and_refs_are_looked_at_before_git_is_given_them(entry: dict[str, object], folder: RunFolder) -> None:
    (folder.path / "journal.jsonl").write_text(json.dumps(entry) + "\n")
    with pytest.raises(StomperError, match=r"journal\.jsonl"):
        folder.history()


@pytest.mark.parametrize(
    "facts",
    [
        {"base": "--output=/tmp/x"},
        {"branch": "refs/heads/-x/../y"},
        {"branch": "--delete"},
        {"run": "20260102-030405-dead"},
        {"run": "../../x"},
    ],
)
def test_a_header_says_what_a_run_of_this_name_would(facts: dict[str, object], folder: RunFolder) -> None:
    rewrite(folder.path / "run.json", lambda known: {**known, **facts})
    with pytest.raises(StomperError, match=r"run\.json"):
        folder.read_header()


CHANGES = {
    "environment.setup": Settings(environment=EnvironmentSettings(setup=("touch x",))),
    "environment.python": Settings(environment=EnvironmentSettings(python="/tmp/python")),
    "environment.env": Settings(environment=EnvironmentSettings(env=(("LD_PRELOAD", "/tmp/x"),))),
    "environment.copy": Settings(environment=EnvironmentSettings(copy=("secret",))),
    "tests.command": Settings(tests=TestSettings(command=("sh", "-c", "x"))),
    "tests.env": Settings(tests=TestSettings(env=(("PATH", "/tmp"),))),
    "tools.ruff": Settings(tools=(("ruff", "/tmp/ruff"),)),
    "fixer.mine.command": Settings(fixers=("mine",), commands=(CommandSettings("mine", ("x",)),)),
    "checker.mine.command": Settings(checkers=("mine",), own_checkers=(CheckerSettings("mine", ("x",), "sarif"),)),
    "agent.mine.base_url": Settings(fixers=("mine",), agents=(AgentSettings("mine", "openai", base_url="http://x"),)),
    "agent.mine.program": Settings(fixers=("mine",), agents=(AgentSettings("mine", "codex", program="/tmp/x"),)),
    "fixers": Settings(fixers=("ruff", "codex")),
    "sandbox": Settings(sandbox="off"),
    "guards.suppressions": Settings(guards=GuardSettings(suppressions="allow")),
    "allow_other_files": Settings(allow_other_files=True),
}


@pytest.mark.parametrize(("key", "settings"), CHANGES.items(), ids=CHANGES)
def test_whatever_starts_or_lets_through_is_compared(key: str, settings: Settings) -> None:
    assert key in differing(settings, Settings())
    assert differing(settings, settings) == ()


@pytest.fixture
def dead(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> str:
    """The id of a run that was killed with one file landed; it was given a test command of its own."""
    findings_repo(repo, 2)
    words = ("fix", "-q", "-j1", "--test-command", "true")
    assert stomper.run(repo, *words, env=crash_at("landed:1")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    return last_run(repo).run


def test_resume_executes_nothing_that_only_the_run_says(
    repo: GitRepo, stomper: Stomper, dead: str, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"

    def poisoned(facts: Any) -> Any:
        facts["settings"]["environment"]["setup"] = [f"touch {canary}"]
        facts["given"] = ["environment.setup", "tests.command"]
        return facts

    rewrite(last_run(repo).path / "run.json", poisoned)
    before = repo.checkout_state()
    result = stomper.run(repo, "resume").check(2)
    assert "environment.setup" in result.err
    assert not canary.exists()
    assert repo.checkout_state() == before
    assert stomper.run(repo, "cleanup").code == 0
    repo.git("update-ref", "-d", f"refs/stomper/{dead}/head")


def test_resume_goes_on_with_what_the_user_gave_and_not_with_what_the_project_said(
    repo: GitRepo, stomper: Stomper, dead: str
) -> None:
    """An option of the command line is sealed; a setting that has changed in the project is named."""
    text = repo.read("pyproject.toml").decode()
    repo.write("pyproject.toml", f"{text}\n[tool.stomper.environment]\nsetup = ['true']\n")
    result = stomper.run(repo, "resume").check(2)
    assert "environment.setup" in result.err
    assert "tests.command" not in result.err
    repo.write("pyproject.toml", text)
    stomper.run(repo, "resume", "-q").check()
    assert repo.status() == []


def test_an_option_counts_no_more_where_the_seal_is_broken(repo: GitRepo, stomper: Stomper, dead: str) -> None:
    rewrite(last_run(repo).path / "run.json", lambda facts: {**facts, "seal": "0" * 64})
    assert "tests.command" in stomper.run(repo, "resume").check(2).err
    stomper.run(repo, "resume", "-q", "--test-command", "true").check()


@pytest.fixture
def key() -> Path:
    """This user's key, which the first seal has made."""
    assert seal.seal_of(b"said")
    place = seal._place()
    assert place is not None
    return place


@pytest.mark.parametrize("length", [0, 5, seal.LENGTH + 1])
def test_a_key_that_is_not_whole_seals_and_proves_nothing(key: Path, length: int) -> None:
    """As one of a full disk, or one that a program has cut off to guess it."""
    cut = (key.read_bytes() + b"more")[:length]
    key.write_bytes(cut)
    assert seal.seal_of(b"said") == ""
    assert not seal.is_sealed(b"said", hmac.new(cut, b"said", hashlib.sha256).hexdigest())
    assert not seal.is_sealed(b"said", "")


def test_a_second_key_never_takes_the_place_of_the_first(key: Path) -> None:
    """As of two processes that find none at the same time: what the first has sealed stays so."""
    first = key.read_bytes()
    assert seal._new_key() == key.read_bytes() == first
    assert [place.name for place in key.parent.iterdir() if "seal" in place.name] == [key.name]


def another_users(run: Path) -> None:
    os.chown(run, NOBODY, NOBODY)


def open_to_others(run: Path) -> None:
    run.chmod(0o777)


def a_link(run: Path) -> None:
    run.rename(run.with_name("moved"))
    run.symlink_to("moved")


@pytest.mark.parametrize(
    "tamper", [pytest.param(another_users, marks=AS_ROOT), open_to_others, a_link], ids=lambda f: f.__name__
)
def test_a_run_that_this_user_did_not_make_is_refused_and_left(
    tamper: Callable[[Path], None], repo: GitRepo, stomper: Stomper, leaks: Leaks
) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "-q").check()
    run = last_run(repo)
    repo.git("update-ref", f"refs/stomper/{run.run}/head", "HEAD")
    tamper(run.path)
    before = repo.checkout_state()
    for command in ("undo", "redo", "resume"):
        result = stomper.run(repo, command, run.run).check(3)
        assert f"run {run.run} is not one that you made" in result.err
        assert stomper.run(repo, command).code == 2
    assert f"{run.run}  foreign: not made by you" in stomper.run(repo, "status").check().out
    assert f"left alone: {run.path}" in stomper.run(repo, "cleanup").check().err
    assert os.path.lexists(run.path)
    assert repo.checkout_state() == before
    leaks.expect("ref", f"refs/stomper/{run.run}/head", reason="of a run that is not ours to judge")


@AS_ROOT
@pytest.mark.parametrize("command", ["fix", "resume", "undo", "cleanup", "status", "stats"])
def test_a_state_folder_of_another_user_is_refused_by_whatever_goes_by_it(
    command: str, repo: GitRepo, stomper: Stomper
) -> None:
    findings_repo(repo, 1)
    state = repo.git_dir / "stomper"
    state.mkdir(mode=0o777)
    os.chown(state, NOBODY, NOBODY)
    result = stomper.run(repo, command).check(3)
    assert f"{state} is not yours: it belongs to " in result.err
    assert list(state.iterdir()) == []
    assert stomper.run(repo, "check").code == 1


def test_everything_of_a_run_is_this_users_alone_whatever_the_umask(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    findings_repo(repo, 1)
    repo.write("test_a.py", "def test_it() -> None:\n    pass\n")
    repo.commit("tests")
    repo.git("config", "core.sharedRepository", "group")
    repo.agreed_settings.update(repo.settings())
    words = ["sh", "-c", 'umask 0; exec "$0" "$@"', *stomper.command, "fix", "-q", "-j1"]
    done = subprocess.run(words, cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done
    state = repo.git_dir / "stomper"
    places = [state, *state.rglob("*"), *(hermetic.root / "state").rglob("*")]
    assert {"run.json", "journal.jsonl", "run.lock", "seal.key"} <= {place.name for place in places}
    assert [str(place) for place in places if stat.S_IMODE(place.lstat().st_mode) & 0o077] == []
    assert (repo.path / "module_000.py").stat().st_mode & 0o777 == 0o666  # the user's files are the user's


@AS_ROOT
def test_a_run_folder_is_judged_before_anything_of_it_is_read(folder: RunFolder) -> None:
    os.chown(folder.path, NOBODY, NOBODY)
    from stomper.journal.find_run import require_own

    with pytest.raises(ForeignError, match="belongs to"):
        require_own(folder)
