"""What a fixer leaves has no say in what is found: judged are the bytes that land, and nothing beside them."""

import dataclasses
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.fixers import Fixer
from stomper.fixers.command import CommandFixer
from stomper.git.blobs import blob_id
from stomper.git.trees import tree_entries
from stomper.landing.last_guard import refuse_landing
from stomper.models import AttemptResult, Changed, Failed, Fixed, FixTask, Outcome, Rejected
from stomper.settings import Settings
from stomper.worker.fix_file import Job, fix_file
from tests.hostile.witness import Witness
from tests.kit.agents import GOOD, stub_agent
from tests.kit.changes import listing
from tests.kit.fakes import fake_fixer
from tests.kit.jobs import Editing, commit_files, found_in, job_on
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo

PATH = "0.txt"
CONTENT = "bad A\nbad B\n"
FIXED = b"good A\ngood B\n"
LOCAL = "local.cfg"
ONCE = Settings(max_retries=0)


@dataclass(frozen=True)
class Bench:
    """A repository with one file to fix, a rule for what is ignored, and files that every worktree gets."""

    repo: GitRepo
    folder: Path

    @property
    def witness(self) -> Witness:
        return Witness(log=self.folder / "seen")

    @property
    def task(self) -> FixTask:
        return FixTask(0, PATH, found_in(PATH, CONTENT))

    def work(self, *fixers: Fixer, witness: Witness | None = None, settings: Settings = ONCE) -> Outcome:
        """The outcome of the file under these fixers; `LOCAL` and `kept/` are furniture."""
        checkers = (witness or self.witness,)
        with job_on(self.repo, self.folder / "job", *fixers, checkers=checkers, settings=settings) as job:
            return fix_file(furnished(job), self.task)


def furnished(job: Job) -> Job:
    return dataclasses.replace(job, project=dataclasses.replace(job.project, copies=(LOCAL, "kept")))


@pytest.fixture
def bench(repo: GitRepo, tmp_path: Path) -> Bench:
    repo.write(".gitignore", f"__pycache__/\n*.log\n/{LOCAL}\n/kept/\n")
    repo.write("pkg/mod.py", "x = 1\n")
    repo.write(LOCAL, "strict = yes\n")
    repo.write("kept/deep/rules", "all\n")
    commit_files(repo, CONTENT)
    return Bench(repo, tmp_path)


# What an agent does beside its fix, and whether git, by the commit's own rules, sees a change of another file in it.
LEFT = {
    "hides a configuration by a rule beside it": ("echo '*' > pkg/.gitignore; echo x > pkg/ruff.toml", True),
    "hides it by a rule at the top": ("echo ruff.toml >> .gitignore; echo x > ruff.toml", True),
    "hides it by a rule for this clone": (
        "g=$(git rev-parse --git-common-dir)/info; mkdir -p $g; echo '*' >> $g/exclude; echo x > mypy.ini",
        True,
    ),
    "hides it by a rule of git's settings": (
        "echo '*' > $HOME/all; git config core.excludesFile $HOME/all; echo x > mypy.ini",
        True,
    ),
    "hides it in the index": ("echo x >> pkg/mod.py; git update-index --skip-worktree pkg/mod.py", True),
    "poisons a cache": ("mkdir -p pkg/__pycache__; echo x > pkg/__pycache__/mod.cpython-311.pyc", False),
    "leaves what is ignored": ("echo x > conftest.log", False),
    "edits a file of the user's": (f"echo strict = no > {LOCAL}", False),
    "takes a file of the user's away": (f"rm {LOCAL}", False),
    "adds to a folder of the user's": ("echo x > kept/deep/more.py; echo none > kept/deep/rules", False),
    "makes a pipe": ("mkfifo pkg/pyproject.toml", False),
    "makes a socket": ("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"pkg/ruff.toml\")'", False),
    "makes a folder": ("mkdir -p pyproject.toml/x", False),
    "puts a pipe in the place of another file": ("rm pkg/mod.py; mkfifo pkg/mod.py", True),
    "makes a repository inside": ("git init -q pkg/inner; echo x > pkg/inner/x.py", True),
    "leads a folder elsewhere": ("rm -r pkg; ln -s /etc pkg", True),
}


def agent(script: str) -> Fixer:
    return stub_agent(*GOOD, "--run", script)


def command(script: str) -> Fixer:
    return CommandFixer("mine", tuple(fake_fixer(*GOOD, "--run", script)))


