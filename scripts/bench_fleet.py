"""Measure fleets: real packages killed again and again, and very many small repositories beside a shell loop.

    python scripts/bench_fleet.py packages [--count 40] [--files 12] [--kills 20] [-j 4]
    python scripts/bench_fleet.py small [--count 500] [--files 10] [--loop 40] [-j 4]
    python scripts/bench_fleet.py alone [--count 500] [--files 10] [-j 4]

`packages` makes a repository of each package that is installed beside Stomper, and runs a fleet over all of them from a
list; a second one over the same repositories is killed at random moments and resumed. Both must come to the same trees,
each with one commit for a file, and leave no process, worktree, ref or temporary file.

`small` runs a fleet over checkouts of `--files` files each, where they are, and a shell loop of `stomper fix` over
`--loop` others that are the same. It prints seconds for each repository and the most memory of the fleet's own process.

`alone` runs such a fleet with a small program in the place of `stomper fix` (tests/fakes/fix.py): what is left is the
work of the fleet itself. It prints that for a tenth of the repositories first, so that memory can be compared.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

STOMPER = (sys.executable, "-P", "-m", "stomper")
GIT = ("git", "-c", "user.name=Sam", "-c", "user.email=sam@example.org", "-c", "init.defaultBranch=main")
FIX = "--no-mypy --no-cache --fixer ruff"
HERE = Path(__file__).resolve().parents[1]
ALONE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from stomper.fleet.folder import FleetFolder
from stomper.fleet.gather import Options, fleet_of_list
from stomper.fleet.session import Telling, begin
folder, many = Path(sys.argv[2]), Path(sys.argv[3])
options = Options(discovered=(many,), in_place=True, terms={"max_parallel_files": int(sys.argv[4])})
program = (sys.executable, "-IS", f"{sys.argv[1]}/tests/fakes/fix.py")
fleet = fleet_of_list("", folder, options)
sys.exit(begin(FleetFolder(folder / "state"), fleet, True, Telling(lambda _: None, lambda *_: None), program))
"""
SMALL = "import sys\nimport os\n\n\ndef number_{n}() -> int:\n    return len(sys.argv) + {n}\n"


@dataclass(frozen=True)
class Ended:
    """One command: its exit code, wall seconds, processor seconds of all it started, the most kilobytes of its own."""

    code: int
    wall: float
    cpu: float
    kilobytes: int


