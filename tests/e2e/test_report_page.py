"""`stomper report`, and the page that a run and a check write at their end."""

import html
import json
import re
from pathlib import Path

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo

DATA = re.compile(r'<script type="application/json" id="(\w+)">(.*)</script>')


def test_a_run_is_reported_at_its_end_and_afterwards(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 2, unfixable=True)
    first, later = tmp_path / "new" / "first.html", tmp_path / "later.html"
    stomper.run(repo, "fix", "--fixer", "ruff", "--report", first).check(1)
    assert stomper.run(repo, "report", "--html", later).check().out == f"page: {later}\n"
    page = first.read_text()
    assert later.read_text() == page
    assert f"4 of 5 diagnostics fixed in {repo.path.name}" in html.unescape(page)
    data = {name: json.loads(text) for name, text in DATA.findall(page)}
    paths = [row[0] for row in data["index"]["rows"]]
    assert paths == sorted([*finding_paths(2), UNFIXABLE_PATH])
    for number, path in enumerate(paths):
        chapters = data[f"d{number}"]["chapters"]
        assert ("diffs" in chapters[0]) == (path != UNFIXABLE_PATH)
        assert ("left" in data[f"d{number}"]) == (path == UNFIXABLE_PATH)
    (hunk,) = data["d0"]["chapters"][0]["diffs"][0]["hunks"]
    assert {row["code"] for row in hunk["removed"]} == {"F401", "I001"}
    assert len(data["index"]["timeline"]["bars"]) == 3
    told = stomper.run(repo, "report", last_run(repo).run[:-2]).check().out
    assert told == stomper.run(repo, "show", "-v").check().out


def test_a_page_is_opened_by_the_users_browser(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "--fixer", "ruff").check()
    said, program = tmp_path / "said", tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" >> {said}\n')
    program.chmod(0o755)
    env = {"BROWSER": f"{program} %s"}
    named = tmp_path / "a b.html"
    stomper.run(repo, "report", "--html", named, "--open", env=env).check()
    stomper.run(repo, "report", "--open", env=env).check()
    own = last_run(repo).path / "report.html"
    assert own.read_bytes() == named.read_bytes()
    assert said.read_text().splitlines() == [named.as_uri(), own.as_uri()]


def test_a_check_is_reported_too(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    page = tmp_path / "check.html"
    stomper.run(repo, "check", "--report", page).check(1)
    assert f"2 diagnostics in {repo.path.name}" in page.read_text()
    assert '"left":[{' in page.read_text()


def test_what_cannot_be_reported_is_refused(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    assert "there is no run that could be shown" in stomper.run(repo, "report").check(2).err
    assert "is a folder" in stomper.run(repo, "report", "--html", tmp_path).check(2).err
    inside = repo.path / ".git" / "page.html"
    assert "inside of git's own folder" in stomper.run(repo, "report", "--html", inside).check(2).err