@pytest.mark.parametrize("kind", [agent, command])
@pytest.mark.parametrize("what", LEFT)
def test_nothing_but_the_bytes_comes_before_the_judge(
    bench: Bench, leaks: Leaks, what: str, kind: Callable[[str], Fixer]
) -> None:
    leaks.allow("settings", "*", reason="the fixer configures")
    script, seen = LEFT[what]
    outcome = bench.work(kind(script))
    if seen:
        assert isinstance(outcome, Rejected), outcome
        assert "touches other files" in outcome.reason
        assert bench.witness.seen() == []
    else:
        assert isinstance(outcome, Fixed), outcome
        assert bench.witness.seen() == [just_fixed(bench.repo)]


def just_fixed(repo: GitRepo) -> dict[str, list[str]]:
    """The commit and the user's own files, with the one file fixed."""
    found = {name: [kind, content.decode("latin-1")] for name, (kind, content) in listing(repo.path).items()}
    return found | {PATH: ["-", FIXED.decode()]}


@pytest.mark.parametrize("rule", ["hides it by a rule for this clone", "hides it by a rule of git's settings"])
def test_the_users_rules_are_those_of_the_first_task_for_all_that_follow(bench: Bench, leaks: Leaks, rule: str) -> None:
    """A fixer that was caught as it wrote one has won nothing for the next file either."""
    leaks.allow("settings", "*", reason="the fixer configures")
    with job_on(
        bench.repo, bench.folder / "job", agent(LEFT[rule][0]), checkers=(bench.witness,), settings=ONCE
    ) as job:
        outcomes = [fix_file(job, dataclasses.replace(bench.task, index=index)) for index in range(2)]
    for outcome in outcomes:
        assert isinstance(outcome, Rejected), outcome
        assert "touches other files: mypy.ini" in outcome.reason


def test_what_was_left_by_one_is_not_there_for_the_next(bench: Bench) -> None:
    """Neither for another fixer: each begins with the best so far and the furniture, and nothing else."""
    first = stub_agent("--replace", "bad A", "good A", "--run", f"echo x > y.log; echo no > {LOCAL}", name="first")
    second = stub_agent(*GOOD, "--run", f"test ! -e y.log && grep -q yes {LOCAL} || echo bad C >> 0.txt", name="second")
    outcome = bench.work(first, second)
    assert isinstance(outcome, Fixed), outcome
    assert [attempt.result for attempt in outcome.attempts] == [AttemptResult.KEPT, AttemptResult.KEPT]


@pytest.mark.parametrize("kind", [agent, command])
def test_a_fixer_never_works_where_it_is_judged(bench: Bench, kind: Callable[[str], Fixer]) -> None:
    roots: list[str] = []
    where = bench.folder / "where"
    witness = dataclasses.replace(bench.witness, meanwhile=lambda root: roots.append(str(root)))
    assert isinstance(bench.work(kind(f"pwd > {where}; echo $TMPDIR >> {where}"), witness=witness), Fixed)
    place, temporary = where.read_text().split()
    (judged,) = roots
    home = bench.folder / "job" / "stomper" / "run-1"
    assert Path(place).relative_to(home).parts[0] == Path(temporary).relative_to(home).parts[0] == "0-workshop"
    assert Path(judged).relative_to(home).parts[0] == "0"


def test_a_swap_in_the_fixers_worktree_is_too_late(bench: Bench) -> None:
    """A process that has survived its fixer writes to the file while the checkers look."""
    folder = bench.folder / "job" / "stomper" / "run-1"

    def swap(root: Path) -> None:
        for file in folder.rglob(PATH):
            if not file.is_relative_to(root):
                file.write_text("good A\ngood B\n# noqa\n")

    outcome = bench.work(agent("true"), witness=dataclasses.replace(bench.witness, meanwhile=swap))
    assert isinstance(outcome, Fixed)
    assert bench.repo.git_bytes("cat-file", "blob", outcome.patch.blobs[0].id or "") == FIXED


def test_a_swap_where_it_is_judged_gives_no_result(bench: Bench) -> None:
    def swap(root: Path) -> None:
        (root / PATH).write_bytes(FIXED + b"# noqa\n")

    outcome = bench.work(agent("true"), witness=dataclasses.replace(bench.witness, meanwhile=swap))
    assert isinstance(outcome, Failed)
    assert "changed what it was to look at: 0.txt" in outcome.reason


