"""Repositories that forges list: all pages, archived ones and forks left out, asked for once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.fleet.forge_lists import ARCHIVED, FORK
from stomper.fleet.gather import Options, fleet_of_file, fleet_of_list
from stomper.fleet.session import Telling, begin, go_on
from stomper.forges.hosts import host_of, known_hosts
from stomper.forges.listing import list_repositories
from stomper.forges.model import ForgeError, Host
from stomper.forges.source import Source, source_in
from tests.fakes.forge.server import Forge, Kind, forge
from tests.fakes.forge.state import TOKEN, Repo
from tests.kit.cli import Stomper
from tests.kit.fleets import FAKE, MakeRepo
from tests.kit.forges import VARIABLE, on_forge

pytestmark = pytest.mark.matrix(every=6)  # of the forges, some run each

KINDS: tuple[Kind, ...] = ("github", "gitea", "gitlab", "bitbucket")
SILENT = Telling(lambda _: None, lambda *_: None)


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with forge(request.param, tmp_path) as made:
        yield made


def host(there: Forge) -> Host:
    return host_of(there.host, there.kind, token_variable=VARIABLE)


def listed(there: Forge, words: str) -> list[str]:
    known = host(there)
    found = list_repositories(source_in(f"{known.name}:{words}", {known.name: known}), lambda: False, lambda _: None)
    return [one.address.rpartition("/")[2].removesuffix(".git") for one in found]


def have(there: Forge, *paths: str, **facts: object) -> None:
    """Have repositories that are only listed."""
    for path in paths:
        there.state.repos[path] = Repo(path, there.state.folder, **facts)  # type: ignore[arg-type]


def test_all_pages_are_followed(there: Forge) -> None:
    names = [f"r{number:03}" for number in range(120)]
    have(there, *(f"team/{name}" for name in names), "other/one")
    assert listed(there, "org/team") == names
    assert len(there.state.asked) == 3
    assert listed(there, "user/other") == ["one"]


def test_topics_and_searches(there: Forge) -> None:
    have(there, "team/plain", "team/tool-one")
    have(there, "team/tool-two", topics=("python",))
    if there.kind == "bitbucket":
        assert listed(there, "search/team/tool") == ["tool-one", "tool-two"]
        with pytest.raises(UsageError, match="has no topics"):
            listed(there, "topic/python")
        return
    assert listed(there, "search/tool") == ["tool-one", "tool-two"]
    assert listed(there, "topic/python") == ["tool-two"]


def test_what_is_not_there_is_said(there: Forge) -> None:
    if there.kind in ("github", "gitea", "gitlab"):
        assert listed(there, "org/nobody") == []
    there.state.token = "another-one"
    with pytest.raises(ForgeError, match="does not take the token"):
        listed(there, "org/team")


@pytest.mark.parametrize("kind", KINDS)
def test_archived_and_forked_ones_are_skipped_unless_wanted_and_a_fleet_asks_once(
    kind: Kind, tmp_path: Path, make_repo: MakeRepo, stomper: Stomper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    monkeypatch.setenv("FAKE_FIX_LOG", str(tmp_path / "fleet" / "log"))
    with on_forge(kind, tmp_path, make_repo, stomper) as on:
        on.add("good", "left-alone")
        have(on.forge, "team/old", archived=kind != "bitbucket", fork=kind == "bitbucket")
        have(on.forge, "team/copy", fork=True)
        address = f"{on.forge.host}:org/team"
        known = f'[[forge]]\nhost = "{on.forge.host}"\nkind = "{kind}"\ntoken_variable = "{VARIABLE}"\n'
        file = on.place / "fleet.toml"
        file.write_text(f'skip = ["left-*"]\n{known}[[source]]\nfrom = "{address}"\noptions = ["--no-mypy"]\n')
        fleet = fleet_of_file(file, Options())
        old = FORK if kind == "bitbucket" else ARCHIVED
        skipped = {entry.name: entry.skipped for entry in fleet.entries}
        assert skipped == {"good": "", "left-alone": "skip has left-*", "old": old, "copy": FORK}
        assert {entry.options for entry in fleet.entries} == {("--no-mypy",)}
        both = fleet_of_file(file, Options(archived=True, forks=True))
        assert [entry.name for entry in both.entries if not entry.skipped] == ["good", "old", "copy"]
        asked = len(on.forge.state.asked)
        begin(on.folder, fleet, True, SILENT, FAKE)
        with pytest.raises(UsageError, match="no repository is left"):
            go_on(on.folder, (), lambda one: one, SILENT, FAKE)
        assert len(on.forge.state.asked) == asked, "the list is in the fleet's folder"
        found = on.run("plan", "--format", "json", *("--from", address), "--skip", "left-*")
        rows = {row["name"]: row for row in json.loads(found.out)["repositories"]}
        assert (rows["good"]["branch"], rows["copy"]["skipped"]) == ("main", FORK)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("github:org/team", "github.com:org/team"),
        ("gitlab:group/team/inner", "gitlab.com:org/team/inner"),
        ("codeberg:user/ann", "codeberg.org:user/ann"),
        ("bitbucket:workspace/team", "bitbucket.org:org/team"),
        ("git.example.org:8443:topic/python", "git.example.org:8443:topic/python"),
        ("github:search/language:python stars:>9", "github.com:search/language:python stars:>9"),
    ],
)
def test_a_list_has_one_spelling(text: str, shown: str) -> None:
    known = known_hosts([host_of("git.example.org:8443", "gitea")])
    assert str(source_in(text, known)) == shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("github:team", "names no list"),
        ("org/team", "names no list"),
        ("github:org/a b", "is no name"),
        ("git.elsewhere.org:org/team", "no forge is known at git.elsewhere.org"),
        ("bitbucket:topic/x", "has no topics"),
        ("bitbucket:search/x", "has no topics"),
    ],
)
def test_what_is_no_list_is_said(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        source_in(text, known_hosts([]))


def test_a_list_that_leads_elsewhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with forge("gitea", tmp_path) as there:
        have(there, "team/tool")
        known = host(there)
        other = Host("git.example.org", "gitea", known.api, VARIABLE)
        with pytest.raises(ForgeError, match="which is not on it"):
            list_repositories(Source(other, "org", "team"), lambda: False, lambda _: None)


def test_a_wrong_key_of_a_list_is_named(tmp_path: Path) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text('[[source]]\nfrom = "github:org/x"\narchive = true\n')
    with pytest.raises(Exception, match='source 1: unknown key "archive"'):
        fleet_of_file(file, Options())
    with pytest.raises(UsageError, match="has no repository"):
        fleet_of_list("", tmp_path, Options())
