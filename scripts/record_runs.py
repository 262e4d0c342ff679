"""Record runs of one version of Stomper, for tests that a later version can show, resume and undo them.

    python scripts/record_runs.py ../stomper-before tests/data/recorded

The first argument is a checkout of the version to record with, with its .venv; the second is the folder for the
archives. Each archive holds a repository with its runs (`repo`), the key by which the user seals runs (`state`), and
`expected.json`: the commits and files before the run, and those that the recorded version led to. For the run that is
killed this comes from an unbroken run in a copy. Paths are those of a folder that is gone afterwards, as if the
repository had been moved.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from stomper.process.environment import CRASH_POINT  # noqa: E402  # the path comes first
from tests.kit.hermetic import entered, make_hermetic  # noqa: E402
from tests.kit.repo import GitRepo  # noqa: E402
from tests.kit.samples import PYPROJECT  # noqa: E402

PLACE = Path("/tmp/stomper-recording")  # the name is in the archives: it must say nothing of this machine
IMPORTS = "import sys\nimport os\nimport re\n"  # one is not used, and the others are not sorted
USE = "\n\ndef number() -> int:\n    return len(sys.argv) + len(os.sep)\n"
UNDEFINED = "\n\ndef broken() -> int:\n    return undefined_name\n"
PATHS = ("a.py", "b.py", "lib/c.py", "lib/d.py")


@dataclass(frozen=True, slots=True)
class Recording:
    """A run to record: the repository that `prepare` makes, the words of `stomper`, and where the run is killed."""

    prepare: Callable[[GitRepo], None]
    words: tuple[str, ...]
    crash: str = ""


def committed(repo: GitRepo) -> None:
    """Commit files of which every second one has something that nobody fixes."""
    repo.write("pyproject.toml", PYPROJECT)
    for number, path in enumerate(PATHS):
        repo.write(path, IMPORTS + USE + (UNDEFINED if number % 2 == 0 else ""))
    repo.commit("sample")


def changed(repo: GitRepo) -> None:
    """Leave files uncommitted, one of them staged only in part."""
    committed(repo)
    repo.write("b.py", IMPORTS + USE + "\n\nMINE = 1\n")
    repo.git("add", "b.py")
    repo.write("b.py", IMPORTS + USE + "\n\nMINE = 1\nMORE = 2\n")
    repo.write("new.py", IMPORTS + USE)


RECORDINGS = {
    "finished": Recording(committed, ("fix", "-j1")),
    "killed": Recording(
        committed,
        ("fix", "-j1", "--error-type", "F", "--fixer", "ruff", "--fixer", "suppress"),
        crash="stored:2",
    ),
    "uncommitted": Recording(changed, ("fix", "-j1", "--git-changed")),
}


def main() -> int:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    checkout, target = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    for name, recording in RECORDINGS.items():
        with recording_place():
            record(checkout, recording)
            pack(target / f"{name}.tar.xz")
        print(f"{name}: {(target / f'{name}.tar.xz').stat().st_size} bytes")
    return 0


@contextmanager
def recording_place() -> Iterator[None]:
    """Make the folder in which everything happens, with a home of its own; it is gone at the end."""
    PLACE.mkdir(mode=0o700)
    try:
        with entered(make_hermetic(PLACE)):
            yield
    finally:
        shutil.rmtree(PLACE)


def record(checkout: Path, recording: Recording) -> None:
    repo = GitRepo(PLACE / "repo")
    recording.prepare(repo)
    before = facts_of(repo)
    if recording.crash:
        twin = PLACE / "twin"
        shutil.copytree(repo.path, twin)
        stomper(checkout, twin, recording.words)
        after = facts_of(GitRepo(twin))
        assert stomper(checkout, repo.path, recording.words, recording.crash) == -signal.SIGKILL
    else:
        stomper(checkout, repo.path, recording.words)
        after = facts_of(repo)
    for log in (repo.git_dir / "stomper" / "runs").glob("*/logs/*.log"):  # they name the programs that were started
        log.write_text(log.read_text().replace(str(checkout), str(PLACE / "checkout")))
    expected = {"before": before, "after": after, "words": recording.words}
    (PLACE / "expected.json").write_text(json.dumps(expected, indent=1))


def stomper(checkout: Path, folder: Path, words: tuple[str, ...], crash: str = "") -> int:
    """Run the version of a checkout; gives its exit code."""
    env = {**os.environ, "PYTHONPATH": str(checkout), **({CRASH_POINT: crash} if crash else {})}
    python = checkout / ".venv" / "bin" / "python"
    done = subprocess.run([python, "-m", "stomper", *words], cwd=folder, env=env, check=False)
    assert done.returncode in (0, 1, -signal.SIGKILL), done
    return done.returncode


def facts_of(repo: GitRepo) -> dict[str, object]:
    """Everything that a run may change: the commit, the commits that led to it, `git status`, and the files."""
    files = {path: content.decode() for path, (_, content) in repo.checkout_state().files.items()}
    return {"tree": repo.tree(), "log": repo.log(), "status": repo.status(), "files": files}


def pack(archive: Path) -> None:
    """Pack what the tests need: the repository, the user's key, and what is expected."""

    def nameless(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(archive, "w:xz") as tar:
        for name in ("repo", "state", "expected.json"):
            tar.add(PLACE / name, name, filter=nameless)


if __name__ == "__main__":
    sys.exit(main())