def test_what_a_look_did_to_the_furniture_is_undone_before_the_next(bench: Bench) -> None:
    """Code of the fixer is run by tests: what they do to a configuration of the user's is for nobody."""

    def edit(root: Path) -> None:
        (root / LOCAL).write_text("strict = no\n")
        (root / "kept" / "deep" / "more").write_text("")
        (root / "kept" / "deep" / "rules").unlink()

    half = stub_agent("--replace", "bad A", "good A", name="half")
    outcome = bench.work(half, agent("true"), witness=dataclasses.replace(bench.witness, meanwhile=edit))
    assert isinstance(outcome, Fixed), outcome
    first, second = bench.witness.seen()
    assert second == just_fixed(bench.repo)
    assert {**first, PATH: second[PATH]} == second


def put_object(repo: GitRepo, name: str, content: bytes) -> None:
    """Have other content under the name of an object, as whoever can write to the object store can."""
    place = repo.git_dir / "objects" / name[:2] / name[2:]
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place.write_bytes(zlib.compress(b"blob %d\0" % len(content) + content))


def test_an_object_that_was_put_there_before_is_seen_through(bench: Bench, leaks: Leaks) -> None:
    """git does not write what is there already, and does not look whether it is what its name says."""
    leaks.expect("fsck", "*", reason="the object store was tampered with")
    put_object(bench.repo, blob_id(FIXED), FIXED + b"# noqa\n")
    outcome = bench.work(agent("true"))
    assert isinstance(outcome, Failed)
    assert "is not what its name says" in outcome.reason


def fixed(bench: Bench) -> Fixed:
    outcome = bench.work(agent("true"))
    assert isinstance(outcome, Fixed)
    return outcome


def refusal(bench: Bench, outcome: Changed) -> str:
    return refuse_landing(bench.repo.path, tree_entries(bench.repo.path, "HEAD"), outcome, ONCE)


def test_an_object_that_was_changed_after_the_judge_does_not_land(bench: Bench, leaks: Leaks) -> None:
    leaks.expect("fsck", "*", reason="the object store was tampered with")
    outcome = fixed(bench)
    assert refusal(bench, outcome) == ""
    put_object(bench.repo, blob_id(FIXED), FIXED + b"# noqa\n")
    assert "is not what its name says" in refusal(bench, outcome)


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        (PATH, None, "deletes the file"),
        ("1.py", b"import os  # noqa\n", "touches other files: 1.py"),
        ("2.py", b"x = 1  # noqa\n", "adds a suppression: noqa (line 1)"),
    ],
)
def test_the_guards_look_once_more_at_what_lands(bench: Bench, path: str, content: bytes | None, words: str) -> None:
    """Whatever a worker has come to: here is one that says `fixed` of another change."""
    outcome = fixed(bench)
    stored = None
    if content is not None:
        stored = bench.repo.git("hash-object", "-w", "--stdin", stdin=content)
    blob = dataclasses.replace(outcome.patch.blobs[0], path=path, id=stored, mode="100644" if stored else None)
    task = path if path == "2.py" else PATH
    forged = dataclasses.replace(outcome, path=task, patch=dataclasses.replace(outcome.patch, blobs=(blob,)))
    assert words in refusal(bench, forged)


@pytest.mark.parametrize(
    "name",
    [
        *("pkg/ruff.toml", "conftest.py", "pkg/.git/config", "sitecustomize.py", "usercustomize.py"),
        *(".gitignore", ".gitattributes", ".gitmodules", "pkg/.GitAttributes"),
    ],
)
def test_with_other_files_allowed_those_that_steer_the_judge_are_not(bench: Bench, name: str) -> None:
    outcome = bench.work(
        agent(f"mkdir -p $(dirname {name}); echo x > {name}"),
        settings=dataclasses.replace(ONCE, allow_other_files=True),
    )
    assert isinstance(outcome, Rejected), outcome
    assert f"touches {name}, which tells tools how to look" in outcome.reason


def test_a_fixer_of_ours_needs_no_second_worktree(bench: Bench) -> None:
    """The cost is for who starts programs of others."""

    @dataclass(frozen=True)
    class Own(Editing):
        ours: bool = True

    names: list[str] = []
    place = bench.folder / "job" / "stomper" / "run-1"
    witness = dataclasses.replace(
        bench.witness, meanwhile=lambda _: names.extend(sorted(p.name for p in place.iterdir()))
    )
    assert isinstance(bench.work(Own((("A", "bad ", "good "),)), witness=witness), Fixed)
    assert names == ["0", "0-objects", "token"]
