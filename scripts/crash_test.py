"""Kill runs at random moments and see that nothing is lost.

    python scripts/crash_test.py 100                          the source, 100 times
    python scripts/crash_test.py 20 --binary dist/stomper     the built program
    python scripts/crash_test.py 1 --seed 7/42                round 42 of seed 7 again
    python scripts/crash_test.py 20 --worktrees recycled      with worktrees made that way

Each round starts `stomper fix` in a fresh sample repository and sends SIGKILL at a random moment of the
time that an unbroken run takes: to the process or to its whole group; of the one-file program to its
loader, to its main process or to the group. Then it must be true that

- the checkout is what it was, or what an unbroken run makes of it;
- no process of the run is alive two seconds later (ten at the most, on a loaded machine: the slowest is printed);
- `stomper resume` (`fix`, where the run had not begun or was over) leads to the tree of an unbroken run;
- after that nothing is left: no process, worktree, mount, ref, lock, temporary file;
- `stomper undo` gives the start back.

Prints a line for each round that failed, and `N of N` at the end. Ends with 1 if one failed. Everything
happens in a temporary folder, which is removed; a failed round's repository is kept if asked (--keep).
"""

import argparse
import contextlib
import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from stomper.commands.demo import make_sample
from stomper.process.environment import RUN_MARK
from stomper.process.sandbox_search import BAIT, PLACES
from stomper.process.unpacked import OWNERS
from stomper.workspace.ladder import ORDER

ROOT = Path(__file__).resolve().parents[1]
FILES = 12
FIXERS = """
[tool.stomper]
fixers = ["slow", "ruff"]

[tool.stomper.fixer.slow]
command = ["sh", "-c", "sleep 0.06"]
"""
MOUNTS = Path("/proc/self/mountinfo")
PROMISED = 2.0
LOADED = 10.0
PATIENCE = 30.0

ends: list[float] = []
"""How many seconds after each kill the last marked process was gone."""


