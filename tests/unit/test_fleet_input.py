"""The repositories of a fleet: their addresses, names, lists, and fleet.toml."""

from pathlib import Path

import pytest

from stomper.errors import StomperError, UsageError
from stomper.fleet.addresses import is_address, names_for, secrets_of, shown_source, source_of
from stomper.fleet.choose import choose
from stomper.fleet.gather import Options, fleet_of_file, fleet_of_list
from stomper.fleet.lists import discover, listed_sources
from stomper.fleet.model import Entry
from stomper.fleet.write_file import to_fleet_file

URL = "https://example.org/team/tool.git"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (URL, True),
        ("git@example.org:team/tool", True),
        ("file:///srv/tool", True),
        ("tool", False),
        ("./a:b", False),
        ("/srv/tool.git", False),
    ],
)
def test_what_is_an_address(text: str, address: bool) -> None:
    assert is_address(text) == address
    assert source_of(text, Path("/here")) == (text if address else str(Path("/here", text)))


@pytest.mark.parametrize("text", ["--upload-pack=sh", "ext::sh -c x", "a\0b"])
def test_what_is_no_source(text: str) -> None:
    with pytest.raises(UsageError, match="neither an address of git nor a path"):
        source_of(text, Path("/here"))


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        ([URL, "/srv/other.git/"], ["tool", "other"]),
        ([URL, "git@example.org:me/Tool"], ["team-tool", "me-Tool"]),
        (["/a/x", "/b/a/x"], ["a-x", "a-x-2"]),
        (["https://example.org/%20/.git?x=1", "/"], ["20", "repository"]),
    ],
)
def test_each_repository_has_a_name_of_its_own(sources: list[str], names: list[str]) -> None:
    assert names_for(sources) == names


def test_a_password_is_not_shown() -> None:
    address = "https://me:hunter%2322@example.org/x"
    assert shown_source(address) == "https://example.org/x"
    assert secrets_of(address) == ["hunter%2322", "hunter#22", "me", "me"]
    assert secrets_of("ssh://git@example.org/a-long-folder-name") == secrets_of("/a/b@c:d") == []


