"""What agents do that other programs do not: each trick is tried by one, and comes to nothing."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.fixers import FixReply, FixRequest
from stomper.models import AttemptResult, Fixed, FixTask, Outcome, Timing
from stomper.process import command
from stomper.settings import Settings
from stomper.worker.chain import Chain
from stomper.worker.conclude import judge
from stomper.workspace.worktree import Worktree
from tests.kit.agents import GOOD, KEY, stub_agent
from tests.kit.jobs import LineChecker, commit_files, found_in
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

PATH = "0.txt"
CONTENT = "bad A\nbad B\n"
SECRET = "sk-canary-1234567890"


@dataclass(frozen=True)
class Cheat:
    """What the client's program is told to do, and what becomes of its try."""

    flags: tuple[str, ...]
    result: AttemptResult
    words: str
    timeout: float = 60.0


OTHERS = "touches other files: "
CHEATS = {
    "edits the Makefile": Cheat((*GOOD, "--touch-other", "Makefile"), AttemptResult.REFUSED, f"{OTHERS}Makefile"),
    "edits CI": Cheat((*GOOD, "--touch-other", ".github/workflows/ci.yml"), AttemptResult.REFUSED, f"{OTHERS}.github"),
    "leaves notes": Cheat((*GOOD, "--touch-other", "NOTES.md"), AttemptResult.REFUSED, f"{OTHERS}NOTES.md"),
    "commits another file": Cheat(
        (*GOOD, "--touch-other", "x.py", "--run", "git add -A; git -c user.name=a -c user.email=a@b commit -qm x"),
        AttemptResult.REFUSED,
        f"{OTHERS}x.py",
    ),
    "deletes the file": Cheat(("--delete",), AttemptResult.REFUSED, "deletes the file"),
    "makes a link of it": Cheat(("--run", "ln -sf /etc/hostname 0.txt"), AttemptResult.REFUSED, "symbolic link"),
    "writes its key into the file": Cheat(
        (*GOOD, "--run", f"echo good ${KEY} >> 0.txt"), AttemptResult.REFUSED, "writes a secret of its environment"
    ),
    "talks": Cheat(("--say", "Done! All issues are fixed."), AttemptResult.NO_CHANGE, ""),
    "says an error and ends well": Cheat(("--say", "API Error: 529 Overloaded"), AttemptResult.NO_CHANGE, ""),
    "fixes and ends badly": Cheat((*GOOD, "--exit", "1"), AttemptResult.KEPT, "it ended with 1"),
    "ends badly": Cheat(("--exit", "3"), AttemptResult.FAILED, "it ended with 3"),
    "fixes and is killed": Cheat((*GOOD, "--signal", "9"), AttemptResult.KEPT, "it ended with -9"),
    "hangs": Cheat((*GOOD, "--hang"), AttemptResult.TIMEOUT, "still running after", timeout=0.7),
    "floods": Cheat((*GOOD, "--flood"), AttemptResult.TIMEOUT, "wrote more than 1 MB"),
    "waits for more of its prompt": Cheat((*GOOD, "--run", "cat > $TMPDIR/all"), AttemptResult.KEPT, ""),
    "leaves a server": Cheat((*GOOD, "--spawn-setsid", "600"), AttemptResult.KEPT, ""),
    "leaves a server that hides": Cheat((*GOOD, "--spawn-setsid", "600", "--wipe-env"), AttemptResult.KEPT, ""),
}


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Iterator[Worktree]:
    repo.write("Makefile", "test:\n\tpytest\n")
    commit_files(repo, CONTENT)
    with opened_worktree(repo, tmp_path) as opened:
        yield opened


@dataclass
class Told:
    """A chain that was run, the outcome of that, and all that was written down about it."""

    chain: Chain
    outcome: Outcome
    log: list[str] = field(default_factory=list)

    @property
    def everything(self) -> str:
        return "\n".join([*self.log, *map(repr, self.chain.lessons), *map(repr, self.chain.attempts)])


def run(tree: Worktree, cheat: Cheat, retries: int = 0) -> Told:
    log: list[str] = []
    task = FixTask(0, PATH, tuple(found_in(PATH, CONTENT)))
    settings = Settings(max_retries=retries)
    chain = Chain(tree, task, (LineChecker(),), settings, log.append, lambda _f, _n: None)
    done = chain.run([stub_agent(*cheat.flags, timeout=cheat.timeout)])
    return Told(chain, judge(task, done, Timing(0, 1, 1)), log)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of all kinds in the environment: only the first is the agent's own."""
    monkeypatch.setenv(KEY, SECRET)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-canary-42424242")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp-canary-42424242")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:proxy-canary-4242@127.0.0.1:9")


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_a_trick_comes_to_nothing(tree: Worktree, cheat: Cheat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "OUTPUT_LIMIT", 2**20)
    told = run(tree, cheat)
    (attempt,) = told.chain.attempts
    assert attempt.result is cheat.result, attempt
    assert cheat.words in attempt.detail
    kept = cheat.result is AttemptResult.KEPT
    assert isinstance(told.outcome, Fixed) is kept
    assert (tree.root / PATH).read_text() == (CONTENT.replace("bad", "good") if kept else CONTENT)
    assert sorted(tree.snapshot()) == ([PATH] if kept else [])
    assert "canary" not in told.everything


def test_what_it_prints_of_its_environment_has_no_secret(tree: Worktree) -> None:
    """Of the user's own there is nothing to print; its key and the proxy's password are not written down."""
    told = run(tree, Cheat((*GOOD, "--run", "env; echo the key is $STUB_KEY", "--exit", "1"), AttemptResult.KEPT, ""))
    assert f"{KEY}=[secret]\n" in told.everything
    assert "http://me:[secret]@127.0.0.1:9" in told.everything
    assert "the key is [secret]" in told.everything
    assert "canary" not in told.everything
    assert "AWS" not in told.everything
    assert "GITHUB_TOKEN" not in told.everything


def test_a_secret_in_a_refused_change_is_not_in_the_next_prompt(tree: Worktree) -> None:
    told = run(tree, CHEATS["writes its key into the file"], retries=1)
    assert len(told.chain.attempts) == 2
    assert "+good [secret]" in told.chain.lessons[0].diff
    assert "canary" not in told.everything


def test_each_try_has_a_home_of_its_own(tmp_path: Path) -> None:
    """Eight that rewrite their client's configuration at once, as those do that have truncated each other's."""
    script = 'cp "$HOME/config.json" seen; echo "{" > "$HOME/config.json"; echo $HOME; ls -A "$HOME"; sleep 0.2'
    agent, replies = stub_agent("--run", script), dict[int, FixReply]()

    def work(number: int) -> None:
        root, scratch = tmp_path / f"tree{number}", tmp_path / f"tmp{number % 2}"
        root.mkdir()
        scratch.mkdir(exist_ok=True)
        (root / PATH).write_text(CONTENT)
        replies[number] = agent.fix(FixRequest(root, PATH, tuple(found_in(PATH, CONTENT)), None, scratch))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    homes = {reply.log.splitlines()[1] for reply in replies.values()}
    assert len(homes) == 8
    assert not any(Path(home).exists() for home in homes)
    for number, reply in replies.items():
        assert reply.log.splitlines()[2:] == ["config.json", "tmp"]
        assert f'"root": "{tmp_path}/tree{number}"' in (tmp_path / f"tree{number}" / "seen").read_text()
