"""What a fixer can do to a worktree, by name, with the paths that it changes."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.kit.repo import GitRepo


def commit_all_kinds(repo: GitRepo) -> None:
    """Commit a file of each kind: plain, program, not text, link, link to a folder."""
    repo.write(".gitignore", "*.log\n/built/\n")
    repo.write("a.py", "one\n")
    repo.write("app/b.py", "two\n", executable=True)
    repo.write("app/core/c.py", b"\xffthree")
    repo.path.joinpath("link").symlink_to("app/b.py")
    repo.path.joinpath("folder link").symlink_to("app")
    repo.commit()


def listing(root: Path) -> dict[str, tuple[str, bytes]]:
    """Every file, link, folder and other thing below a worktree, with its kind, and content where it has one."""
    found = {}
    for place in sorted(root.rglob("*")):
        name = str(place.relative_to(root))
        mode = place.lstat().st_mode
        if name.split("/")[0] != ".git":
            link, file = stat.S_ISLNK(mode), stat.S_ISREG(mode)
            content = os.fsencode(place.readlink()) if link else place.read_bytes() if file else b""
            found[name] = (stat.filemode(mode)[0] + ("x" if file and mode & 0o100 else ""), content)
    return found


def replace_by_folder(root: Path) -> None:
    (root / "a.py").unlink()
    (root / "a.py").mkdir()


def replace_by_full_folder(root: Path) -> None:
    replace_by_folder(root)
    (root / "a.py" / "x.py").touch()


def replace_folder_by_file(root: Path) -> None:
    shutil.rmtree(root / "app")
    (root / "app").write_text("a file now")


def replace_folder_by_link(root: Path) -> None:
    shutil.rmtree(root / "app")
    (root / "app").symlink_to(root.parent)


def replace_by_fifo(root: Path) -> None:
    (root / "a.py").unlink()
    os.mkfifo(root / "a.py")


def replace_by_link(root: Path) -> None:
    (root / "a.py").unlink()
    (root / "a.py").symlink_to("/etc/passwd")


def replace_link_by_file(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").write_bytes(b"app/b.py")


def delete_files(root: Path) -> None:
    for name in ("a.py", "link", "folder link"):
        (root / name).unlink()


def commit_it(root: Path) -> None:
    (root / "a.py").write_text("committed\n")
    subprocess.run(["git", "commit", "--quiet", "-am", "its own"], cwd=root, check=True)


def nest_repository(root: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "nested"], cwd=root, check=True)
    (root / "nested" / "x.py").touch()


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "edited": (lambda root: (root / "a.py").write_text("edited\n"), {"a.py"}),
    "emptied": (lambda root: (root / "a.py").write_text(""), {"a.py"}),
    "deleted": (lambda root: (root / "a.py").unlink(), {"a.py"}),
    "mode taken": (lambda root: (root / "app/b.py").chmod(0o644), {"app/b.py"}),
    "mode given": (lambda root: (root / "a.py").chmod(0o755), {"a.py"}),
    "written through a link": (lambda root: (root / "link").write_text("x\n"), {"app/b.py"}),
    "folder deleted": (lambda root: shutil.rmtree(root / "app"), {"app/b.py", "app/core/c.py"}),
    "files and links deleted": (delete_files, {"a.py", "link", "folder link"}),
    "moved": (lambda root: (root / "a.py").rename(root / "z.py"), {"a.py", "z.py"}),
    "empty folder for a file": (replace_by_folder, {"a.py"}),
    "folder for a file": (replace_by_full_folder, {"a.py", "a.py/x.py"}),
    "file for a folder": (replace_folder_by_file, {"app", "app/b.py", "app/core/c.py"}),
    "link for a folder": (replace_folder_by_link, {"app", "app/b.py", "app/core/c.py"}),
    "pipe for a file": (replace_by_fifo, {"a.py"}),
    "link for a file": (replace_by_link, {"a.py"}),
    "file for a link": (replace_link_by_file, {"link"}),
    "committed": (commit_it, {"a.py"}),
    "a repository inside": (nest_repository, {"nested/x.py"}),
    "ignored file": (lambda root: (root / "trace.log").touch(), set()),
}  # fmt: skip