class BrokenPromiseError(Exception):
    """A promise that was not kept."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and whom a kill can hit. `home` holds all that belongs to one round."""

    command: tuple[str, ...]
    victims: tuple[str, ...]
    worktrees: str = "auto"

    def environment(self, home: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "STOMPER_", "XDG_"))}
        places = {"HOME": home, "TMPDIR": home / "tmp", "XDG_CACHE_HOME": home / "cache", "XDG_CONFIG_HOME": home}
        fixed = {
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": str(ROOT),
            "STOMPER_TRUST": "1",
            "STOMPER_WORKTREES": self.worktrees,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        return {**kept, **{name: str(place) for name, place in places.items()}, **fixed}

    def start(self, home: Path, *words: str) -> subprocess.Popen[bytes]:
        with (home / "out").open("wb") as out:
            return subprocess.Popen(
                [*self.command, *words], cwd=home / "repo", env=self.environment(home),
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def run(self, home: Path, *words: str) -> int:
        try:
            return self.start(home, *words).wait(PATIENCE * 4)
        except subprocess.TimeoutExpired:
            raise BrokenPromiseError(f"{' '.join(words)} does not end") from None


@dataclass(frozen=True, slots=True)
class Reference:
    """The start of every round, what an unbroken run makes of it, and how many seconds that takes by workers."""

    start: str
    start_tree: str
    tree: str
    seconds: dict[int, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, metavar="N", help="how many rounds")
    parser.add_argument("--binary", type=Path, metavar="PATH", help="the built program (default: the source)")
    parser.add_argument("--seed", default=str(random.randrange(10**6)), metavar="S[/ROUND]", help="what is random")
    parser.add_argument("-j", type=int, metavar="J", help="files at once (default: 1, 2 or 4 by chance)")
    parser.add_argument("--worktrees", choices=[*ORDER, "auto"], default="auto", help="how they are made (auto)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="copy what failed to here")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the folder is removed
    program = Program((sys.executable, "-m", "stomper"), ("process", "group"), asked.worktrees)
    if asked.binary:
        program = Program((str(asked.binary.resolve()),), ("loader", "main", "group"), asked.worktrees)
    seed, _, first = asked.seed.partition("/")
    workers = (asked.j,) if asked.j else (1, 2, 4)
    with tempfile.TemporaryDirectory(prefix="stomper-crash-") as folder:
        failed = run_rounds(
            program, Path(folder), seed, range(int(first or 1), int(first or 1) + asked.rounds), workers, asked.keep
        )
    late = sum(seconds > PROMISED for seconds in ends)
    print(f"slowest end of a killed run: {max(ends, default=0.0):.1f} s; {late} took more than {PROMISED:.0f} s")
    print(f"{asked.rounds - failed} of {asked.rounds}")
    return 1 if failed else 0


def run_rounds(
    program: Program, folder: Path, seed: str, rounds: Sequence[int], workers: Sequence[int], keep: Path | None
) -> int:
    """All rounds. Returns how many failed."""
    template = folder / "template"
    template.mkdir()
    make_sample(template, FILES)
    with (template / "pyproject.toml").open("a") as file:
        file.write(FIXERS)
    git(template, "commit", "--quiet", "--all", "--message", "A slow fixer")
    reference = make_reference(program, folder, template, workers)
    seconds = ", ".join(f"{taken:.1f} s at -j {jobs}" for jobs, taken in reference.seconds.items())
    print(f"seed {seed}; unbroken: {seconds}", flush=True)
    failed = 0
    for number in rounds:
        chance = random.Random(f"{seed}/{number}")
        jobs, victim = chance.choice(workers), chance.choice(program.victims)
        moment = chance.uniform(0, reference.seconds[jobs] * 1.05)
        with a_home(folder, template) as home:
            try:
                one_round(program, home, reference, jobs, victim, moment)
            except BrokenPromiseError as problem:
                failed += 1
                where = f"seed {seed}/{number} (-j {jobs}, {victim} killed at {moment:.3f} s)"
                print(f"FAILED: {where}: {problem}", flush=True)
                if keep:
                    shutil.copytree(home, keep / f"{seed}-{number}", symlinks=True, dirs_exist_ok=True)
    return failed


@contextlib.contextmanager
def a_home(folder: Path, template: Path) -> Iterator[Path]:
    """A fresh repository with its own HOME, cache and temporary folder. No process of it is left."""
    home = Path(tempfile.mkdtemp(prefix="round-", dir=folder))
    try:
        (home / "tmp").mkdir()
        shutil.copytree(template, home / "repo", symlinks=True)
        yield home
    finally:
        while living := of_home(home):
            for process in living:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(living, timeout=1)
        shutil.rmtree(home)


def make_reference(program: Program, folder: Path, template: Path, workers: Sequence[int]) -> Reference:
    seconds, trees = {}, set()
    for jobs in workers:
        with a_home(folder, template) as home:
            began = time.monotonic()
            code = program.run(home, "fix", "-q", "-j", str(jobs))
            seconds[jobs] = time.monotonic() - began
            if code:
                raise SystemExit(f"an unbroken run ended with {code}: {(home / 'out').read_text()}")
            trees.add(git(home / "repo", "rev-parse", "HEAD^{tree}"))
    if len(trees) != 1:
        raise SystemExit(f"unbroken runs lead to different trees: {trees}")
    start = git(template, "rev-parse", "HEAD", "HEAD^{tree}").split()
    return Reference(start[0], start[1], trees.pop(), seconds)


def one_round(program: Program, home: Path, reference: Reference, jobs: int, victim: str, moment: float) -> None:
    """Start, kill, look, take up, look, undo, look. Raises BrokenPromiseError."""
    began = time.monotonic()
    child = program.start(home, "fix", "-q", "-j", str(jobs))
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(max(0.0, began + moment - time.monotonic()))
    kill(child, victim)
    wait_for_the_end(home, child)
    remove_half_unpacked(home)
    require_intact(home, reference)
    word = "resume"
    code = program.run(home, word, "-q", "-j", str(jobs))
    if code == 2 and "no run that could be resumed" in (home / "out").read_text():
        word = "fix"
        code = program.run(home, word, "-q", "-j", str(jobs))
    require(code == 0, f"{word} ended with {code}: {(home / 'out').read_text()}")
    require(state_of(home) == (reference.tree, ""), f"{word} led to {state_of(home)}, not to {reference.tree}")
    require_nothing_left(home)
    require(program.run(home, "undo") == 0, f"undo failed: {(home / 'out').read_text()}")
    require(git(home / "repo", "rev-parse", "HEAD") == reference.start, "undo led to another commit than the start")
    require(state_of(home) == (reference.start_tree, ""), f"undo led to {state_of(home)}")


def remove_half_unpacked(home: Path) -> None:
    """A one-file program that is killed while it unpacks itself leaves a folder that nobody could know."""
    for folder in (home / "tmp").glob("_MEI*"):
        if not (folder / OWNERS).exists():
            shutil.rmtree(folder)


def kill(child: subprocess.Popen[bytes], victim: str) -> None:
    """SIGKILL to whom it is meant for; a process that is not there yet is its parent's loss."""
    with contextlib.suppress(ProcessLookupError, psutil.Error):
        if victim == "group":
            os.killpg(child.pid, signal.SIGKILL)
            return
        children = psutil.Process(child.pid).children() if victim == "main" else []
        os.kill(children[0].pid if children else child.pid, signal.SIGKILL)


def wait_for_the_end(home: Path, child: subprocess.Popen[bytes]) -> None:
    """What carries the run's mark is ended by the run's own; a git that is moving refs or files ends by itself."""
    began = time.monotonic()
    wait_for_none(lambda: [process for process in of_home(home) if is_marked(process)], LOADED)
    ends.append(time.monotonic() - began)
    wait_for_none(lambda: of_home(home), PATIENCE)
    child.wait()


def wait_for_none(find: Callable[[], list[psutil.Process]], patience: float) -> None:
    """Wait until no such process is alive. Raises BrokenPromiseError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while found := find():
        words = names(found)
        require(time.monotonic() < deadline, f"alive after {patience:.0f} s: {words}")
        time.sleep(0.02)


def of_home(home: Path) -> list[psutil.Process]:
    """Living processes that were started in this round."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("HOME") == str(home):
                found.append(process)
    return found


def is_marked(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return bool(process.environ().get(RUN_MARK))
    return False


def names(processes: Sequence[psutil.Process]) -> str:
    words = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            words.append(" ".join(process.cmdline())[:120])
    return "; ".join(words)


def require(kept: bool, problem: str) -> None:
    if not kept:
        raise BrokenPromiseError(problem)


def state_of(home: Path) -> tuple[str, str]:
    """The tree of HEAD, and what differs from it in index and files."""
    repo = home / "repo"
    return git(repo, "rev-parse", "HEAD^{tree}"), git(repo, "status", "--porcelain", "--untracked-files=all")


def require_intact(home: Path, reference: Reference) -> None:
    state = state_of(home)
    require(state in [(reference.start_tree, ""), (reference.tree, "")], f"the checkout is between: {state}")


def is_abandoned(folder: Path) -> bool:
    """Whether nobody holds a folder any more that a run at work would hold."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        finally:
            os.close(descriptor)
    return False


def require_nothing_left(home: Path) -> None:
    git_dir = home / "repo" / ".git"
    wait_for_none(lambda: of_home(home), LOADED)  # multiprocessing's helper ends when it sees that we have
    refs = git(home / "repo", "for-each-ref", "refs/stomper")
    require(not refs, f"refs are left: {refs}")
    places = [git_dir / "worktrees", *(home / "cache" / "stomper").glob("*"), *(home / "tmp").iterdir()]
    places += [folder for place in PLACES for folder in Path(place).glob(f"{BAIT}*") if is_abandoned(folder)]
    places += [lock for lock in git_dir.rglob("*.lock") if "stomper" not in lock.relative_to(git_dir).parts]
    left = [os.path.relpath(place, home) for place in places if place.exists()]
    left += [line for line in MOUNTS.read_text().splitlines() if f" {home}/" in line] if MOUNTS.exists() else []
    require(not left, f"left behind: {', '.join(left)}")
    git(home / "repo", "fsck", "--strict", "--no-dangling", "--no-progress")


def git(repo: Path, *words: str) -> str:
    """What git says. Raises BrokenPromiseError where it fails."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words], cwd=repo, env={**env, "GIT_OPTIONAL_LOCKS": "0"}, capture_output=True, text=True
    )
    require(done.returncode == 0, f"git {words[0]}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
