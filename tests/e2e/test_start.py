"""What a start loads: a command pays for what it does, and for nothing else."""

import re
import sys

import pytest

from stomper import process
from tests.kit.cli import ROOT, Stomper
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo

pytestmark = [pytest.mark.cache, pytest.mark.crew]  # a variable that is set is read, by what else is not loaded
LOADED = re.compile(r"^import time: .*\| +([\w.]+)$", re.MULTILINE)
# What asks a model or a language server, writes a prompt or rewrites Python.
NEVER = {"httpx", "truststore", "asyncio", "jinja2", "libcst", "tomlkit", "pygls", "lsprotocol", "cattrs"}
NO_LOOK = {"pydantic", "psutil", "packaging", "multiprocessing", "xml"}
NO_FIX = {f"stomper.{name}" for name in ("fixers", "guards", "journal", "landing", "learning", "run", "worker")}
NO_PROGRAM = {"subprocess", "tomllib", "stomper.config", "stomper.git", "stomper.process.command"}
FEW = {f"stomper.checkers.{name}" for name in ("command", "drill_sergeant", "mypy", "pytest", "sarif")}
NO_RUN = {"stomper.config.load", "stomper.learning", "stomper.project_tests", "stomper.process.sandbox.layout", "xml"}
UNUSED = {"stomper.fixers.agents", "stomper.fixers.annotations.safe_rewrite", "stomper.checkers.command"}


@pytest.mark.parametrize(
    ("command", "here", "not_here"),
    [
        (["--version"], "stomper.cli.main", NEVER | NO_LOOK | NO_FIX | NO_PROGRAM),
        (["check"], "stomper.commands.check", NEVER | NO_LOOK | NO_FIX | FEW),
        (["fix", "-j", "2"], "stomper.worker.fix_file", NEVER | UNUSED),
    ],
)
def test_what_a_start_loads(repo: GitRepo, stomper: Stomper, command: list[str], here: str, not_here: set[str]) -> None:
    if command[0] == "fix":
        findings_repo(repo, 2)
    else:
        repo.commit_file("clean.py", "ONE = 1\n")
    result = stomper.run(repo, *command, env={"PYTHONPROFILEIMPORTTIME": "1"}).check()
    loaded = set(LOADED.findall(result.err))
    assert here in loaded
    assert sorted(loaded & not_here) == []


@pytest.mark.parametrize(
    ("module", "not_here"),
    [
        ("stomper.worker.fix_file", NEVER | UNUSED | NO_RUN),
        ("stomper.process.guardian", NEVER | NO_LOOK - {"multiprocessing", "psutil"} | {"hashlib", "stomper.models"}),
    ],
)
def test_what_a_process_of_ours_loads_before_its_work(module: str, not_here: set[str]) -> None:
    """A worker: not what only few tasks need, nor what its settings were read with. A guardian: hardly anything."""
    words = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    loaded = set(LOADED.findall(process.run(words, cwd=ROOT, timeout=60).stderr.decode()))
    assert module in loaded
    assert sorted(loaded & not_here) == []
