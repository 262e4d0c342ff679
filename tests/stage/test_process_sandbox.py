"""A program in a sandbox: it writes where that is open and nowhere else, and does not outlive its end."""

import dataclasses
import os
import pickle
import re
import shutil
import sys
from pathlib import Path

import psutil
import pytest

from stomper import process
from stomper.errors import ToolError
from stomper.models import Fixed
from stomper.process import Sandbox, candidates, find_sandbox, keeps_all, prove
from stomper.settings import Settings
from stomper.worker.checkout_watch import Watch, confine
from stomper.worker.fix_file import fix_file
from tests.e2e.test_checkout_watch import CONTENT, ESCAPES
from tests.kit.agents import GOOD, stub_agent
from tests.kit.cli import ROOT
from tests.kit.hermetic import Hermetic
from tests.kit.jobs import commit_files, job_on
from tests.kit.repo import GitRepo
from tests.kit.sandboxes import sandbox_of

# What the kernel must allow for each kind, without anything of ours.
BARE = {
    "bubblewrap": ("--ro-bind", "/", "/", "true"),
    "namespaces": ("--map-root-user", "--mount", "mount", "--bind", "/usr", "/usr"),
}


WAYS_OUT = {
    "own session": "setsid sleep 600",
    "environment wiped": "setsid env -i sleep 600",
    "mark of another": "env -i setsid -f env -i _STOMPER_JOB=1.1 sleep 600",
    "signals ignored": "setsid sh -c 'trap \"\" TERM HUP INT; sleep 600'",
}