class Place:
    """A folder with a home of its own, in which fleets run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("STOMPER_", "GIT_"))}
        for name, folder in (("HOME", "home"), ("XDG_CACHE_HOME", "cache"), ("TMPDIR", "tmp")):
            (root / folder).mkdir()
            self.env[name] = str(root / folder)
        (root / "home" / ".gitconfig").write_text("[user]\n\tname = Sam\n\temail = sam@example.org\n")

    def start(self, folder: Path, *words: object) -> "subprocess.Popen[bytes]":
        argv = [*STOMPER, "fleet", *map(str, words)]
        log = (folder / "log.txt").open("ab")
        return subprocess.Popen(argv, cwd=folder, env=self.env, stdout=log, stderr=log, start_new_session=True)

    def run(self, folder: Path, *words: object) -> Ended:
        """Run a command of the fleet to its end, and look at its memory meanwhile."""
        return self._watch(lambda: self.start(folder, *words))

    def measure(self, argv: Sequence[str], folder: Path) -> Ended:
        """Do the same for any program."""
        return self._watch(lambda: subprocess.Popen(argv, cwd=folder, env=self.env))

    def _watch(self, begin: Callable[[], "subprocess.Popen[bytes]"]) -> Ended:
        before, began = os.times(), time.monotonic()
        child, most = begin(), 0
        while child.poll() is None:
            most = max(most, own_kilobytes(child.pid))
            time.sleep(0.2)
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return Ended(child.returncode, time.monotonic() - began, cpu, most)

    def left(self) -> list[str]:
        """Name what is left of processes, temporary files and worktrees."""
        mine = [p for p in psutil.process_iter() if environment_of(p).get("HOME") == self.env["HOME"]]
        places = [*(self.root / "tmp").iterdir(), *(self.root / "cache").glob("stomper/*")]
        return [*(" ".join(p.cmdline())[:120] for p in mine), *map(str, places)]


def environment_of(process: psutil.Process) -> dict[str, str]:
    try:
        return dict(process.environ())
    except (psutil.Error, OSError):
        return {}


def own_kilobytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM:")), 0)


def git(folder: Path, *words: str) -> str:
    return subprocess.run([*GIT, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def make_repository(folder: Path, fill: Callable[[Path], object]) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    fill(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def packages(count: int, files: int) -> Iterator[tuple[str, list[Path]]]:
    """Give installed packages by name, each with the first of its files."""
    library = Path(sysconfig.get_paths()["purelib"])
    for place in sorted(path for path in library.iterdir() if (path / "__init__.py").is_file()):
        found = sorted(place.rglob("*.py"))
        if len(found) >= 3 and count:
            count -= 1
            yield place.name, found[:files]


def copy_into(files: Sequence[Path], above: Path) -> Callable[[Path], object]:
    def fill(folder: Path) -> None:
        for file in files:
            copy = folder / file.relative_to(above)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)

    return fill


def trees_of(folder: Path, names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Give the tree and the number of commits of each clone."""
    clones = folder / "stomper-fleet" / "clones"
    return {
        name: (git(clones / name, "rev-parse", "HEAD^{tree}"), int(git(clones / name, "rev-list", "--count", "HEAD")))
        for name in names
        if (clones / name).is_dir()
    }


def refs_left(folder: Path) -> list[str]:
    found = []
    for clone in (folder / "stomper-fleet" / "clones").iterdir():
        refs = git(clone, "for-each-ref", "--format=%(refname)", "refs/stomper").split()
        trees = git(clone, "worktree", "list").splitlines()[1:]
        found += [f"{clone.name}: {what}" for what in (*refs, *trees)]
    return found


def measure_packages(place: Place, given: argparse.Namespace) -> bool:
    names = []
    for name, files in packages(given.count, given.files):
        make_repository(place.root / "origins" / name, copy_into(files, Path(sysconfig.get_paths()["purelib"])))
        names.append(name)
    listed = "".join(f"file://{place.root / 'origins' / name}\n" for name in names)
    words = ("run", "list.txt", "-j", given.jobs, "--fix-options", FIX, "--report", "report.json")
    whole, killed = place.root / "whole", place.root / "killed"
    for folder in (whole, killed):
        folder.mkdir()
        (folder / "list.txt").write_text(listed)
    first = place.run(whole, *words)
    report = json.loads((whole / "report.json").read_text())
    took = f"{first.wall:.0f} s wall, {first.cpu:.0f} s CPU"
    print(f"{len(names)} packages, -j {given.jobs}: exit code {first.code}, {took}")
    print(json.dumps(report["summary"]), flush=True)
    times = kill_and_resume(place, killed, words, given.kills, first.wall)
    print(f"killed {len(times)} times, after {', '.join(f'{t:.1f}' for t in times)} s")
    same = trees_of(whole, names) == trees_of(killed, names)
    problems = [*place.left(), *refs_left(whole), *refs_left(killed)]
    print(
        f"trees and numbers of commits: {'the same' if same else 'NOT the same'}; left behind: {problems or 'nothing'}"
    )
    return same and not problems


