"""Fixtures for every test. Each runs in its own hermetic environment and is checked for leaks afterwards."""

import signal
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper import process
from stomper.process.containment import adopting
from stomper.process.guardian import start_tracker
from tests.kit.cli import ROOT, SOURCE, Stomper
from tests.kit.hermetic import WITH_PLUGINS, Hermetic, entered, make_hermetic
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.twin import Twin, plain_twin
from tests.kit.warm import Warm, make_warm

BUILT = {"binary": "dist/stomper", "folder": "dist/stomper-folder"}
EVERY = 16  # which case of a matrix runs without `--whole`
OF_MANY = 6  # of the cases of a test that starts programs one runs, and of more than six one in six
STARTING = ("tests/e2e/", "tests/hostile/", "tests/stage/")
# Mark -> where tests without it do without what it stands for, and the variable that has it so.
SPARED = {
    "cache": ((*STARTING, "tests/clients/"), "STOMPER_CACHE_ENABLED", "false"),
    "crew": (("tests/e2e/",), "STOMPER_MAX_PARALLEL_FILES", "1"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    built = ROOT / "dist" / "stomper"
    default = str(built) if built.is_file() else None
    in_folder = ROOT / "dist" / "stomper-folder" / "stomper"
    parser.addoption("--whole", action="store_true", help="every case of every matrix, and what is marked `thorough`")
    parser.addoption("--binary", metavar="PATH", default=default, help="the built program, for tests marked `binary`")
    parser.addoption(
        "--folder",
        metavar="PATH",
        default=str(in_folder) if in_folder.is_file() else None,
        help="the program of the folder build, for tests marked `folder`",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--whole"):
        config.hook.pytest_deselected(items=thin_out(items))
    for kind, place in BUILT.items():
        if not config.getoption(f"--{kind}"):
            for item in items:
                if item.get_closest_marker(kind):
                    item.add_marker(pytest.mark.skip(reason=f"there is no {place} and no --{kind}"))


def thin_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Take out what is for `--whole` only: the thorough, and all but one case of a matrix or of what starts programs.

    A matrix may say `every` how many cases one is run. Then each function begins with another case, so that all cases
    are run by some function. So it is for the many cases of tests that take long.
    """
    functions = [item.nodeid.partition("[")[0] for item in items]
    counts, cases = Counter(functions), Counter[str]()
    left_out = []
    for item, function in zip(items, functions, strict=True):
        if item.get_closest_marker("thorough") or _is_left_out(item, function, counts[function], cases[function]):
            left_out.append(item)
        cases[function] += 1
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]
    return left_out


def _is_left_out(item: pytest.Item, function: str, count: int, case: int) -> bool:
    matrix = item.get_closest_marker("matrix")
    every = matrix.kwargs.get("every") if matrix else OF_MANY
    if every is None:
        return bool(case % EVERY)
    if matrix is None:
        if not function.startswith(STARTING):
            return False
        every = min(every, count)
    return bool((case + zlib.crc32(function.encode())) % every)


@pytest.fixture(scope="session", autouse=True)
def subreaper() -> None:
    """Adopt orphans from here on: children that come before the first program count as strangers for ever."""
    # Where the tests were started in the background, an ignored ^C would be inherited by all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process.run(["true"], cwd=Path("/"))
    start_tracker()  # as a run does: one that a test's pool starts would pass for an orphan of another test


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm | None]:
    """The process that Stomper's commands are forks of, for the length of the session."""
    with adopting():  # no test has started it
        made = make_warm(make_hermetic(tmp_path_factory.mktemp("warm")))
    yield made
    if made:
        made.close()


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hermetic]:
    """The test's own HOME, XDG folders, TMPDIR and git configuration, in this process and its children."""
    made = make_hermetic(tmp_path_factory.mktemp("h"))
    with entered(made):
        yield made


@pytest.fixture(autouse=True)
def leaks(hermetic: Hermetic) -> Iterator[Leaks]:
    """Fails the test for whatever it leaves behind that was not announced by `expect` or `allow`."""
    found = Leaks(hermetic)
    yield found
    found.check()


@pytest.fixture(autouse=True)
def level(request: pytest.FixtureRequest, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let guesses land that nothing proves, in a test that is marked so."""
    if request.node.get_closest_marker("unproved"):
        monkeypatch.setenv("STOMPER_PROOF", "none")


@pytest.fixture(autouse=True)
def spared(request: pytest.FixtureRequest, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare what takes half the time of a small run, unless a test is marked so: outcomes kept for later runs, a crew.

    The first are kept under a digest of all packages of the environment; of the second each is a new process of
    Python. With --whole nothing is spared.
    """
    if request.config.getoption("--whole"):
        return
    for mark, (folders, name, value) in SPARED.items():
        if request.node.nodeid.startswith(folders) and not request.node.get_closest_marker(mark):
            monkeypatch.setenv(name, value)


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every pytest that is started load the plugins that are installed here."""
    for name, value in WITH_PLUGINS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def make_repo(tmp_path: Path, leaks: Leaks) -> Callable[[str], GitRepo]:
    """Makes an empty repository below the test's tmp_path, by name, and has it checked for leaks."""
    return lambda name: leaks.watch(GitRepo(tmp_path / name))


@pytest.fixture
def repo(make_repo: Callable[[str], GitRepo]) -> GitRepo:
    """An empty repository, without a commit."""
    return make_repo("repo")


@pytest.fixture
def stomper(request: pytest.FixtureRequest, hermetic: Hermetic) -> Stomper:
    """Runs `python -m stomper`, or a built program in a test marked `binary` or `folder`, as a real process."""
    for kind in BUILT:
        if request.node.get_closest_marker(kind) and (built := request.config.getoption(f"--{kind}")):
            return Stomper(hermetic, (str(Path(built).resolve()),))
    if request.node.get_closest_marker("cold") or request.config.getoption("--whole"):
        return Stomper(hermetic, SOURCE)
    return Stomper(hermetic, SOURCE, request.getfixturevalue("warm"))


@pytest.fixture
def twin(make_repo: Callable[[str], GitRepo], stomper: Stomper) -> Twin:
    """What a run makes of the sample of `tests.kit.twin` where nothing is in its way."""
    return plain_twin(make_repo, stomper)