@pytest.fixture(params=sorted(BARE))
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Sandbox:
    """A sandbox of each kind that works here; `tmp_path/closed` is there to read."""
    (tmp_path / "closed").mkdir()
    return sandbox_of(request.param, tmp_path / "closed").showing([tmp_path / "closed"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder to work in."""
    (tmp_path / "open").mkdir()
    return tmp_path / "open"


def shell(box: Sandbox, place: Path, script: str) -> process.Completed:
    return process.run(["sh", "-c", script], cwd=place, contained=True, sandbox=box.opened(place), timeout=60)


def test_it_writes_in_its_place_and_nowhere_else(box: Sandbox, place: Path, tmp_path: Path) -> None:
    """By a relative path too: the folder it starts in is the open one, not the same one as seen from outside."""
    closed = tmp_path / "closed"
    done = shell(
        box,
        place,
        f"echo a > {place}/one; echo b > two; echo c > {closed}/three; pwd; "
        "test -w /usr && echo no; test -w /tmp && echo tmp",
    )
    assert done.stdout.decode().splitlines() == [str(place), "tmp"]
    assert sorted(file.name for file in place.iterdir()) == ["one", "two"]
    assert list(closed.iterdir()) == []


def test_it_cannot_open_what_is_closed(box: Sandbox, place: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    tries = (f"mount -o remount,bind,rw {closed}", f"umount {closed}", f"mount --bind {place} {closed}",
             f"unshare --map-root-user --mount sh -c 'mount -o remount,bind,rw {closed}; echo x > {closed}/x'",
             f"unshare --map-root-user --mount sh -c 'umount {closed}; echo x > {closed}/x'")  # fmt: skip
    shell(box, place, "; ".join(f"{words}; echo x > {closed}/x" for words in tries))
    assert list(closed.iterdir()) == []


def test_it_may_make_a_sandbox_of_its_own(box: Sandbox, place: Path) -> None:
    assert shell(box, place, "unshare --map-root-user --mount true && echo made").stdout == b"made\n"


def test_a_worktrees_link_to_its_repository_stays(box: Sandbox, place: Path) -> None:
    (place / ".git").write_text("gitdir: /somewhere\n")
    shell(box, place, "echo evil > .git; rm -f .git; mv .git other; mkdir .git")
    assert (place / ".git").read_text() == "gitdir: /somewhere\n"


NESTED = """
import sys
from pathlib import Path
from stomper import process
closed, place = map(Path, sys.argv[1:3])
(sandbox,) = (one.showing([closed]) for one in process.candidates() if one.kind == sys.argv[3])
words = f"cat {closed}/volume/there; echo x > {closed}/x; echo x > {closed}/volume/x"
done = process.run(["sh", "-c", words], cwd=place, sandbox=sandbox.opened(place))
print(sandbox.kind, done.stdout.decode(), sorted(file.name for file in closed.rglob("*")))
"""


@pytest.mark.parametrize("kind", sorted(BARE))
def test_what_is_mounted_in_a_closed_place_is_there(kind: str, place: Path, tmp_path: Path) -> None:
    """As in a container whose checkout has a volume in it. The kernel refuses a place without what is mounted there."""
    sandbox_of(kind)
    volume = tmp_path / "closed" / "volume"
    volume.mkdir(parents=True)
    mounting = f'mount -t tmpfs x "{volume}" && echo hello > "{volume}/there" && exec "$@"'
    words = ["unshare", *BARE["namespaces"][:2], "sh", "-c", mounting, "sh"]
    if process.run([*words, "cat", "/dev/null"], cwd=ROOT).returncode:
        pytest.skip("mounting is not allowed here")
    done = process.run([*words, sys.executable, "-c", NESTED, str(tmp_path / "closed"), str(place), kind], cwd=ROOT)
    assert done.stdout.decode().split("\n")[:2] == [f"{kind} hello", " ['there', 'volume']"], done


def test_names_of_all_kinds(box: Sandbox, tmp_path: Path) -> None:
    odd = tmp_path / "a b'c\n\"$HOME"
    odd.mkdir()
    assert shell(box, odd, "echo x > here; pwd").returncode == 0
    assert (odd / "here").exists()


def test_arguments_streams_and_exit_code_are_its_own(box: Sandbox, place: Path) -> None:
    words = ["sh", "-c", 'cat; printf "%s|" "$@"; echo err >&2; exit 7', "sh", "a b", "", "$HOME"]
    done = process.run(words, cwd=place, stdin=b"in|", contained=True, sandbox=box.opened(place))
    assert (done.argv, done.stdout, done.stderr, done.returncode) == (tuple(words), b"in|a b||$HOME|", b"err\n", 7)


def test_user_and_environment_are_the_same_but_root_is_nobody(box: Sandbox, place: Path) -> None:
    done = process.run(["sh", "-c", "id -u; echo $MINE"], cwd=place, env={"MINE": "x"}, sandbox=box.opened(place))
    assert done.stdout.decode().split() == [str(os.getuid() or 65534), "x"]


@pytest.mark.parametrize("how", WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_nothing_of_it_is_left(box: Sandbox, place: Path, how: str) -> None:
    """Not even what carries the mark of another job, or none: with its first process the kernel ends all of them."""
    seconds = f"6{os.getpid()}"
    script = f"{how.replace('600', seconds)} & while ! ps ax | grep -q '[s]leep {seconds}'; do :; done; echo up; wait"
    words, up = ["sh", "-c", f"{script}; sleep {seconds}"], re.compile(b"up")
    done = process.run(words, cwd=place, contained=True, sandbox=box.opened(place), timeout=60, until=up)
    assert done.matched
    assert [p for p in psutil.process_iter(["cmdline"]) if seconds in (p.info["cmdline"] or ())] == []


def test_it_travels(box: Sandbox, place: Path) -> None:
    assert pickle.loads(pickle.dumps(box)) == box


def test_an_agent_cannot_get_out(repo: GitRepo, tmp_path: Path) -> None:
    """By none of the ways in which one does without: its fix is kept, and all else is as it was."""
    repo.commit_file("README.md", "read me\n")
    repo.git("branch", "old")
    (task,) = commit_files(repo, CONTENT)
    before = repo.checkout_state(), repo.refs(), repo.settings(), repo.stash()
    ways = [word for command, _ in ESCAPES.values() for word in ("--run", command.replace("TOP", str(repo.path)))]
    with job_on(repo, tmp_path / "job", stub_agent(*ways), stub_agent(*GOOD, name="fair")) as job:
        job.site.folder.mkdir(parents=True)
        found = find_sandbox(repo.path, repo.git_dir, job.site.folder)
        if found is None:
            pytest.skip("no sandbox works here")
        outcome = fix_file(dataclasses.replace(job, sandbox=found.showing([repo.path])), task)
    assert isinstance(outcome, Fixed), outcome
    assert (repo.checkout_state(), repo.refs(), repo.settings(), repo.stash()) == before


def test_where_none_works_it_is_said_or_the_user_is_watched(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = repo.opened()
    monkeypatch.setenv("PATH", str(repo.path))
    assert find_sandbox(repo.path) is None
    assert confine(opened, Settings(), [stub_agent()], tmp_path) == (None, Watch(opened, tmp_path))
    with pytest.raises(ToolError, match="agents cannot be kept from your checkout here"):
        confine(opened, Settings(sandbox="require"), [stub_agent()], tmp_path)


def install(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_wall_that_does_not_hold_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bwrap that starts programs and closes nothing, as in a container that has forbidden it."""
    (tmp_path / "closed").mkdir()
    install(tmp_path / "bin", "bwrap", 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert [found.kind for found in candidates()] == ["bubblewrap"]
    assert find_sandbox(tmp_path / "closed") is None


HOLED = """\
#!{python}
import os, sys
words = sys.argv[1:]
end = words.index("--")
before = words[:end]
{hole}
assert before != words[:end], before
os.execv({bwrap!r}, [{bwrap!r}, *before, *words[end:]])
"""
# What a wall lacks, and the promise that is not kept then.
WITHOUT = "before = [w for w in before if w != '{}']"
HOLES = {
    "files": "before = ['--bind' if w == '--ro-bind' else w for w in before]",
    "home": "before += ['--ro-bind', HOME, HOME]",
    "temporary": "before[before.index('/tmp') - 3 : before.index('/tmp') + 1] = []",
    "sockets": "before += ['--bind', '/var/tmp', '/var/tmp']",
    "processes": WITHOUT.format("--unshare-pid"),
    "ipc": WITHOUT.format("--unshare-ipc"),
    "kernel": "before = ['--bind-try' if w == '--ro-bind-try' else w for w in before]",
    "devices": "before[before.index('--dev') : before.index('--dev') + 2] = ['--dev-bind', '/dev', '/dev']",
    "user": "before[before.index('--uid') + 1] = '0'",
    "network": WITHOUT.format("--unshare-net"),
    "abstract": WITHOUT.format("--unshare-net"),
}


@pytest.mark.parametrize("promise", HOLES)
def test_a_wall_with_one_hole_is_none(
    tmp_path: Path, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch, promise: str
) -> None:
    """Each promise is tried by itself: a bwrap that keeps all but one is seen through."""
    if promise == "kernel" and os.geteuid():
        pytest.skip("settings of the kernel are root's")
    whole = sandbox_of("bubblewrap")
    (tmp_path / "closed").mkdir()
    (hermetic.home / "secret").touch()
    hole = HOLES[promise].replace("HOME", repr(str(hermetic.home.resolve())))
    place = tmp_path / "bin" / "bwrap"
    place.parent.mkdir()
    place.write_text(HOLED.format(python=sys.executable, bwrap=whole.program, hole=hole))
    place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.parent}:{os.environ['PATH']}")
    (holed,) = (box for box in candidates() if box.kind == "bubblewrap")
    assert holed.program == str(place)
    proofs = prove(holed, tmp_path / "closed")
    assert promise in [proof.name for proof in proofs if not proof.holds]
    assert not keeps_all(proofs)


def test_nothing_is_mounted_outside_of_a_namespace(tmp_path: Path, place: Path) -> None:
    """An unshare that does nothing would have root remount the machine. Only a stand-in for mount(8) is on PATH."""
    install(tmp_path / "bin", "mount", f"echo $@ >> {tmp_path}/mounted")
    helpers = [("mount", "mount"), ("readlink", shutil.which("readlink") or ""), ("setpriv", "setpriv")]
    box = Sandbox("namespaces", "unshare", tuple(helpers)).opened(place)
    words = box.around(["true"], place, {}, 1)
    script = words[words.index("-c") + 1]
    assert "mount -o remount" in script
    run = process.run(["/bin/sh", "-c", script, "sandbox", "true"], cwd=place, env={"PATH": str(tmp_path / "bin")})
    assert run.returncode == 1
    assert not (tmp_path / "mounted").exists()
