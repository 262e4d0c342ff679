"""Work that is not committed yet, and fixes of it made by hand: what a run would bring home."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.git.changed_files import commit_uncommitted
from stomper.git.repository import read_head
from stomper.journal.run_folder import RunFolder
from stomper.landing.deliver_uncommitted import bring_home, take_back
from stomper.settings import ChoiceSettings
from tests.kit.repo import GitRepo

LINES = "".join(f"line {n}\n" for n in range(1, 13))


def changed(text: str, *lines: tuple[int, str]) -> str:
    """A text with some of its lines, counted from 1, replaced."""
    rows = text.splitlines(keepends=True)
    for number, new in lines:
        rows[number - 1] = new
    return "".join(rows)


@dataclass(frozen=True)
class Unfinished:
    """A repository with uncommitted work, and the commit that a run makes of it."""

    repo: GitRepo
    choice: ChoiceSettings
    folder: RunFolder
    base: str

    def fixed(self, files: Mapping[str, bytes | None], modes: Mapping[str, str] | None = None) -> str:
        """The commit with these blobs on the run's base; None takes a file away."""
        env = {"GIT_INDEX_FILE": str(self.folder.path / "fixed-index")}
        self.repo.git("read-tree", self.base, env=env)
        for path, data in files.items():
            blob = self.repo.git("hash-object", "-w", "--stdin", "--no-filters", stdin=data or b"")
            mode = (modes or {}).get(path, "100644") if data is not None else "0"
            self.repo.git("update-index", "-z", "--index-info", env=env, stdin=f"{mode} {blob}\t{path}\0".encode())
        return self.repo.git("commit-tree", self.repo.git("write-tree", env=env), "-p", self.base, "-m", "fixed")

    def bring(self, head: str) -> str:
        return bring_home(self.repo.opened(), self.folder, self.choice, self.base, head)

    def undo(self, back: bool = True) -> None:
        take_back(self.repo.opened(), self.folder, back)

    def staged(self, path: str) -> bytes:
        return self.repo.git_bytes("cat-file", "blob", f":{path}")


def begin(repo: GitRepo, choice: ChoiceSettings, tmp_path: Path) -> Unfinished:
    """What a run does first, with the work as it is now."""
    opened, folder = repo.opened(), RunFolder(tmp_path / "run")
    folder.path.mkdir(exist_ok=True)
    kind = choice.uncommitted or "staged"
    base = commit_uncommitted(opened, read_head(opened), kind, opened.git_dir / "index", tmp_path / "scratch" / "index")
    return Unfinished(repo, choice, folder, base)
