"""Pages for man: of every command, fit for man, and with nothing in them taken for a request of roff."""

import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stomper.cli.main import COMMANDS, stomper
from stomper.cli.manual.markdown import in_text
from stomper.cli.manual.roff import escaped
from stomper.cli.manual.walk import Entry, all_entries

ROOT_CONTEXT = click.Context(stomper, info_name="stomper", **stomper.context_settings)


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(all_entries(ROOT_CONTEXT))


def test_every_command_has_an_entry_with_a_summary(entries: list[Entry]) -> None:
    names = {entry.name for entry in entries}
    assert {f"stomper {name}" for name in COMMANDS} | {
        "stomper",
        "stomper baseline write",
        "stomper fleet run",
    } <= names
    assert all(entry.summary and entry.groups for entry in entries)


def test_an_entry_has_each_option_in_its_group(entries: list[Entry]) -> None:
    (fix,) = (entry for entry in entries if entry.name == "stomper fix")
    groups = {group.title: dict(group.options) for group in fix.groups}
    assert "--dry-run" in groups["Used most"]
    assert "--max-cost N" in groups["Limits"]
    assert any(one.kept and "stomper fix src -j 8" in one.text for one in fix.paragraphs)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a-b", r"a\-b"), (".TH x", r"\&.TH x"), (r"\n", r"\en"), ("don't", r"don\(aqt"), ("~/x", r"\(ti/x")],
)
def test_a_text_is_shown_as_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_markdown_shows_plain_words_as_they_are() -> None:
    assert in_text("[x] a_b `a_b` <c>") == r"\[x\] a\_b `a_b` \<c\>"


def test_pages_of_all_commands_are_written_and_man_takes_them(tmp_path: Path, entries: list[Entry]) -> None:
    folder = tmp_path / "share" / "man1"
    done = CliRunner().invoke(stomper, ["man", "--to", str(folder)])
    assert done.exit_code == 0, done.output
    pages = sorted(folder.iterdir())
    assert [page.name for page in pages] == sorted(f"{entry.name.replace(' ', '-')}.1" for entry in entries)
    page = CliRunner().invoke(stomper, ["man", "baseline", "write"]).stdout
    assert page == (folder / "stomper-baseline-write.1").read_text("utf-8")
    if program := shutil.which("mandoc"):
        told = subprocess.run([program, "-T", "lint", "-W", "warning", *pages], capture_output=True, text=True).stdout
        assert [line for line in told.splitlines() if "missing date" not in line] == []


@pytest.mark.skipif(not shutil.which("groff"), reason="needs groff")
def test_groff_shows_examples_as_they_are_written() -> None:
    page = CliRunner().invoke(stomper, ["man", "fix"]).stdout
    argv = ["groff", "-man", "-Tutf8", "-P-c", "-ww", "-rLL=120n"]
    done = subprocess.run(argv, input=page, capture_output=True, text=True)
    assert done.stderr == ""
    assert "stomper fix --error-type F401,I001   only these codes" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fxi"], "Did you mean 'fix'?"),
        (["fix", "--to", "x"], "--to writes the pages of all commands"),
        (["--to", __file__], "is a file"),
    ],
)
def test_what_is_no_command_or_folder_is_refused(words: list[str], said: str) -> None:
    done = CliRunner().invoke(stomper, ["man", *words])
    assert (done.exit_code, said in done.output) == (2, True), done.output
