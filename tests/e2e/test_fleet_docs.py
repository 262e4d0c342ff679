"""The page on fleets: its first example is run, and its fleet.toml is one."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from stomper.fleet.gather import Options, fleet_of_file
from stomper.fleet.raw import RawFleet, RawRepository
from stomper.fleet.read_file import read_fleet
from tests.fakes.forge.server import forge
from tests.fakes.forge.state import TOKEN
from tests.kit.cli import ROOT
from tests.kit.fleets import FIXABLE, MakeRepo, sample

PAGE = (ROOT / "docs" / "fleet.md").read_text("utf-8")
ADDRESS = "https://example.org/team/tool.git"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def example(language: str, word: str) -> str:
    """Give the first example in a language that has a word."""
    return next(str(text) for name, text in BLOCK.findall(PAGE) if name == language and word in text)


def test_from_nothing_to_a_report_in_ten_lines(make_repo: MakeRepo, tmp_path: Path) -> None:
    tool, mine = (sample(make_repo, name, FIXABLE) for name in ("tool", "a-checkout-of-mine"))
    text = example("sh", "repositories.txt")
    assert len(text.splitlines()) <= 10
    assert ADDRESS in text
    done = shell(text.replace(ADDRESS, f"file://{tool.path}"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 repositories: 2 fixed" in done.stdout
    report = tomllib.loads((tmp_path / "fixes" / "fleet.toml").read_text())
    assert [row["status"] for row in report["repositories"]] == ["fixed"] * 2
    assert mine.content("m0.py") == b"ONE = 1\n"


def shell(text: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run an example of the page in a folder."""
    program = folder / "bin" / "stomper"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m stomper "$@"\n')
    program.chmod(0o755)
    env = stomper_environment(program.parent)
    return subprocess.run(["sh", "-e", "-c", text], cwd=folder, env=env, capture_output=True, text=True, timeout=300)


def stomper_environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def test_the_file_of_the_page_has_every_key_and_is_read(tmp_path: Path) -> None:
    text = example("toml", "[[repository]]")
    (tmp_path / "fleet.toml").write_text(text)
    (tmp_path / "pull-request.md").write_text("{codes}")
    fleet = fleet_of_file(tmp_path / "fleet.toml", Options(only=("*",)))
    assert [entry.name for entry in fleet.entries] == ["tool", "website"]
    elsewhere = {"repository", "max_tokens", "max_minutes", "source"}
    for key in {*RawFleet.model_fields, *RawRepository.model_fields} - elsewhere:
        assert re.search(rf"^{key} = |^\[+{key}\]", text, re.MULTILINE), key


def test_the_list_of_the_page_is_one(tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text(example("toml", "[[source]]"))
    (asked,) = read_fleet(tmp_path / "fleet.toml").lists
    assert (asked.text, asked.archived, asked.forks, asked.shared.branch) == ("github:org/team", True, True, "next")


def test_from_nothing_to_the_first_pull_request_in_ten_lines(make_repo: MakeRepo, tmp_path: Path) -> None:
    text = example("sh", "GH_TOKEN=")
    assert len(text.splitlines()) == 10
    with forge("github", tmp_path / "forge") as made:
        tool = made.state.add("team/tool", sample(make_repo, "tool", FIXABLE).path)
        known = f'[[forge]]\nhost = "{made.host}"\nkind = "github"\ntoken_variable = "GH_TOKEN"\n[[repository]]'
        text = text.replace("https://github.com", made.url).replace("[[repository]]", known)
        done = shell(text.replace("GH_TOKEN=...", f"GH_TOKEN={TOKEN}"), tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"POST {made.url}/api/v3/repos/team/tool/pulls " in done.stdout
    (pull,) = tool.pulls
    assert (pull.title, pull.labels) == ("fix(quality): resolve 1 issue in 1 file", ["lint"])
    assert (pull.open, pull.head) == (True, tool.tip("stomper/fixes"))
    assert "No test judged it" in pull.body
    assert TOKEN not in done.stdout + done.stderr
    state = tmp_path / "fixes" / "stomper-fleet"
    assert not [file for file in state.rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()]
