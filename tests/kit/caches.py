"""The cache of outcomes as a test sees it."""

import sys
from pathlib import Path

from stomper.disk.private_files import make_folder
from stomper.journal.find_run import runs_folder
from stomper.journal.run_folder import RunFolder
from stomper.run.set_up import make_job, set_up
from stomper.settings import Settings
from stomper.worker.fix_file import Job
from stomper.workspace.worktree import clear_site
from tests.kit.cli import Result, Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

FOLDER = "stomper/cache"


def job_in(repo: GitRepo, settings: Settings) -> Job:
    """The job of a run on what is checked out, without the run."""
    opened, name = repo.opened(), "20260102-030405-beef"
    make_folder(opened.state)
    folder = RunFolder(runs_folder(opened.state) / name)
    made = set_up(opened, settings, repo.head, name, folder.path)
    job = make_job(made, folder, None, None, None)
    clear_site(made.site)
    return job


def bare_venv(folder: Path) -> Path:
    """A virtual environment without a package, made in no time. Returns its interpreter."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in ("bin", f"lib/{version}/site-packages"):
        (folder / name).mkdir(parents=True)
    home = Path(sys.base_prefix) / "bin"
    (folder / "pyvenv.cfg").write_text(f"home = {home}\ninclude-system-site-packages = false\n")
    (folder / "bin" / "python").symlink_to(home / version)
    return folder / "bin" / "python"


def entries(repo: GitRepo) -> list[Path]:
    """The files of the cache."""
    folder = repo.git_dir / FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


def cached(repo: GitRepo) -> dict[str, bool]:
    """Path -> whether its outcome came from the cache, by the report of the last run."""
    return {file["path"]: file.get("cached", False) for file in report_of(repo)["files"]}


def dry_run(repo: GitRepo, stomper: Stomper, *words: str) -> Result:
    """Do all of the work, whatever it leaves, and leave the repository as it is."""
    return stomper.run(repo, "fix", "--dry-run", "--exit-zero", "-j1", *words).check()
