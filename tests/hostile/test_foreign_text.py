"""Whatever the names, codes, messages and words of others are: what we print is plain text, a line for a line."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.cli.main import run_cli
from stomper.report.github import MOST_SHOWN
from stomper.text.printable import json_text, plain_line, plain_lines, printable, toml_text
from tests.hostile.liar import ORDERS
from tests.hostile.plain import orders_in
from tests.kit.cli import Result, Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.repo import GitRepo

LIAR = Path(__file__).with_name("liar.py")
NAMES = [
    "::add-mask::x.py", "##[add-mask]y.py", "##vso[task.x]y.py", "\x1b]0;title\x07.py", "a\u202eyp.py", "c\x9b31m.py",
    "line\nerror: forged.py", "cr\r::error::x.py", "z\u200bero.py", " ::error::x.py",
]  # fmt: skip
ORDER = "\x1b]0;t\x07\u202e::add-mask::x\n::add-mask::y ##[add-mask]z\nerror: forged\r"
REPORTS = ("r.json", "r.toml", "r.sarif", "r.junit.xml", "r.gitlab.json")


@pytest.fixture
def hostile(repo: GitRepo) -> GitRepo:
    """Everything that can be named is an order: files, a branch, an author, codes, messages, words of a fixer."""
    for name in NAMES:
        repo.write(
            name, 'import os\nx = "\u202e\x1b[31m"\n ::add-mask::x\n'.encode() if name == NAMES[0] else "x = 1\n"
        )
    words = json.dumps([*fake_fixer("--say", ORDER, "--exit", "1")])
    liar = json.dumps([sys.executable, str(LIAR)])
    repo.write(
        "stomper.toml",
        'checkers = ["ruff", "liar"]\nfixers = ["ruff", "loud"]\nmax_retries = 0\n'
        f'[checker.liar]\ncommand = {liar}\nformat = "sarif"\n[fixer.loud]\ncommand = {words}\n'
        '[agent.model]\nclient = "openai"\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n',
    )
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "b\u202eranch")
    return repo


def assert_plain(done: Result) -> None:
    assert not orders_in(done.out)
    assert not orders_in(done.err)
    assert "\nerror: forged" not in done.out + done.err


@pytest.mark.parametrize("text", ORDERS)
def test_foreign_text_becomes_one_plain_line(text: str) -> None:
    assert "\n" not in printable(text)
    assert not orders_in(plain_line(text).translate(dict.fromkeys(range(0xFDD0, 0xFDF0))))
    assert not [
        line for line in plain_lines(f"\t{text}") if orders_in(line.translate({0xFDD1: "", 0xFDEF: ""}), tabs=True)
    ]


@pytest.mark.parametrize("text", [text for text in ORDERS if "\ud800" not in text])
def test_json_and_toml_hold_it_and_are_plain_themselves(text: str) -> None:
    for written, read in ((json_text({text: [text]}, 2), json.loads), (toml_text({text: [text]}), tomllib.loads)):
        assert read(written) == {text: [text]}
        assert not orders_in(written.replace("##[", "")) if written.startswith("#") else not _controls(written)
    assert not orders_in(json_text({text: [text]}, 2))


def _controls(written: str) -> list[str]:
    return [line for line in orders_in(written) if not line.isprintable()]


COMMANDS = [
    ["check"], ["check", "--format", "json"], ["plan"], ["status"], ["status", "--format", "json"], ["doctor", "-v"],
    ["doctor", "--format", "json"], ["baseline", "write"], ["cleanup"], ["resume", ORDER], ["undo", ORDER], [ORDER],
    ["check", ORDER], ["fix", f"--{ORDER}"], ["fix", "--plan", "stomper.toml"], ["fix", "--report", f"{ORDER}.x"],
    ["check", "--checker", ORDER], ["fix", "--agent", ORDER], ["fix", "--git-diff", ORDER], ["-C", ORDER, "status"],
    ["plan", "--show-prompt", NAMES[0], "--agent", "model"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: ascii(" ".join(words))[1:40])
def test_a_command_prints_plain_text(hostile: GitRepo, capfd: pytest.CaptureFixture[str], words: list[str]) -> None:
    runs = hostile.git_dir / "stomper" / "runs" / f"2024{ORDER[:12]}"
    runs.mkdir(parents=True)
    (runs / "run.json").write_text("{}")
    os.chdir(hostile.path)
    run_cli(words)
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    assert "this should not have happened" not in err
    assert_plain(Result(0, out, err))


def test_a_run_prints_and_writes_plain_text(hostile: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    places = [word for name in REPORTS for word in ("--report", str(tmp_path / name))]
    log = tmp_path / "log"
    done = stomper.run(hostile, "fix", "-v", *places, "--log-file", log).check(1)
    assert_plain(done)
    assert not orders_in(log.read_text())
    for name in REPORTS:
        assert not [line for line in orders_in((tmp_path / name).read_text()) if not line.isprintable()]
    assert not orders_in((tmp_path / "r.json").read_text())
    paths = {file["path"] for file in json.loads((tmp_path / "r.json").read_text())["files"]}
    assert paths == set(NAMES) == {file["path"] for file in tomllib.loads((tmp_path / "r.toml").read_text())["files"]}
    assert not orders_in(hostile.git("log", "--format=%B"))
    assert not [line for line in _logs(hostile) if orders_in(line, tabs=True)]
    assert_plain(stomper.run(hostile, "status"))
    assert_plain(stomper.run(hostile, "undo"))


def _logs(repo: GitRepo) -> Iterator[str]:
    for file in (repo.git_dir / "stomper" / "runs").glob("*/logs/*.log"):
        yield from file.read_text("utf-8", "surrogateescape").split("\n")


def test_annotations_are_well_formed_and_nothing_else_is_one(hostile: GitRepo, stomper: Stomper) -> None:
    done = stomper.run(hostile, "check", "--report", "github").check(1)
    assert not orders_in(done.out, annotations=True)
    assert sum(line.startswith("::") for line in done.out.split("\n")) > MOST_SHOWN, "of two kinds"


DIFF = b"@@ -1 +1 @@\n ::add-mask::x\n+\x1b[31m\xff ##[group]\n"


@pytest.mark.parametrize(("ci", "to_file", "exact"), [("", False, True), ("true", True, True), ("true", False, False)])
def test_a_diff_is_exact_for_programs_and_text_for_ci(ci: str, to_file: bool, exact: bool, tmp_path: Path) -> None:
    script = f"from stomper.cli.printing import tell_diff; tell_diff({DIFF!r})"
    with (tmp_path / "diff").open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "CI": ci}, stdout=file if to_file else subprocess.PIPE
        )
    out = (tmp_path / "diff").read_bytes() if to_file else done.stdout
    assert (out == DIFF) == exact
    assert exact or not orders_in(out.decode())


def test_what_a_library_prints_is_no_order_either() -> None:
    script = "from stomper.cli.streams import secure_streams as s; s(); print('\\033]0;t\\007\\u202e\\033[31m')"
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert done.stdout == b"\\x1b]0;t\\x07\\u202e\x1b[31m\n", "but for colours, which are ours"
