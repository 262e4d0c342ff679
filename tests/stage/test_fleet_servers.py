"""Repositories elsewhere, from real servers: what each kind of trouble comes to, and what is fetched."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from stomper.errors import GitError
from stomper.fleet.model import Entry
from stomper.git.far import look_at, read_remote, reason_in
from tests.kit.fleets import FakeFleet, MakeRepo, behaving
from tests.kit.git_servers import free_port, git_daemon, http_server
from tests.kit.repo import GitRepo


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeFleet:
    place = tmp_path / "fleet"
    (place / "log").mkdir(parents=True)
    monkeypatch.setenv("FAKE_FIX_LOG", str(place / "log"))
    return FakeFleet(place)


def test_each_trouble_is_one_line_and_the_others_are_done(
    fleet: FakeFleet, make_repo: MakeRepo, tmp_path: Path
) -> None:
    behaving(make_repo, "good", fixed=1)
    make_repo("empty")
    lost = behaving(make_repo, "lost")
    lost.git("branch", "-m", "main", "elsewhere")
    lost.git("symbolic-ref", "HEAD", "refs/heads/gone")
    moved = behaving(make_repo, "moved", left=1)
    moved.git("checkout", "-q", "-b", "trunk")
    moved.commit_file("behave.json", json.dumps({"fixed": 2}))
    odd = behaving(make_repo, "odd", fixed=1)
    odd.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    odd.write("big.bin", "version https://git-lfs.github.com/spec/v1\n")
    odd.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = https://example.org/x\n')
    odd.commit()
    closed = free_port()
    with http_server(tmp_path) as http, git_daemon(tmp_path) as daemon:
        sources = [
            *(f"{http}/{name}/.git" for name in ("good", "empty", "lost", "moved", "odd", "nowhere")),
            f"{http}/private/secret",
            f"http://127.0.0.1:{closed}/closed",
            f"git://127.0.0.1:{closed}/shut",
            f"{daemon}/good/.git",
            "/nowhere/at-all",
        ]
        names = ["good", "empty", "lost", "moved", "odd", "nowhere", "secret", "closed", "shut", "by-daemon", "at-all"]
        entries = [Entry(name, source) for name, source in zip(names, sources, strict=True)]
        entries.append(Entry("no-branch", f"{http}/good/.git", branch="next"))
        done = fleet.run_entries(entries)
    assert done.code == 1
    good = {"good", "moved", "odd", "by-daemon"}
    assert done.states == {entry.name: "fixed" if entry.name in good else "failed" for entry in entries}
    reasons = {row["name"]: row.get("reason", "") for row in done.report["repositories"]}
    assert all("\n" not in reason for reason in reasons.values())
    assert {name: word for name, word in WORDS.items() if word not in reasons[name]} == {}, reasons
    assert done.of("moved")["branch"] == "main"  # the fake's word; the clone is on the other one
    assert GitRepo(Path(done.of("moved")["folder"])).branch == "refs/heads/trunk"
    assert done.of("odd")["notes"] == [
        "it has submodules, which are not fetched",
        "files of Git LFS are left as pointers",
    ]


WORDS = {
    "empty": "it is empty",
    "lost": "it has no default branch: name one by branch; there are: elsewhere",
    "nowhere": "not found",
    "secret": "terminal prompts disabled",
    "closed": "Failed to connect",
    "shut": "Connection refused",
    "at-all": "there is no repository at",
    "no-branch": "there is no branch next; there are: main",
}


def test_one_that_says_nothing_is_ended(tmp_path: Path) -> None:
    with http_server(tmp_path) as http, pytest.raises(GitError, match="printed nothing for too long"):
        look_at(f"{http}/silent/x", quiet=0.3)


def test_a_mirror_is_used_again_and_brings_what_is_new_only(
    fleet: FakeFleet, make_repo: MakeRepo, tmp_path: Path
) -> None:
    origin = behaving(make_repo, "origin", fixed=1)
    for number in range(3):
        origin.commit_file("more.txt", f"{number}\n")
    with http_server(tmp_path) as http:
        ways: dict[str, dict[str, Any]] = {"whole": {}, "shallow": {"depth": 1}, "partial": {"partial": True}}
        counts = {}
        for name, terms in ways.items():
            done = fleet.run_entries([Entry(name, f"{http}/origin/.git")], **terms)
            assert done.states == {name: "fixed"}
            clone = GitRepo(Path(done.of(name)["folder"]))
            counts[name] = int(clone.git("rev-list", "--count", "origin/main"))
            assert clone.read("more.txt") == b"2\n"
            assert clone.git("config", "remote.origin.url") == f"{http}/origin/.git"
    assert counts == {"whole": 4, "shallow": 1, "partial": 4}
    again = fleet.run_entries([Entry("whole", f"{http}/origin/.git")])  # the server is gone
    assert again.states == {"whole": "failed"}


def test_a_default_branch_that_has_moved_is_followed(fleet: FakeFleet, make_repo: MakeRepo) -> None:
    origin = behaving(make_repo, "origin", fixed=1)
    entry = Entry("one", f"file://{origin.path}")
    first = fleet.run_entries([entry])
    clone = GitRepo(Path(first.of("one")["folder"]))
    made = clone.head
    origin.git("checkout", "-q", "-b", "trunk")
    origin.commit_file("behave.json", json.dumps({"left": 1}))
    assert fleet.run_entries([entry]).states == {"one": "unchanged"}
    assert (clone.branch, clone.head, clone.rev("main")) == ("refs/heads/trunk", origin.head, made)


@pytest.mark.parametrize(
    ("lines", "default"),
    [
        (["ref: refs/heads/x\tHEAD", "1\tHEAD", "2\trefs/heads/main", "1\trefs/heads/x"], "x"),
        (["1\tHEAD", "1\trefs/heads/a", "1\trefs/heads/main"], "main"),
        (["1\tHEAD", "2\trefs/heads/main"], ""),
        (["2\trefs/heads/main"], ""),
        ([], ""),
    ],
)
def test_the_default_branch_is_the_one_that_head_names(lines: list[str], default: str) -> None:
    assert read_remote(lines).default == default


def test_a_failure_of_git_is_one_line() -> None:
    said = (
        "Cloning into 'x'...\nremote: Counting objects: 100% (3/3)\rremote: no access\nfatal: bad\n\nPlease make sure\n"
    )
    assert reason_in(said) == "remote: no access; bad"


def test_two_fleets_take_turns_with_a_mirror_and_the_oldest_goes_first(tmp_path: Path) -> None:
    from stomper.disk.file_locks import HeldError
    from stomper.fleet.mirrors import mirror_of, trim
    from stomper.fleet.model import Terms

    old, new = (mirror_of(tmp_path, f"https://example.org/{name}", Terms()) for name in ("old", "new"))
    for mirror in (old, new):
        with mirror.held(1) as store:
            subprocess.run(["git", "init", "-q", "--bare", "--template=", str(store)], check=True)
            (store / "weight").write_bytes(b"x" * 1_000_000)
    with old.held(1), pytest.raises(HeldError), old.held(0):
        pass
    with old.held(1):
        assert trim(tmp_path, 0.0) == [new.folder.name]
    assert trim(tmp_path, 0.01) == []
    assert trim(tmp_path, 0.0) == [old.folder.name]


def test_servers_that_say_nothing_hold_no_other(
    fleet: FakeFleet, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stomper.fleet import local

    monkeypatch.setattr(local, "SLOW", 0.2)  # a clock
    monkeypatch.setattr(local, "PREPARING", 2)
    good = behaving(make_repo, "good", fixed=1)
    with http_server(tmp_path) as http:
        entries = [Entry(f"silent-{number}", f"{http}/silent/{number}") for number in range(5)]
        done = fleet.run_entries([*entries, Entry("good", f"file://{good.path}")], repository_minutes=8 / 60)
    assert fleet.done[0] == "good"
    assert done.states == {**{entry.name: "failed" for entry in entries}, "good": "fixed"}
    assert all("still running after" in done.of(entry.name)["reason"] for entry in entries)
