"""`stomper plan --show-prompt`: what an agent would be sent, found out without asking it."""

import dataclasses
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.commands.plan import PlanOverview, plan_ahead
from stomper.commands.show_prompt import preview_prompt, set_up_preview
from stomper.errors import ConfigError, UsageError
from stomper.fixers import Fixer, FixReply, FixRequest
from stomper.fixers.prompts import TEMPLATE, Prompt, write_prompt
from stomper.learning.records import Record
from stomper.learning.store import Store
from stomper.models import Diagnostic
from stomper.settings import AgentSettings, IgnoreSettings, Settings
from tests.kit.cli import ROOT, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

OPENAI = AgentSettings("openai", "openai", model="m", base_url="http://127.0.0.1:9/v1")
SOURCE = "import os\nfrom shop import *\n\nprint(price(l=1))\n"


@dataclass
class Agent:
    """An agent that must not be asked, and keeps the requests for which its prompt was wanted."""

    name: str = "codex"
    divisible: bool = False
    learns: bool = True
    wanted: list[FixRequest] = field(default_factory=list)

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def prompt(self, request: FixRequest) -> Prompt:
        self.wanted.append(request)
        return write_prompt(request, Settings())

    def fix(self, request: FixRequest) -> FixReply:
        raise AssertionError("asked")


@pytest.fixture
def shop(repo: GitRepo) -> GitRepo:
    repo.write("ruff.toml", "lint.select = ['E', 'F']\n")
    repo.commit_file("app.py", SOURCE)
    return repo


def seen(
    repo: GitRepo,
    *agents: Fixer,
    settings: Settings = Settings(),  # noqa: B008  # frozen
    name: str | None = None,
    learned: Sequence[Record] = (),
) -> str:
    opened = repo.opened()
    overview: PlanOverview = plan_ahead(opened, settings, [repo.path / "app.py"])
    made = set_up_preview(opened, overview)
    made = dataclasses.replace(made, fixers=(*made.fixers, *agents), learned=tuple(learned))
    return preview_prompt(opened, overview, made, name).text


def test_what_cheaper_fixers_fix_is_not_in_the_prompt(shop: GitRepo, hermetic: Hermetic) -> None:
    state, refs, agent = shop.checkout_state(), shop.refs(), Agent()
    text = seen(shop, agent)
    assert '"F401"' not in text
    assert '"F405"' in text
    assert "1 | from shop import *\n2 | \n3 | print(price(l=1))" in text
    assert str(shop.path) not in text
    assert str(hermetic.root) not in text
    assert [d.code for d in agent.wanted[0].diagnostics] == ["F403", "F405"]
    assert not agent.wanted[0].root.exists(), "its worktree is gone"
    assert (shop.checkout_state(), shop.refs()) == (state, refs)


def test_the_prompt_is_for_the_agent_that_was_named(shop: GitRepo) -> None:
    first, second = Agent(), Agent("claude-code")
    seen(shop, first, second)
    assert (len(first.wanted), len(second.wanted)) == (1, 0)
    seen(shop, first, second, name="claude-code")
    assert (len(first.wanted), len(second.wanted)) == (1, 1)


def test_the_agent_that_did_best_so_far_is_the_one_that_would_be_asked(shop: GitRepo) -> None:
    first, second = Agent(), Agent("claude-code")
    learned = [
        Record("ruff", "F405", "codex", "normal", 20, 20, 1),
        Record("ruff", "F405", "claude-code", "normal", 20, 20, 19),
    ]
    seen(shop, first, second, learned=learned)
    assert (len(first.wanted), len(second.wanted)) == (0, 1)


def test_a_code_that_was_not_asked_for_is_not_in_it(shop: GitRepo) -> None:
    agent = Agent()
    text = seen(shop, agent, settings=Settings(ignores=IgnoreSettings(errors=("F403",))))
    assert '"F403"' not in text
    assert agent.wanted[0].codes == frozenset({"F405"})


@pytest.mark.parametrize(
    ("content", "fixers", "words"),
    [
        ("import os\n", ("ruff",), "codex would not be asked about app.py: ruff would fix it all"),
        ("x = 1\n", ("ruff",), "there is nothing to fix in the file"),
    ],
)
def test_an_agent_that_would_not_be_asked_has_no_prompt(
    shop: GitRepo, content: str, fixers: tuple[str, ...], words: str
) -> None:
    shop.commit_file("app.py", content)
    with pytest.raises(UsageError, match=words):
        seen(shop, Agent(), settings=Settings(fixers=fixers))


def test_a_file_that_would_be_left_alone_has_none(shop: GitRepo) -> None:
    shop.write("app.py", SOURCE + "x\n")
    with pytest.raises(UsageError, match=r"app\.py would be left alone: uncommitted changes"):
        seen(shop, Agent())