def test_a_list_has_comments_and_counts_no_line_twice() -> None:
    text = f"# tools\n\n  {URL}\n{URL}\nhere\n"
    assert listed_sources(text, Path("/srv")) == [URL, "/srv/here"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Checkouts and a bare repository, as far as they are told by what lies there."""
    for name in ("b", "group/a", ".hidden", "node_modules/x", "state/clones/y", "b/vendored"):
        (tmp_path / name / ".git").mkdir(parents=True)
    for name in ("objects", "refs"):
        (tmp_path / "c.git" / name).mkdir(parents=True)
    (tmp_path / "c.git" / "HEAD").touch()
    return tmp_path


def test_repositories_are_found_below_a_folder(folder: Path) -> None:
    found = discover(folder, [folder / "state"])
    assert [str(Path(path).relative_to(folder)) for path in found] == ["b", "c.git", "group/a"]
    with pytest.raises(UsageError, match="no repository was found"):
        discover(folder / "c.git" / "refs")


def test_a_named_checkout_is_worked_on_in_place_and_a_found_one_is_not(folder: Path) -> None:
    listed = fleet_of_list(f"b\n{URL}\nc.git\n", folder, Options(discovered=(folder / "group",)))
    assert [(entry.name, entry.in_place) for entry in listed.entries] == [
        ("b", True),
        ("tool", False),
        ("c", False),
        ("a", False),
    ]
    for wanted in (True, False):
        asked = fleet_of_list(f"b\n{URL}\n", folder, Options(discovered=(folder / "group",), in_place=wanted))
        assert [entry.in_place for entry in asked.entries] == [wanted, False, wanted]


FLEET = f"""\
max_parallel_files = 8
max_cost = 2.5
options = ["--fixer ruff"]
skip = ["old-*"]
[config]
checkers = ["ruff"]
[config.workflow]
rounds = 2
[[repository]]
url = "{URL}"
branch = "next"
options = ["--trailer 'Refs: x y'"]
[repository.config.workflow]
rounds = 1
[[repository]]
path = "b"
set_up = ["make ready"]
[[repository]]
path = "group/a"
name = "old-a"
in_place = false
"""


def test_a_file_says_what_holds_for_all_and_for_each(folder: Path) -> None:
    (folder / "fleet.toml").write_text(FLEET)
    fleet = fleet_of_file(folder / "fleet.toml", Options(options=("--no-cache",), terms={"max_cost": 1.0}))
    assert (fleet.terms.max_parallel_files, fleet.terms.max_cost) == (8, 1.0)
    tool, b, old = fleet.entries
    assert tool == Entry(
        name="tool",
        source=URL,
        branch="next",
        options=("--fixer", "ruff", "--trailer", "Refs: x y", "--no-cache"),
        config={"checkers": ["ruff"], "workflow": {"rounds": 1}},
    )
    assert (b.in_place, b.set_up, b.config["workflow"], old.in_place) == (True, ("make ready",), {"rounds": 2}, False)
    assert (old.name, old.skipped) == ("old-a", "skip has old-*")


@pytest.mark.parametrize(
    ("wanted", "set_up", "options"),
    [
        (None, ("auto",), ("--fixer", "ruff")),
        (True, ("auto",), ("--fixer", "ruff")),
        (False, (), ("--no-setup", "--fixer", "ruff")),
    ],
)
def test_an_option_says_what_is_set_up(
    folder: Path, wanted: bool | None, set_up: tuple[str, ...], options: tuple[str, ...]
) -> None:
    text = f'set_up = "auto"\noptions = ["--fixer ruff"]\n[[repository]]\nurl = "{URL}"\n'
    (folder / "fleet.toml").write_text(text)
    (entry,) = fleet_of_file(folder / "fleet.toml", Options(set_up=wanted)).entries
    assert (entry.set_up, entry.options) == (set_up, options)


def test_a_fleet_that_is_written_is_the_same_when_it_is_read(folder: Path) -> None:
    (folder / "fleet.toml").write_text(FLEET)
    first = fleet_of_file(folder / "fleet.toml", Options())
    (folder / "again.toml").write_text(to_fleet_file(first))
    again = fleet_of_file(folder / "again.toml", Options())
    assert (again.terms, again.entries) == (first.terms, tuple(e for e in first.entries if not e.skipped))


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("max_parallel = 3", 'unknown key "max_parallel"', "Did you mean 'max_parallel_files'?"),
        ("[[repository]]\nurl = 'https://a/b'\nbranhc = 'x'", 'repository 1: unknown key "branhc"', "'branch'"),
        ("[[repository]]\nname = 'x'", "repository 1: expected either url or path", ""),
        ("[[repository]]\nurl = 'x'", 'url: found the string "x"', "path"),
        ("[[repository]]\nurl = 'https://a/b'\nin_place = true", "in_place is for a path", ""),
        ("[[repository]]\npath = 'x'\nname = '../x'", "repository 1: name: can have letters", ""),
        ("[[repository]]\npath = 'x'\nbranch = '-x'", "branch: is no name of a branch", ""),
        ("[[repository]]\npath = 'x'\n[[repository]]\npath = './x'", "is there twice", "Keep one"),
        ("[[repository]]\npath = 'x'\n[[repository]]\npath = 'y'\nname = 'X'", "two repositories are called", ""),
        ('options = ["--fixer \'ruff"]', "options: No closing quotation", ""),
        ("[config]\nfixerz = ['ruff']", '[config]: unknown key "fixerz"', "fixer"),
        ("depth = 0", "depth: expected", ""),
        ("max_cost = 'x'", "max_cost: expected a number", ""),
        ("x = [", "not valid TOML at line 1", ""),
        ("", "the fleet has no repository", "--discover"),
        ("skip = ['x']\n[[repository]]\npath = 'x'", "no repository of the fleet is chosen", "x"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(text: str, said: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text(text)
    with pytest.raises(StomperError) as caught:
        fleet_of_file(tmp_path / "fleet.toml", Options())
    assert said in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 2


def test_only_and_skip_choose_by_name_or_address() -> None:
    entries = [Entry("a", URL), Entry("b", "/srv/b"), Entry("c", "/srv/c")]
    chosen = choose(entries, ["/srv/*", "a"], ["c"])
    assert [entry.skipped for entry in chosen] == ["", "", "skip has c"]
    assert choose(entries, ["a"], [])[1].skipped == "not chosen by only"