def kill_and_resume(place: Place, folder: Path, words: Sequence[object], kills: int, wall: float) -> list[float]:
    """Kill a fleet at random moments, so many times if it takes long enough, and let the last one come to its end."""
    rolled, times, now = random.Random(7), list[float](), [*words]
    for _ in range(kills):
        child = place.start(folder, *now)
        moment = 1.0 + rolled.random() * 1.6 * wall / kills
        try:
            child.wait(moment)
            break
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            times.append(moment)
        now = (
            ["resume", "--report", "report.json"] if (folder / "stomper-fleet" / "journal.jsonl").exists() else [*words]
        )
    else:
        place.run(folder, *now)
    return times


def measure_small(place: Place, given: argparse.Namespace) -> bool:
    def fill(folder: Path) -> None:
        for n in range(given.files):
            (folder / f"m{n}.py").write_text(SMALL.format(n=n))

    for number in range(given.count):
        make_repository(place.root / "many" / f"r{number:03}", fill)
    for number in range(given.loop):
        make_repository(place.root / "loop" / f"r{number:03}", fill)
    before, began = os.times(), time.monotonic()
    for number in range(given.loop):
        argv = [*STOMPER, "fix", "-q", "--untrusted", "-j", "1", *FIX.split()]
        subprocess.run(argv, cwd=place.root / "loop" / f"r{number:03}", env=place.env, check=True)
    wall, after = time.monotonic() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(
        f"shell loop: {wall / given.loop:.2f} s wall, {cpu / given.loop:.2f} s CPU a repository ({given.loop})",
        flush=True,
    )
    folder = place.root / "fleet"
    folder.mkdir()
    words = (
        "run",
        "--discover",
        "../many",
        "--in-place",
        "-j",
        given.jobs,
        "--fix-options",
        FIX,
        "--report",
        "report.json",
    )
    fleet = place.run(folder, *words)
    done = json.loads((folder / "report.json").read_text())["summary"]["repositories_fixed"]
    each, processor = fleet.wall / given.count, fleet.cpu / given.count
    print(f"fleet -j {given.jobs}: {fleet.wall:.0f} s wall, {each:.2f} s wall, {processor:.2f} s CPU a repository")
    print(f"most memory of its own process: {fleet.kilobytes / 1024:.0f} MB; {done} of {given.count} fixed")
    return bool(done == given.count)


def measure_alone(place: Place, given: argparse.Namespace) -> bool:
    """A program that does nothing stands in for `fix`: it takes `python -IS -c pass` and one commit."""

    def fill(folder: Path) -> None:
        for n in range(given.files):
            (folder / f"m{n}.py").write_text(SMALL.format(n=n))
        (folder / "behave.json").write_text('{"fixed": 1}')

    (place.root / "log").mkdir()
    place.env["FAKE_FIX_LOG"] = str(place.root / "log")
    for count in (given.count // 10, given.count):
        many = place.root / f"many-{count}"
        for number in range(count):
            make_repository(many / f"r{number:03}", fill)
        folder = place.root / f"fleet-{count}"
        folder.mkdir()
        words = [str(HERE), str(folder), str(many), str(given.jobs)]
        fleet = place.measure([sys.executable, "-c", ALONE, *words], folder)
        each = f"{fleet.wall / count:.3f} s wall, {fleet.cpu / count:.3f} s CPU a repository"
        print(
            f"{count} repositories: {fleet.wall:.0f} s, {each}; most memory {fleet.kilobytes / 1024:.1f} MB", flush=True
        )
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["packages", "small", "alone"])
    parser.add_argument("--count", type=int)
    parser.add_argument("--files", type=int)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--loop", type=int, default=40)
    parser.add_argument("-j", "--jobs", type=int, default=4)
    parser.add_argument("--within", type=Path, help="work below this folder")
    given = parser.parse_args()
    given.count = given.count or (40 if given.what == "packages" else 500)
    given.files = given.files or (12 if given.what == "packages" else 10)
    with tempfile.TemporaryDirectory(prefix="bench-fleet-", dir=given.within) as root:
        place = Place(Path(root))
        ways = {"packages": measure_packages, "small": measure_small, "alone": measure_alone}
        good = ways[given.what](place, given)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
