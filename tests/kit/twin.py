"""A small repository in which careless programs go wrong, and what a run makes of it where nothing is in the way."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.kit.cli import Result, Stomper
from tests.kit.repo import GitRepo
from tests.kit.samples import PYPROJECT

# In each a line that is changed and not only taken out, with bytes that git's conveniences would change too.
SAMPLE = {
    "app/café.py": b'import os\r\nimport sys\r\n\r\nA = f"a" + sys.argv[0]  # blanks  \r\n\r\n\r\n\r\n',
    "b.py": b'import sys\nimport os\n\nB = f"b" + sys.argv[0]  # no end of line \t',
    ".gitattributes": b"b.py text\n",
    "data.txt": b"one\r\ntwo  \nthree",
}
FIXED = {
    "app/café.py": b'import sys\r\n\r\nA = "a" + sys.argv[0]  # blanks  \r\n\r\n\r\n\r\n',
    "b.py": b'import sys\n\nB = "b" + sys.argv[0]  # no end of line \t',
}
RUN = ("fix", "-j", "2")


def sample_repo(repo: GitRepo, *, pyproject: str = "") -> GitRepo:
    """Commit the sample; `pyproject` is added to that file. Two commits, so that a clone can be shallow."""
    repo.config("core.autocrlf", "false")
    repo.write("pyproject.toml", PYPROJECT + pyproject)
    repo.commit("begin")
    for path, content in SAMPLE.items():
        repo.write(path, content)
    repo.commit("sample")
    repo.git("config", "--unset", "core.autocrlf")
    return repo


@dataclass(frozen=True)
class Twin:
    """The commits, as (subject, tree id), of a plain run on the sample."""

    log: list[tuple[str, str]]

    def check(self, repo: GitRepo, result: Result, branch: str = "HEAD") -> None:
        """Fail unless the run made the same of its sample, and the checkout is clean at it."""
        result.check(0)
        log = plain_log(repo, branch)
        assert len(log) > len(FIXED)
        assert log == self.log[-len(log) :]
        assert repo.status() == []
        assert all(repo.content(path, branch) == content for path, content in FIXED.items())


def plain_log(repo: GitRepo, branch: str = "HEAD") -> list[tuple[str, str]]:
    """(subject, tree id) of every commit, the oldest first, whatever the user's configuration says of `git log`."""
    options = ["-c", "i18n.logOutputEncoding=UTF-8", "-c", "log.showSignature=false", "-c", "color.ui=false"]
    output = repo.git(*options, "log", "--no-decorate", "--reverse", "--format=%s%x00%T", branch)
    return [(subject, tree) for subject, _, tree in (line.partition("\0") for line in output.splitlines())]


_known: list[Twin] = []


def plain_twin(make_repo: Callable[[str], GitRepo], stomper: Stomper) -> Twin:
    """What a run makes of the sample in plain surroundings; found out once for each test process."""
    if not _known:
        repo = sample_repo(make_repo("twin"))
        stomper.run(repo, *RUN).check(0)
        assert all(repo.read(path) == content for path, content in {**SAMPLE, **FIXED}.items())
        assert repo.status() == []
        _known.append(Twin(plain_log(repo)))
    return _known[0]
