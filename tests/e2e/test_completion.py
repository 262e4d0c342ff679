"""Completion in real shells: commands, options, and the names that only this repository has."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

TOML = '[profiles.nightly]\nmax_retries = 1\n[checker.mine]\ncommand = ["x"]\nformat = "sarif"\n'
RUN = "20260131-101112-ab12"
# What is typed, and what must be offered.
LINES = {
    "stomper bas": ["baseline"],
    "stomper fix --max-c": ["--max-cost"],
    "stomper check --checker ruff,mi": ["ruff,mine"],
    "stomper fix --profile ": ["nightly"],
    "stomper undo 2026": [RUN],
    "stomper presets show shellc": ["shellcheck"],
}
# Each asks as the tab key does, and prints one offer a line. zsh offers by functions that only its line editor has.
BASH = "COMP_WORDS=({words}) COMP_CWORD={last}\n_stomper_completion stomper\n"
BASH += 'printf "%s\\n" "${{COMPREPLY[@]}}"; COMPREPLY=(); echo @end\n'
ZSH_START = "compdef() {}\ncompadd() { print -l -- $completions }\n"
ZSH_START += '_describe() { print -l -- "${(@)completions_with_descriptions%%:*}" }\n'
ZSH = "words=({words}) CURRENT={last}+1\n_stomper_completion\necho @end\n"
FISH = "complete -C {quoted}; echo @end\n"
SHELLS = {
    "bash": (["bash", "--norc"], "", BASH),
    "zsh": (["zsh", "-f"], ZSH_START, ZSH),
    "fish": (["fish", "--no-config"], "", FISH),
}


def asked(line: str, form: str) -> str:
    words = line.split(" ")
    shown = " ".join(map(shlex.quote, words))
    return form.format(words=shown, last=len(words) - 1, quoted=shlex.quote(line))


def offers(shell: str, lines: Iterable[str], stomper: Stomper, repo: GitRepo, folder: Path) -> list[list[str]]:
    """Have a shell complete lines; `stomper` is a program on its PATH."""
    program = folder / "stomper"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(stomper.command)} "$@"\n')
    program.chmod(0o755)
    script = folder / f"complete.{shell}"
    script.write_text(stomper.run(repo, "completion", shell).check().out)
    argv, start, form = SHELLS[shell]
    whole = f"{start}source {script}\n" + "".join(asked(line, form) for line in lines)
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run([*argv, "-c", whole], cwd=repo.path, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    # fish has the description behind a tab.
    *parts, _ = done.stdout.split("@end\n")
    return [[offer.partition("\t")[0] for offer in part.splitlines()] for part in parts]


def complete_all(lines: dict[str, list[str]], shell: str, stomper: Stomper, repo: GitRepo, folder: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}")
    repo.commit_file("stomper.toml", TOML)
    (repo.git_dir / "stomper" / "runs" / RUN).mkdir(parents=True)
    assert offers(shell, lines, stomper, repo, folder) == list(lines.values())


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_what_there_is(repo: GitRepo, stomper: Stomper, tmp_path: Path, shell: str) -> None:
    lines = LINES if shell == "bash" else dict(list(LINES.items())[2:4])
    complete_all(lines, shell, stomper, repo, tmp_path)


@pytest.mark.binary
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_by_the_binary(repo: GitRepo, stomper: Stomper, tmp_path: Path, shell: str) -> None:
    complete_all(dict(list(LINES.items())[:2]), shell, stomper, repo, tmp_path)


def test_a_shell_that_is_unknown_is_refused(repo: GitRepo, stomper: Stomper) -> None:
    result = stomper.run(repo, "completion", "tcsh").check(2)
    assert "is not one of 'bash', 'zsh', 'fish'" in result.err


def test_nothing_is_an_error_where_a_line_is_completed(tmp_path: Path, stomper: Stomper) -> None:
    """Outside of a repository, with a configuration that nobody can read."""
    (tmp_path / "stomper.toml").write_text("[")
    env = {"_STOMPER_COMPLETE": "bash_complete", "COMP_WORDS": "stomper fix --profile ", "COMP_CWORD": "3"}
    result = stomper.run(tmp_path, env=env).check()
    assert (result.out.strip(), result.err) == ("", "")
