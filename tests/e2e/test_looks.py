"""Commands that promise to change nothing, in a project whose settings and variables have every tool write."""

import json
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.kit.checked import WITH_SERGEANT
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

ADDOPTS = [
    *("--cov=.", "--cov-report=html", "--cov-report=xml:cov.xml", "--junitxml=j.xml", "--log-file=l.log"),
    *("--basetemp=precious", "--debug", "--snapshot-update", "--force-regen"),
]
HOSTILE = f"""\
[tool.stomper]
checkers = ["ruff", "mypy", "pytest", "drill-sergeant"]
fixers = ["ruff", "ruff-unsafe", "drill-sergeant"]
[tool.stomper.workflow]
test_validation = "none"
[tool.stomper.environment]
python = {json.dumps(sys.executable)}
[tool.ruff]
fix = true
fix-only = true
unsafe-fixes = true
show-fixes = true
output-format = "github"
cache-dir = "ruff-cache"
[tool.mypy]
install_types = true
non_interactive = true
any_exprs_report = "reports"
linecount_report = "reports"
lineprecision_report = "more/reports"
junit_xml = "mypy.xml"
cache_dir = "mypy-cache"
sqlite_cache = true
[tool.pytest.ini_options]
testpaths = ["tests"]
log_file = "pytest.log"
cache_dir = "pytest-cache"
addopts = {json.dumps(ADDOPTS)}
drill_sergeant_write_markers = true
markers = ["unit: small"]
[tool.coverage.run]
data_file = "coverage.data"
[tool.coverage.html]
directory = "coverage-html"
"""
# What plugins for snapshots do: an option that has the tests write what they should have compared.
CONFTEST = """\
from pathlib import Path
import pytest

def pytest_addoption(parser):
    parser.addoption("--snapshot-update", action="store_true", dest="snapshot_update")
    parser.addoption("--force-regen", action="store_true")

@pytest.fixture
def expected(request):
    file = Path(__file__).with_name("expected.txt")
    if request.config.option.snapshot_update or request.config.getoption("--force-regen"):
        file.write_text("new")
    return file.read_text()
"""
FILES = {
    "pyproject.toml": HOSTILE,
    "app.py": "import os\nimport yaml\n\nx: int = ''\n",
    "precious/data.txt": "mine\n",
    "conftest.py": CONFTEST,
    "expected.txt": "old",
    "tests/unit/test_app.py": "def test_app(expected, tmp_path) -> None:\n    assert expected == 'new'\n",
    "stomper-baseline.json": '{"format": 1, "entries": []}\n',
}
VARIABLES = {
    "RUFF_OUTPUT_FILE": "ruff.out",
    "RUFF_CACHE_DIR": "ruff-cache",
    "RUFF_OUTPUT_FORMAT": "github",
    "MYPY_CACHE_DIR": "mypy-env-cache",
    "PYTEST_ADDOPTS": "--junitxml=env.xml --cov-report=json:cov.json -o cache_dir=env-cache",
    "COVERAGE_FILE": "env-coverage",
    "DRILL_SERGEANT_WRITE_MARKERS": "true",
    **WITH_SERGEANT,
}
PATIENCE = 400.0  # of one command, which starts every tool there is
LOOKS: dict[str, tuple[int, ...]] = {
    "check": (1,),
    "check --format json app.py": (1,),
    "check --git-staged": (1,),
    "check --git-changed": (1,),
    "plan": (0,),
    "plan --show-prompt app.py --agent nobody": (0, 2, 3),
    "plan -o {out}/plan.toml": (0,),
    "baseline show": (0,),
    "baseline prune": (0,),
    "fix --dry-run -j 2": (1,),
    "doctor": (0, 3),
    "stats": (0,),
    "status": (0,),
}


def everything(repo: GitRepo) -> dict[str, tuple[str, bytes]]:
    """Every file of the checkout and of git's folder, less what Stomper itself keeps there and unreachable objects."""
    found = repo.checkout_state().files
    for file in repo.git_dir.rglob("*"):
        name = file.relative_to(repo.git_dir)
        if file.is_file() and name.parts[0] not in ("stomper", "objects"):
            found[f".git/{name}"] = (oct(file.stat().st_mode), file.read_bytes())
    folders = {str(f.relative_to(repo.path)) for f in repo.path.rglob("*") if f.is_dir() and ".git" not in f.parts}
    return found | {f"{folder}/": ("folder", b"") for folder in folders}


def packages() -> set[str]:
    """Give what is installed for the project's interpreter, compiled files too."""
    return {str(file) for file in Path(sysconfig.get_path("purelib")).glob("*")}


@pytest.fixture
def hostile(repo: GitRepo) -> GitRepo:
    for name, content in FILES.items():
        repo.write(name, content)
    repo.commit()
    repo.write("app.py", FILES["app.py"] + "WORK = 42\n")
    repo.git("add", "app.py")
    repo.write("app.py", FILES["app.py"] + "WORK = 43\n")
    repo.write("untracked.py", "import os\n")
    return repo


@pytest.mark.matrix
@pytest.mark.parametrize("words", LOOKS)
def test_a_look_changes_nothing(hostile: GitRepo, stomper: Stomper, tmp_path: Path, words: str) -> None:
    before, installed = everything(hostile), packages()
    result = stomper.run(hostile, *words.format(out=tmp_path).split(), env=VARIABLES, timeout=PATIENCE)
    assert result.code in LOOKS[words], str(result)
    assert everything(hostile) == before
    assert packages() == installed


@pytest.mark.thorough
def test_all_that_is_wrong_is_found_all_the_same(hostile: GitRepo, stomper: Stomper) -> None:
    result = stomper.run(hostile, "check", "--format", "json", env=VARIABLES).check(1)
    rows = {(d["path"], d["tool"], d["code"]) for d in json.loads(result.out)["diagnostics"]}
    assert {
        ("app.py", "ruff", "F401"),
        ("app.py", "mypy", "import-untyped"),
        ("app.py", "mypy", "assignment"),
        ("tests/unit/test_app.py", "pytest", "AssertionError"),
        ("tests/unit/test_app.py", "drill-sergeant", "missing-marker"),
    } <= rows


@pytest.mark.thorough
def test_only_its_own_file_is_written_by_baseline_write(hostile: GitRepo, stomper: Stomper) -> None:
    before = everything(hostile)
    stomper.run(hostile, "baseline", "write", env=VARIABLES).check()
    after = everything(hostile)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {
        "stomper-baseline.json"
    }
