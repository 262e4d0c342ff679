"""Attempts at files that are formatted: each is laid out anew before it is judged, and keeps the grade of the fix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stomper.fixers import Fixer
from stomper.formatters.formatter import Formatter
from stomper.grades import Grade
from stomper.models import AttemptResult, FixTask
from stomper.proof.grader import Grader
from stomper.settings import ProofSettings, Settings
from stomper.text.line_edits import apply_edits
from stomper.worker.chain import Chain
from stomper.worker.formatting import Formatting
from stomper.worker.proofs import Proofs
from stomper.workspace.worktree import Worktree
from tests.kit.formatters import formatter
from tests.kit.jobs import Editing, LineChecker, found_in
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

PATH = "a.py"
CLEAN = 'TEXT = """\nbad A\nbad B\n"""\nx = 1\n'
NOT_CLEAN = CLEAN.replace("x = 1", "x=1")
FIX_A = ("A", "bad A\n", "good A\n")


@dataclass(frozen=True)
class Bench:
    """A worktree with a file of this content, and a formatter."""

    tree: Worktree
    task: FixTask
    formatter: Formatter

    def chain(self, *fixers: Fixer, proof: bool = False) -> Chain:
        formatting = Formatting(self.tree, PATH, (self.formatter,))
        settings = Settings(max_retries=0)
        chain = Chain(self.tree, self.task, (LineChecker(),), settings, print, lambda *_: None, formatting=formatting)
        if proof:
            chain.proof = Proofs(Grader(ProofSettings("none")), self.tree, PATH)
        chain.run(fixers)
        return chain

    def content(self, chain: Chain) -> str:
        return self.tree.contents.bytes_of(chain.best[PATH]).decode()


@pytest.fixture
def bench(repo: GitRepo, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    content = getattr(request, "param", CLEAN)
    repo.commit_file(PATH, content)
    with opened_worktree(repo, tmp_path) as tree:
        yield Bench(tree, FixTask(0, PATH, found_in(PATH, content)), formatter(tmp_path, "ruff"))


def script(folder: Path, does: str) -> Formatter:
    """A formatter of a test's own, which is told the file last."""
    program = folder / "script"
    program.write_text(f"#!/bin/sh\nfor file; do :; done\n{does}\n")
    program.chmod(0o755)
    return Formatter("yapf", str(program))


def adding(line: str) -> Editing:
    """A fixer that takes one diagnostic away and adds a line."""
    return Editing((FIX_A, ("A", "x = 1\n", f"x = 1\n{line}\n"), ("A", "x=1\n", f"x=1\n{line}\n")))


def test_what_was_clean_stays_clean(bench: Bench) -> None:
    chain = bench.chain(adding("y=[1,\n 2]"))
    assert [attempt.result for attempt in chain.attempts] == [AttemptResult.KEPT]
    assert bench.content(chain) == CLEAN.replace("bad A", "good A") + "y = [1, 2]\n"
    assert (bench.tree.root / PATH).read_text() == bench.content(chain)


@pytest.mark.parametrize("bench", [NOT_CLEAN], indirect=True)
def test_what_was_not_is_changed_by_its_fixer_alone(bench: Bench) -> None:
    chain = bench.chain(adding("y=[1,\n 2]"))
    assert bench.content(chain) == NOT_CLEAN.replace("bad A", "good A") + "y=[1,\n 2]\n"


def test_the_part_leads_to_what_was_judged(bench: Bench) -> None:
    chain = bench.chain(adding("y=[1,\n 2]"), proof=True)
    (part,) = chain.parts
    written = apply_edits(CLEAN.encode(), part.edits)
    assert b"y=[1,\n 2]" in written
    assert apply_edits(written, part.layout).decode() == bench.content(chain)


def test_an_attempt_that_the_formatter_takes_back_is_named_so(bench: Bench) -> None:
    chain = bench.chain(Editing((("A", "x = 1\n", "x  =  1\n"),)))
    (attempt,) = chain.attempts
    assert (attempt.result, attempt.detail) == (AttemptResult.NOT_BETTER, "ruff takes it back")
    assert (bench.tree.root / PATH).read_text() == CLEAN


def test_one_whose_diagnostic_formatting_brings_back_is_named_so(bench: Bench, tmp_path: Path) -> None:
    back = script(tmp_path, """sed -i 's/good A/bad A/' "$file" """)
    chain = replace(bench, formatter=back).chain(adding("y = 2"))
    (attempt,) = chain.attempts
    assert attempt.result is AttemptResult.NOT_BETTER
    assert attempt.detail == "as yapf formats it, no diagnostic went away"
    assert (bench.tree.root / PATH).read_text() == CLEAN


def test_one_that_cannot_be_formatted_is_refused(bench: Bench, tmp_path: Path) -> None:
    restless = script(tmp_path, 'grep -q "bad A" "$file" || echo "#" >> "$file"')
    chain = replace(bench, formatter=restless).chain(adding("y = 2"))
    (attempt,) = chain.attempts
    assert (attempt.result, attempt.detail) == (
        AttemptResult.REFUSED,
        "yapf always finds something else to change",
    )
    assert (bench.tree.root / PATH).read_text() == CLEAN


def test_unless_there_is_more_to_say_against_it(bench: Bench) -> None:
    (attempt,) = bench.chain(adding("y = (")).attempts
    assert attempt.result is AttemptResult.REFUSED
    assert attempt.detail.startswith("cannot be judged: after the change, '(' is not closed")


def test_files_that_nobody_fixes_are_not_formatted(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "log"
    chain = replace(bench, formatter=script(tmp_path, f"echo >> {log}")).chain(Editing(()))
    assert [attempt.result for attempt in chain.attempts] == [AttemptResult.NO_CHANGE]
    assert not log.exists()


def test_formatting_costs_no_grade(bench: Bench) -> None:
    text = "x = 1\n# the next line\n"
    proofs = Proofs(Grader(ProofSettings("safe")), bench.tree, PATH)
    objects = bench.tree.contents
    states = [
        objects.changed({PATH: objects.base_blob(PATH)}, PATH, content.encode())
        for content in (text, text + "y = 2  # a\n", text + "y = 2  # b\n", text + "y = 3\n")
    ]
    fixer = Editing((), name="mine")
    same = proofs.judge(fixer, states[1], (states[2], states[2]), (), by_types=False)
    assert same.grade is Grade.SAFE
    assert proofs.judge(fixer, states[1], (states[2], states[1]), (), by_types=False).grade is Grade.SAFE
    assert proofs.judge(fixer, states[1], (states[2], states[3]), (), by_types=False).grade is Grade.UNPROVED
