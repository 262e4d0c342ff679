"""Whole runs whose checker is a language server: the fake one, which does as it is told."""

import re
from pathlib import Path

import pytest

from stomper import process
from tests.kit.chains import file_report, results
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.servers import counted, fake_server, logged, server_toml

pytestmark = pytest.mark.unproved
TEXT = "é😀 BAD\nSAD BAD\n"
FIXED = "é😀 good\nglad good\n"


def words_repo(repo: GitRepo, *flags: str | Path | float, files: int = 1, text: str = TEXT, more: str = "") -> GitRepo:
    """Files with words that the fake server complains of."""
    repo.write("stomper.toml", server_toml({"words": fake_server(*flags)}, more=f"quiet_time = 0.1\n{more}"))
    for number in range(files):
        repo.write(f"w{number}.txt", text)
    repo.commit("base")
    return repo


def test_all_fixes_land_and_each_worker_keeps_one_server(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    log = tmp_path / "log"
    words_repo(repo, "--log", log, "--encoding", "utf-8", files=6)
    stomper.run(repo, "fix", "-j2").check()
    assert states(repo) == {f"w{number}.txt": "fixed" for number in range(6)}
    assert {repo.content(f"w{number}.txt").decode() for number in range(6)} == {FIXED}
    assert results(repo, "w0.txt") == [("lsp/fix-all", "kept"), ("lsp/quick-fix", "kept")]
    started = counted(log)["start"]
    assert 3 <= started <= 4, "one for the survey, one for each worker, one for the gate"
    assert {pid for pid, word in logged(log) if word in ("end", "hung up")} == {pid for pid, _ in logged(log)}


@pytest.mark.thorough
@pytest.mark.parametrize("rung", ["clone", "recycled", "fresh"])
@pytest.mark.matrix(every=3)
def test_servers_have_a_checkout_of_their_own_on_each_rung(repo: GitRepo, stomper: Stomper, rung: str) -> None:
    words_repo(repo, files=3)
    repo.commit_file("stomper.toml", f'{repo.read("stomper.toml").decode()}\n[workflow]\nworktrees = "{rung}"\n')
    stomper.run(repo, "fix", "-j2").check()
    assert {repo.content(f"w{number}.txt").decode() for number in range(3)} == {FIXED}


def test_servers_are_in_the_sandbox_of_the_tools(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    """A fixer of the user's own may change what a server reads, so it writes nothing outside of its checkout."""
    if next(process.candidates(), None) is None:
        pytest.skip("no sandbox is installed here")
    log = hermetic.home / "log"
    words_repo(repo, "--log", log)
    keys = '\n[fixer.mine]\ncommand = ["true"]\n'
    toml = repo.read("stomper.toml").decode().replace('fixers = ["lsp"]', f'fixers = ["lsp", "mine"]{keys}')
    repo.commit_file("stomper.toml", toml)
    told = stomper.run(repo, "fix", "-j1", env={"STOMPER_TOOL_SANDBOX": "on"}).check(3)
    assert re.search(r"No such file or directory|Read-only file system", told.err)
    assert not log.exists()


@pytest.mark.parametrize("flags", [("--push",), ("--resolve",), ("--command",), ("--versioned", "0")], ids=" ".join)
def test_edits_come_in_all_the_ways_of_the_protocol(repo: GitRepo, stomper: Stomper, flags: tuple[str, ...]) -> None:
    words_repo(repo, *flags)
    stomper.run(repo, "fix", "-j1").check()
    assert repo.content("w0.txt").decode() == FIXED


REFUSED = {
    ("--beside",): "`Be good` changes another file: beside.txt",
    ("--versioned", "1"): "`Be good` is for another version of the file",
    ("--text", "// eslint-disable"): "`Be good` adds a suppression: eslint-disable",
    ("--text", "BAD SAD"): "would add sad",
}


@pytest.mark.parametrize("flags", REFUSED, ids=" ".join)
@pytest.mark.matrix(every=2)
def test_what_a_server_offers_is_a_guess_like_any_other(
    repo: GitRepo, stomper: Stomper, flags: tuple[str, ...]
) -> None:
    """Edits of other files, of another version, comments that silence, and what helps nothing do not land."""
    words_repo(repo, *flags, text="BAD\n")
    told = stomper.run(repo, "fix", "-j1").check(1)
    assert repo.content("w0.txt") == b"BAD\n"
    assert REFUSED[flags] in told.out + str(file_report(repo, "w0.txt"))


BROKEN = {
    ("--crash", "no licence"): "words gave no result: it has ended: exit code 7: no licence",
    ("--garbage",): "words gave no result: it says something that is no message",
    ("--half",): "words gave no result: it has ended in the middle of a message",
    ("--hang-on", "BAD"): "words gave no result: no answer about the diagnostics of w0.txt in time",
    ("--push", "--hang-on", "BAD"): "words gave no result: no answer about w0.txt in time",
    ("--crash-on", "BAD"): "not checked by words: w0.txt: it has ended: exit code 7: out of cheese",
}


@pytest.mark.parametrize("flags", BROKEN, ids=" ".join)
@pytest.mark.matrix(every=2)
def test_a_server_without_a_result_is_never_clean(repo: GitRepo, stomper: Stomper, flags: tuple[str, ...]) -> None:
    words_repo(repo, *flags)
    toml = repo.read("stomper.toml").decode().replace("timeout = 60.0", "timeout = 1.5")
    repo.commit_file("stomper.toml", toml)
    state = repo.checkout_state()
    for command in ("check", "fix"):
        told = stomper.run(repo, command).check(3)
        assert BROKEN[flags] in told.out + told.err
    assert repo.checkout_state() == state


def test_a_file_whose_fix_ends_the_server_has_failed_and_the_others_land(repo: GitRepo, stomper: Stomper) -> None:
    """The next file gets a new server."""
    words_repo(repo, "--crash-on", "glad", files=2)
    repo.commit_file("w1.txt", "BAD\n")
    stomper.run(repo, "fix", "-j1").check(1)
    assert states(repo) == {"w0.txt": "partial", "w1.txt": "fixed"}
    assert repo.content("w0.txt").decode() == FIXED.replace("glad", "SAD")
    assert next(result for name, result in results(repo, "w0.txt") if name == "lsp/quick-fix") == "worse"


def test_only_the_codes_asked_for_are_fixed(repo: GitRepo, stomper: Stomper) -> None:
    words_repo(repo)
    stomper.run(repo, "fix", "-j1", "--error-type", "sad").check()
    assert repo.content("w0.txt").decode() == TEXT.replace("SAD", "glad")


def test_the_fixer_needs_a_server(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "import os\n")
    told = stomper.run(repo, "fix", "--fixer", "lsp").check(2)
    assert "the fixer 'lsp' has nobody to ask: no enabled checker has format = 'lsp'" in told.err


WRONG = {
    "exit_codes = [0]": '`exit_codes` means nothing beside format = "lsp"',
    "whole_project = true": '`whole_project` means nothing beside format = "lsp"',
    'pattern = "(?P<path>x)"': '`pattern` means nothing beside format = "lsp"',
    "quiet_time = 61": "quiet_time",
}


@pytest.mark.parametrize("line", WRONG)
@pytest.mark.matrix(every=2)
def test_keys_that_mean_nothing_are_refused(repo: GitRepo, stomper: Stomper, line: str) -> None:
    words_repo(repo)
    repo.commit_file("stomper.toml", server_toml({"words": fake_server()}, more=f"{line}\n"))
    assert WRONG[line] in stomper.run(repo, "check").check(2).err
