"""A worktree shows tools what the checkout shows them: settings and findings, row by row, or the run stops."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.checkers.effective_configuration import pytest_sight, ruff_settings, without_compiled, without_place
from stomper.checkers.ruff import RuffChecker
from stomper.errors import CheckerError
from stomper.run.same_findings import prove_alike
from tests.kit.layouts import both, build
from tests.kit.repo import GitRepo
from tests.kit.warm_mypy import PROGRAM, WarmMypy

RUFF = RuffChecker(str(Path(sys.executable).with_name("ruff")))
MYPY = WarmMypy(PROGRAM, sys.executable)
A = "import os\nx = 'word word word word word word word word'\n"
SHORT = "line-length = 30\n[lint]\nselect = ['E501']\n"
IMPORTS = "import numpy\n\nimport gen\n\nprint(numpy, gen)\n"


@dataclass(frozen=True)
class Layout:
    """`files` by their paths from the top of the repository, and what ruff finds by hand in a.py or pkg/a.py."""

    files: dict[str, str]
    codes: list[str] = field(default_factory=lambda: ["E501"])


LAYOUTS = {
    "none": Layout({"a.py": A}, ["I001", "F401"]),
    "above": Layout({"a.py": A, "../ruff.toml": SHORT}),
    "hidden above": Layout({"a.py": A, "../.ruff.toml": SHORT}),
    "far above": Layout({"a.py": A, "../../pyproject.toml": "[tool.ruff]\nline-length = 30\nlint.select = ['E501']\n"}),
    "nearest of two": Layout({"a.py": A, "../ruff.toml": SHORT, "../../ruff.toml": "lint.select = ['F']\n"}),
    "no ruff in the nearest": Layout({"a.py": A, "pyproject.toml": "[project]\nname = 'x'\n", "../ruff.toml": SHORT}),
    "extend": Layout({"a.py": A, "ruff.toml": "extend = '../ruff.toml'\n", "../ruff.toml": SHORT}),
    "extend of another name": Layout({"a.py": A, "ruff.toml": "extend = '../base.toml'\n", "../base.toml": SHORT}),
    "extend from a folder beside": Layout(
        {"a.py": A, "ruff.toml": "extend = '../conf/base.toml'\n", "../conf/base.toml": SHORT}
    ),
    "extend that extends": Layout(
        {
            "a.py": A,
            "ruff.toml": "extend = '../one.toml'\n",
            "../one.toml": "extend = './two.toml'\n",
            "../two.toml": "extend = '../three.toml'\n",
            "../../three.toml": SHORT,
        }
    ),
    "extend by the name of the folder above": Layout(
        {"a.py": A, "ruff.toml": "extend = '../../code/base.toml'\n", "../base.toml": SHORT}
    ),
    "extend back into the repository": Layout(
        {"a.py": A, "ruff.toml": "extend = '../repo/conf/base.toml'\n", "conf/base.toml": SHORT}
    ),
    "extend further down": Layout(
        {"pkg/a.py": A, "pkg/ruff.toml": "extend = '../../base.toml'\n", "../base.toml": SHORT}
    ),
    "per-file-ignores above": Layout(
        {"pkg/a.py": A, "../ruff.toml": f"{SHORT}per-file-ignores = {{'repo/pkg/*' = ['E501']}}\n"}, []
    ),
    "per-file-ignores far above": Layout(
        {"pkg/a.py": A, "../../ruff.toml": f"{SHORT}per-file-ignores = {{'code/repo/pkg/*' = ['E501']}}\n"}, []
    ),
    "exclude above": Layout({"pkg/a.py": A, "../ruff.toml": f"extend-exclude = ['pkg']\n{SHORT}"}, []),
    "src above": Layout(
        {
            "a.py": IMPORTS,
            "../lib/gen.py": "",
            "../ruff.toml": "src = ['lib']\nlint.select = ['I']\n",
        },
        [],
    ),
    "ignored": Layout({"a.py": A, ".gitignore": "ruff.toml\n", "ruff.toml": SHORT}),
    "ignored further down": Layout({"pkg/a.py": A, ".gitignore": "ruff.toml\n", "pkg/ruff.toml": SHORT}),
    "ignored and extended": Layout(
        {"a.py": A, ".gitignore": "/local/\n", "ruff.toml": "extend = 'local/ruff.toml'\n", "local/ruff.toml": SHORT}
    ),
    "ignored package": Layout(
        {"a.py": IMPORTS, ".gitignore": "/gen/\n", "gen/__init__.py": "", "ruff.toml": "lint.select = ['I']\n"}, []
    ),
    "folder that has no code and the name of an import": Layout(
        {"a.py": IMPORTS, ".gitignore": "/gen/\n", "gen/log.txt": "x", "ruff.toml": "lint.select = ['I']\n"}, []
    ),
    "folder of what was built": Layout(
        {
            "a.py": IMPORTS.replace("gen", "build"),
            ".gitignore": "/build/\n",
            "build/lib/a.py": "",
            "ruff.toml": "lint.select = ['I']\n",
        },
        [],
    ),
    "ignored module": Layout(
        {"a.py": IMPORTS, ".gitignore": "gen.py\n", "gen.py": "", "ruff.toml": "lint.select = ['I']\n"}, []
    ),
}


@pytest.fixture
def repo(make_repo: Callable[[str], GitRepo]) -> GitRepo:
    return make_repo("far/code/repo")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ruff_sees_the_same(layout: str, repo: GitRepo, tmp_path: Path) -> None:
    build(repo, LAYOUTS[layout].files)
    (path,) = [path for path in ("a.py", "pkg/a.py") if (repo.path / path).exists()]
    here = RUFF.check(repo.path, [path])
    with both(repo, tmp_path / "trees") as pair:
        there = RUFF.check(pair.tree.root, [path])
        assert prove_alike(pair, [RUFF], there, tests=False) == ""
        assert pair.tree.snapshot() == {}
    assert there == here
    assert [d.code for d in here] == LAYOUTS[layout].codes


def test_configuration_above_the_worktree_alone_is_not_seen_unsaid(repo: GitRepo, tmp_path: Path) -> None:
    build(repo, {"a.py": A})
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "ruff.toml").write_text(SHORT)
    with both(repo, tmp_path / "trees") as pair:
        found = RUFF.check(pair.tree.root, ["a.py"])
        with pytest.raises(CheckerError, match=r"other settings for a\.py.*trees/ruff\.toml.*F401 in line 1 of a\.py"):
            prove_alike(pair, [RUFF], found, tests=False)


@pytest.mark.thorough
def test_a_setting_that_finds_nothing_now_counts_too(repo: GitRepo, tmp_path: Path) -> None:
    build(repo, {"a.py": "x = 1\n"})
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "ruff.toml").write_text("line-length = 30\n")
    with (
        both(repo, tmp_path / "trees") as pair,
        pytest.raises(CheckerError, match=r"ruff has other settings for a\.py"),
    ):
        prove_alike(pair, [RUFF], (), tests=False)


def test_findings_that_differ_stop_it_with_the_files_that_git_does_not_have(repo: GitRepo, tmp_path: Path) -> None:
    """The one import is found by a name that the commit has nowhere as a word."""
    build(
        repo, {"a.py": "import numpy\n\nimport my_gen\n", "ruff.toml": "lint.select = ['I']\n", ".gitignore": "my*\n"}
    )
    with both(repo, tmp_path / "trees") as pair:
        (repo.path / "my_gen.py").write_text("")  # it appeared later
        found = RUFF.check(pair.tree.root, ["a.py"])
        with pytest.raises(CheckerError, match=r"I001 in line 1 of a\.py only in the.*; not in git: my_gen\.py"):
            prove_alike(pair, [RUFF], found, tests=False)


def test_configuration_that_is_not_committed_is_told(repo: GitRepo, tmp_path: Path) -> None:
    build(repo, {"a.py": A, "ruff.toml": "lint.select = ['F']\n"})
    repo.write("ruff.toml", SHORT)
    with both(repo, tmp_path / "trees") as pair:
        found = RUFF.check(pair.tree.root, ["a.py"])
        told = prove_alike(pair, [RUFF], found, tests=False)
    assert told == "ruff.toml: changes that are not committed, and the run goes without them"


def test_a_file_that_is_being_edited_is_no_difference(repo: GitRepo, tmp_path: Path) -> None:
    build(repo, {"a.py": A})
    repo.write("a.py", "")
    with both(repo, tmp_path / "trees") as pair:
        assert prove_alike(pair, [RUFF], RUFF.check(pair.tree.root, ["a.py"]), tests=False) == ""


TYPED = {"mypy.ini": "[mypy]\nstrict = true\n", "a.py": "from gen import size\n\nx: str = size()\n"}
GEN = "def size() -> int:\n    return 1\n"
PLUGIN = "from mypy.plugin import Plugin\n\n\ndef plugin(version: str) -> type[Plugin]:\n    return Plugin\n"

MYPY_LAYOUTS = {
    "ignored package": {**TYPED, ".gitignore": "/gen/\n", "gen/__init__.py": GEN},
    "ignored module below src": {**TYPED, ".gitignore": "gen.py\n", "src/gen.py": GEN, "src/other.py": ""},
    "ignored stub": {**TYPED, ".gitignore": "*.pyi\n", "gen.pyi": "def size() -> int: ...\n"},
    "ignored mypy.ini": {**TYPED, ".gitignore": "mypy.ini\n", "gen.py": GEN},
    "mypy_path above": {**TYPED, "mypy.ini": "[mypy]\nmypy_path = ../shared\n", "../shared/gen.py": GEN},
    "mypy_path by its variable": {
        **TYPED,
        "mypy.ini": "[mypy]\nmypy_path = $MYPY_CONFIG_FILE_DIR/../shared\n",
        "../shared/gen.py": GEN,
    },
    "the folder above is on the path": {**TYPED, "mypy.ini": "[mypy]\nmypy_path = ..\n", "../gen.py": GEN},
    "plugin above": {
        **TYPED,
        "mypy.ini": "[mypy]\nplugins = ../plugins/mine.py\n",
        "gen.py": GEN,
        "../plugins/mine.py": f"import plugin_names\n{PLUGIN}",
        "../plugins/plugin_names.py": "",
    },
    "ignored plugin": {
        **TYPED,
        "mypy.ini": "[mypy]\nplugins = tools/mine.py\n",
        "gen.py": GEN,
        ".gitignore": "/tools/\n",
        "tools/mine.py": PLUGIN,
    },
    "above and not seen": {**TYPED, "gen.py": GEN, "../mypy.ini": "[mypy]\nignore_errors = true\n"},
}


@pytest.mark.parametrize("layout", MYPY_LAYOUTS)
def test_mypy_sees_the_same(layout: str, repo: GitRepo, tmp_path: Path) -> None:
    build(repo, MYPY_LAYOUTS[layout])
    with both(repo, tmp_path / "trees") as pair:
        found = MYPY.check(pair.tree.root, pair.paths, pair.tree.scratch)
        assert prove_alike(pair, [MYPY], found, tests=False) == ""
    assert [(d.line, d.code) for d in found] == [(3, "assignment")]


def test_mypy_with_less_than_the_checkout_has_is_found_out(repo: GitRepo, tmp_path: Path) -> None:
    build(repo, {**TYPED, ".gitignore": "/gen/\n"})
    with both(repo, tmp_path / "trees") as pair:
        found = MYPY.check(pair.tree.root, pair.paths, pair.tree.scratch)
        repo.write("gen/__init__.py", GEN)
        with pytest.raises(CheckerError, match=r"mypy finds .* of a\.py only in the.*; not in git: gen/"):
            prove_alike(pair, [MYPY], found, tests=False)


TEST = {"test_a.py": "def test_a() -> None:\n    pass\n"}
PYTEST_LAYOUTS = {
    "none": (TEST, (".", "")),
    "own": ({**TEST, "pytest.ini": "[pytest]\n"}, (".", "pytest.ini")),
    "ignored": ({**TEST, ".gitignore": "pytest.ini\n", "pytest.ini": "[pytest]\n"}, (".", "pytest.ini")),
    "above": ({**TEST, "../pytest.ini": "[pytest]\n"}, ("..", "../pytest.ini")),
    "far above": ({**TEST, "../../tox.ini": "[pytest]\n"}, ("../..", "../../tox.ini")),
    "setup.py above": ({**TEST, "../setup.py": ""}, ("..", "")),
}


@pytest.mark.parametrize("layout", PYTEST_LAYOUTS)
def test_pytest_sees_the_same(layout: str, repo: GitRepo, tmp_path: Path) -> None:
    files, expected = PYTEST_LAYOUTS[layout]
    build(repo, files)
    with both(repo, tmp_path / "trees") as pair:
        assert prove_alike(pair, [], (), tests=True) == ""
        place = tmp_path / "place"
        place.mkdir()
        sight = pytest_sight(sys.executable, pair.tree.root, place, {})
    assert sight is not None
    assert sight[:2] == expected


@pytest.mark.thorough
def test_pytest_with_another_configuration_is_found_out(repo: GitRepo, tmp_path: Path) -> None:
    build(repo, TEST)
    with both(repo, tmp_path / "trees") as pair:
        repo.write("pytest.ini", "[pytest]\naddopts = -x\n")
        with pytest.raises(
            CheckerError, match=r"pytest goes by pytest\.ini with the root \. in the checkout, and by no"
        ):
            prove_alike(pair, [], (), tests=True)


def test_a_folder_with_settings_of_its_own_that_ruff_leaves_out_is_compared_too(repo: GitRepo, tmp_path: Path) -> None:
    """With `force-exclude` ruff says nothing of a file that it leaves out, named or not."""
    exclude = "force-exclude = true\nextend-exclude = ['gen']\n"
    build(repo, {"a.py": A, "ruff.toml": exclude + SHORT, "gen/ruff.toml": "extend = '../ruff.toml'\n", "gen/b.py": A})
    with both(repo, tmp_path / "trees") as pair:
        found = RUFF.check(pair.tree.root, pair.paths)
        assert [d.path for d in found] == ["a.py"]
        assert prove_alike(pair, [RUFF], found, tests=False) == ""
        (pair.tree.root / "gen/ruff.toml").write_text("extend = '../ruff.toml'\nline-length = 10\n")
        with pytest.raises(CheckerError, match=r"other settings for gen/b\.py"):
            prove_alike(pair, [RUFF], found, tests=False)


# What ruff 0.1 says: what it has compiled patterns to is full of the place, as text, as bytes and as a hash.
OLD_SETTINGS = """\
Settings {{
    file_resolver: FileResolverSettings {{
        exclude: FilePatternSet {{
            set: GlobSet {{
                len: 2,
                strats: [
                    Literal(
                        LiteralStrategy(
                            {{
                                [
                                    {byte},
                                ]: [
                                    0,
                                ],
                            }},
                        ),
                    ),
                ],
            }},
            cache_key: {byte}0,
        }},
        project_root: "{top}",
    }},
    per_file_ignores: [
        GlobMatcher {{
            pat: Glob {{
                glob: "{top}/b.py",
                re: "(?-u)^{escaped}/b\\\\.py$",
                tokens: Tokens(
                    [
                        Literal(
                            '{letter}',
                        ),
                    ],
                ),
            }},
            re: Regex(
                "(?-u)^{escaped}/b\\\\.py$",
            ),
        }},
        UnusedImport,
    ],
    line_length: {length},
}}
"""


def old_settings(tmp_path: Path, name: str, length: int) -> str:
    top = tmp_path / name
    facts = {"top": top, "escaped": str(top).replace("-", "\\\\-"), "byte": ord(name), "letter": name, "length": length}
    return without_place(without_compiled(OLD_SETTINGS.format(**facts)), top, 0)


def test_what_an_old_ruff_makes_of_patterns_is_no_difference(tmp_path: Path) -> None:
    here, there, other = (old_settings(tmp_path, *facts) for facts in (("a", 88), ("b", 88), ("b", 100)))
    assert here == there != other
    assert 'glob: ".//b.py",' in here
    assert "UnusedImport" in here
    assert here.splitlines()[-1] == "}"


def test_settings_of_todays_ruff_are_compared_whole() -> None:
    text = ruff_settings(RUFF.program, Path(__file__).parents[2], "tests/stage/test_same_findings.py", 0)
    assert text
    assert without_compiled(text) == text


@pytest.mark.parametrize("target", ["../conf/ruff.toml", "../ruff-of-all.toml", "local/ruff.toml"])
def test_configuration_that_a_committed_link_leads_to_is_seen(target: str, repo: GitRepo, tmp_path: Path) -> None:
    (repo.path / "ruff.toml").symlink_to(target)
    build(repo, {"a.py": A, ".gitignore": "/local/\n", target: SHORT})
    with both(repo, tmp_path / "trees") as pair:
        found = RUFF.check(pair.tree.root, ["a.py"])
        assert [d.code for d in found] == ["E501"]
        assert prove_alike(pair, [RUFF], found, tests=False) == ""
