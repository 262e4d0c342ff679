"""Show that a cluster makes of fleets and of large repositories what this machine makes of them.

    python scripts/bench_cluster.py packages [--count 12] [--files 3] [-j 2]
    python scripts/bench_cluster.py files [--count 200] [-j 4]

Each starts a scheduler of Dask and two workers with one thread each, as processes on loopback.

`packages` makes a repository of each package that is installed beside Stomper, and runs a fleet over all of them from a
list, on the cluster and without it; one worker is killed in the middle, and the trees must be the same.

`files` fixes a repository of so many files on the cluster and without it; trees and the subjects of the commits must be
the same.
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bench_fleet import FIX, STOMPER, Place, copy_into, git, make_repository, packages, trees_of

SOURCE = "import os\nimport sys\n\n\ndef number_{n}() -> list[str]:\n    return sys.argv[{n} :]\n"


@dataclass
class Dask:
    """A scheduler and its workers."""

    place: Place
    programs: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.place.root / "scheduler.json"

    def start(self) -> None:
        self._begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file))
        while not self.file.is_file():
            time.sleep(0.2)
        for _ in range(2):
            self._begin("worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny")

    def _begin(self, kind: str, *words: str) -> None:
        env = {**self.place.env, "DASK_TEMPORARY_DIRECTORY": str(self.place.root / "scratch")}
        argv = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words, "--dashboard-address", "127.0.0.1:0"]
        log = (self.place.root / f"{len(self.programs)}.log").open("wb")
        self.programs.append(subprocess.Popen(argv, env=env, stdout=log, stderr=log, cwd=self.place.root))

    def end(self) -> None:
        for program in reversed(self.programs):
            program.terminate()
            try:
                program.wait(30)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


@contextlib.contextmanager
def dask(place: Place) -> Iterator[Dask]:
    made = Dask(place)
    try:
        made.start()
        yield made
    finally:
        made.end()


def measure_packages(place: Place, given: argparse.Namespace) -> bool:
    names = []
    for name, files in packages(given.count, given.files):
        make_repository(place.root / "origins" / name, copy_into(files, Path(sysconfig.get_paths()["purelib"])))
        names.append(name)
    here, there = place.root / "here", place.root / "there"
    words = ("run", "list.txt", "-j", given.jobs, "--fix-options", FIX, "--report", "report.json")
    for folder in (here, there):
        folder.mkdir()
        (folder / "list.txt").write_text("".join(f"file://{place.root / 'origins' / name}\n" for name in names))
    with dask(place) as cluster:
        killer = threading.Thread(target=kill_in_the_middle, args=(cluster, there, len(names)))
        killer.start()
        elsewhere = place.run(there, *words, "--cluster", cluster.file)
        killer.join()
    local = place.run(here, *words)
    print(f"{len(names)} packages, -j {given.jobs}, two workers, one killed in the middle")
    for what, ended, folder in (("cluster", elsewhere, there), ("local", local, here)):
        states = [row["status"] for row in json.loads((folder / "report.json").read_text())["repositories"]]
        counts = {state: states.count(state) for state in sorted(set(states))}
        print(f"{what}: exit code {ended.code}, {ended.wall:.0f} s; {counts}")
    same = trees_of(here, names) == trees_of(there, names)
    left = [*place.left(), *map(str, (place.root / "cache" / "stomper-cluster" / "work").iterdir())]
    print(f"trees and numbers of commits: {'the same' if same else 'NOT the same'}; left behind: {left or 'nothing'}")
    return same and not left


def kill_in_the_middle(cluster: Dask, folder: Path, count: int) -> None:
    """Kill a worker once a third of the repositories is done."""
    journal = folder / "stomper-fleet" / "journal.jsonl"
    while not (journal.is_file() and journal.read_text().count('"finished"') >= count // 3):
        time.sleep(0.1)
    cluster.programs[1].kill()


def measure_files(place: Place, given: argparse.Namespace) -> bool:
    def fill(folder: Path) -> None:
        for n in range(given.count):
            (folder / f"m{n:03}.py").write_text(SOURCE.format(n=n))

    first = make_repository(place.root / "a" / "large", fill)
    second = place.root / "b" / "large"
    shutil.copytree(first, second)
    words = [*STOMPER, "fix", "-q", "--untrusted", "-j", str(given.jobs), *FIX.split()]
    with dask(place) as cluster:
        time.sleep(5)
        elsewhere = place.measure([*words, "--cluster", str(cluster.file)], first)
    local = place.measure(words, second)
    print(f"{given.count} files, -j {given.jobs}, two workers: exit code {elsewhere.code}, {elsewhere.wall:.0f} s")
    print(f"without them: exit code {local.code}, {local.wall:.0f} s")
    mine = [(git(top, "rev-parse", "HEAD^{tree}"), git(top, "log", "--format=%T %s")) for top in (first, second)]
    same = mine[0] == mine[1]
    print(f"trees and subjects of {mine[0][1].count(chr(10))} commits: {'the same' if same else 'NOT the same'}")
    print(f"left behind: {place.left() or 'nothing'}")
    return same and not place.left()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("packages", "files"))
    parser.add_argument("--count", type=int)
    parser.add_argument("--files", type=int, default=3)
    parser.add_argument("-j", "--jobs", type=int)
    given = parser.parse_args()
    usual = {"packages": (12, 2, measure_packages), "files": (200, 4, measure_files)}
    count, jobs, measure = usual[given.what]
    given.count, given.jobs = given.count or count, given.jobs or jobs
    with tempfile.TemporaryDirectory(prefix="bench-cluster-") as folder:
        return 0 if measure(Place(Path(folder)), given) else 1


if __name__ == "__main__":
    sys.exit(main())