def test_a_broken_template_is_told_of_before_anything_starts(shop: GitRepo, stomper: Stomper) -> None:
    shop.commit_file(TEMPLATE, "{{ pth }}\n")
    with pytest.raises(ConfigError, match=r"prompt\.md\.j2, line 1: 'pth' is undefined"):
        seen(shop, settings=Settings(fixers=("ruff", "openai"), agents=(OPENAI,)))
    stomper.run(shop, "fix", "--no-commit").check(1)  # who asks no model need not care


def test_the_command_says_what_is_missing(shop: GitRepo, stomper: Stomper) -> None:
    done = stomper.run(shop, "plan", "--show-prompt", "app.py").check(2)
    assert "no fixer in the chain asks a model" in done.err
    assert "--agent NAME" in done.err
    assert "no other choice of files" in stomper.run(shop, "plan", "--show-prompt", "app.py", ".").check(2).err
    assert "is for --show-prompt" in stomper.run(shop, "plan", "--prompt-strategy", "verbose").check(2).err


def with_client(repo: GitRepo, folder: Path) -> Path:
    """Configure an agent whose client keeps the prompts that it is sent, one in a file, and answers with nothing."""
    kept, client = folder / "kept", folder / "claude"
    kept.mkdir(parents=True)
    client.write_text(f"#!/bin/sh\ncat > {shlex.quote(str(kept))}/$$\n")
    client.chmod(0o755)
    repo.commit_file("stomper.toml", f"[agent.claude-code]\nprogram = {json.dumps(str(client))}\n")
    return kept


# Stands before the real module on the path, and makes way for it.
WITNESS = """\
import pathlib, sys
pathlib.Path({loaded!r}).touch()
sys.path.remove({folder!r})
del sys.modules["jinja2"]
import jinja2
"""
SHOW = ("plan", "--show-prompt", "app.py", "--agent", "claude-code")


@pytest.mark.parametrize("how", ["source", pytest.param("binary", marks=pytest.mark.binary)])
def test_what_is_shown_is_what_is_sent(shop: GitRepo, stomper: Stomper, tmp_path: Path, how: str) -> None:
    kept = with_client(shop, tmp_path / how)
    shown = stomper.run(shop, *SHOW, "--prompt-strategy", "detailed").check().out
    assert "About ruff, F405: " in shown
    assert "Wrong:\n```python\n" in shown
    assert not list(kept.iterdir()), "nobody was asked"
    shown = stomper.run(shop, *SHOW).check().out
    assert "Wrong:" not in shown
    Store(shop.git_dir / "stomper").add_run("a", [Record("ruff", "F405", "claude-code", "normal", 20, 20, 0)])
    shown = stomper.run(shop, *SHOW).check().out
    assert "Wrong:" in shown, "earlier runs say that so few words do not do"
    # In a sandbox what the client keeps would be gone with it.
    env = {"STOMPER_SANDBOX": "off"}
    stomper.run(shop, "fix", "--agent", "claude-code", "--max-retries", "0", env=env).check(1)
    assert [file.read_text() for file in kept.iterdir()] == [shown]


def test_a_run_with_a_broken_template_does_not_begin(shop: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    kept = with_client(shop, tmp_path / "c")
    shop.commit_file(TEMPLATE, "{% if %}\n")
    done = stomper.run(shop, "fix", "--agent", "claude-code").check(2)
    assert f"{TEMPLATE}, line 1: " in done.err
    assert not list(kept.iterdir())
    assert not list((shop.git_dir / "stomper" / "runs").glob("*"))


@pytest.mark.thorough
def test_a_run_that_asks_no_model_does_not_load_what_writes_prompts(
    shop: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    with_client(shop, tmp_path / "c")
    folder, loaded = tmp_path / "first", tmp_path / "loaded"
    folder.mkdir()
    (folder / "jinja2.py").write_text(WITNESS.format(loaded=str(loaded), folder=str(folder)))
    env = {"PYTHONPATH": f"{folder}:{ROOT}"}
    stomper.run(shop, "fix", "-j2", env=env).check(1)
    assert not loaded.exists()
    stomper.run(shop, *SHOW, env=env).check()
    assert loaded.exists(), "a module that could not be seen to be loaded proves nothing"


def test_an_endpoint_is_shown_the_file_as_it_is(shop: GitRepo, stomper: Stomper) -> None:
    shop.commit_file("stomper.toml", "[agent.openai]\nmodel = 'm'\nbase_url = 'http://127.0.0.1:9/v1'\n")
    shown = stomper.run(shop, "plan", "--show-prompt", "app.py", "--agent", "openai").check().out
    assert "```python\nfrom shop import *\n\nprint(price(l=1))\n```" in shown
    assert "Answer with the whole new file" in shown
