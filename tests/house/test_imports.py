"""The floors of the building: who may import whom. A new module is entered here, or the test says so."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import stomper
from stomper import process

PACKAGE = Path(stomper.__file__).parent
CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"
HEAD = "| floor | part | purpose |\n|---|---|---|\n"
MOST_AT_THE_TOP = 12

# A module (or a whole package) may import lower floors, and neighbours on its own floor as long as nothing goes round.
FLOORS: dict[int, tuple[str, ...]] = {
    0: (
        "stomper",
        "attempts",
        "errors",
        "grades",
        "settings",
        "globs",
        "multisets",
        "version",
        "python",
        "suppressions",
    ),
    1: ("disk", "text"),
    2: ("metadata", "models", "process", "units"),
    3: ("config", "git", "learning", "progress"),
    4: ("guards", "plan", "workspace"),
    5: ("journal", "language_servers", "project"),
    6: ("checkers", "environments", "landing"),
    7: ("fixers", "formatters", "unchanged_checkout", "project_tests", "report"),
    8: ("metering", "proof", "trust"),
    9: ("worker", "outcome_cache"),
    10: ("cluster", "run"),
    11: ("commands", "fleet", "forges"),
    12: ("cli",),
    13: ("__main__",),
}
# These names stay where they are said to be.
OUTSIDERS: dict[str, tuple[str, ...]] = {
    "subprocess": ("process",),
    "git": ("git",),
    "gitdb": ("git",),
    "click": ("cli",),
    "tqdm": ("progress",),
    "pytest": (),
    "tests": (),
}
# It runs in another interpreter than ours, and forks only itself.
ALONE = ("checkers.mypy_server", "formatters.formatter_server")
ENVIRONMENT = ("process", "config")
ENVIRONMENT_NAMES = ("environ", "environb", "getenv", "putenv", "unsetenv", "getenvb")


@dataclass(frozen=True)
class Module:
    """One file: `name` is what it is called below `stomper`, `part` the entry it belongs to in FLOORS."""

    name: str
    tree: ast.Module

    @property
    def part(self) -> str:
        return self.name.split(".")[0]

    def imports(self) -> Iterator[str]:
        """Dotted names of everything it imports, also inside functions; `from a import b` is both `a` and `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}, line {node.lineno}: a relative import"
                yield node.module or ""
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def parts(self) -> set[str]:
        """The entries of FLOORS that it imports."""
        known = {part for parts in FLOORS.values() for part in parts} | {module.part for module in MODULES}
        names = [name.split(".")[1] for name in self.imports() if name.startswith("stomper.")]
        return {name for name in names if name in known} - {self.part}

    def modules(self) -> set[str]:
        """The modules that it needs. `from a import b` needs `a.b` if that is a module, else what `a` itself holds."""
        return {name.removeprefix("stomper.") for node in ast.walk(self.tree) for name in _needed(node)} - {self.name}


def _needed(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            inside = f"{node.module}.{alias.name}"
            yield inside if is_module(inside) else node.module or ""


def is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def read_modules() -> list[Module]:
    modules = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__") or "stomper"
        modules.append(Module(name, ast.parse(file.read_bytes())))
    return modules


MODULES = read_modules()
FLOOR = {part: floor for floor, parts in FLOORS.items() for part in parts}


@pytest.mark.parametrize("part", sorted({module.part for module in MODULES}))
def test_every_module_has_a_floor(part: str) -> None:
    assert part in FLOOR, (
        f"stomper.{part} is new: enter it in FLOORS of tests/house/test_imports.py (design, section 4)"
    )


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_imports_nothing_from_above(module: Module) -> None:
    floor = FLOOR.get(module.part, 0)
    wrong = sorted(part for part in module.parts() if FLOOR.get(part, floor) > floor)
    assert not wrong, f"{module.name} (floor {floor}) must not import {', '.join(wrong)}"


def test_imports_do_not_go_round() -> None:
    imports = {part: set[str]().union(*(m.parts() for m in MODULES if m.part == part)) for part in FLOOR}
    while leaves := {part for part, needed in imports.items() if not needed & imports.keys()}:
        imports = {part: needed for part, needed in imports.items() if part not in leaves}
    assert not imports, f"these import each other: {imports}"


def test_no_modules_import_each_other() -> None:
    names = {module.name for module in MODULES}
    imports = {module.name: module.modules() & names for module in MODULES}
    while leaves := {name for name, needed in imports.items() if not needed & imports.keys()}:
        imports = {name: needed for name, needed in imports.items() if name not in leaves}
    assert not imports, f"these import each other: {sorted(imports)}"


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_each_outsider_has_one_home(outsider: str) -> None:
    homes = OUTSIDERS[outsider]
    users = {module.name for module in MODULES if outsider in {name.split(".")[0] for name in module.imports()}}
    wrong = {name for name in users if name.split(".")[0] not in homes}
    assert not wrong, f"{outsider} belongs to {' and '.join(homes) or 'nobody'}, not to {', '.join(sorted(wrong))}"


def test_only_process_and_config_see_the_environment() -> None:
    for module in MODULES:
        if module.part not in ENVIRONMENT:
            for node in ast.walk(module.tree):
                name = (
                    node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
                )
                assert name not in ENVIRONMENT_NAMES, f"{module.name} uses os.{name}, which is for {ENVIRONMENT} only"


def test_only_process_starts_programs() -> None:
    starters = {"system", "popen", "posix_spawn", "posix_spawnp", "fork", "forkpty", "create_subprocess_exec"}
    starters |= {
        f"{kind}{end}" for kind in ("exec", "spawn") for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
    }
    for module in MODULES:
        if module.part != "process" and module.name not in ALONE:
            used = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)} & starters
            assert not used, f"{module.name} starts programs by {', '.join(used)}: that is for stomper.process"


def test_the_core_never_prints() -> None:
    for module in MODULES:
        if module.part not in ("cli", "progress", "__main__"):
            calls = {
                n.func.id for n in ast.walk(module.tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
            assert not calls & {"print", "input", "breakpoint"}, f"{module.name} talks to the terminal"


def test_each_module_is_on_one_floor() -> None:
    assert len(FLOOR) == sum(map(len, FLOORS.values()))


def purpose(part: str) -> str:
    """The first sentence of a folder or module about itself."""
    name = next(module for module in MODULES if module.name == part)
    return (ast.get_docstring(name.tree) or "").partition("\n")[0]


def floors_table(floors: Mapping[int, Sequence[str]]) -> str:
    """Give the table as Markdown: a row for each part, from the top of the building down to the ground."""
    rows = [
        f"| {floor} | `{part}` | {purpose(part)} |\n"
        for floor in sorted(floors, reverse=True)
        for part in sorted(floors[floor])
    ]
    return HEAD + "".join(rows)


def test_few_modules_stand_at_the_top() -> None:
    files = [module.name for module in MODULES if not (PACKAGE / module.part).is_dir()]
    assert len(files) <= MOST_AT_THE_TOP, f"find a folder for one of these: {', '.join(files)}"


@pytest.mark.parametrize("part", sorted(part for part in FLOOR if (PACKAGE / part).is_dir()))
def test_a_folder_says_its_floor(part: str) -> None:
    module = next(module for module in MODULES if module.name == part)
    lines = (ast.get_docstring(module.tree) or "").splitlines()
    assert lines[2:3] == [f"On floor {FLOOR[part]}: every folder on a higher floor may import it."]


def test_the_table_of_contributing_is_that_of_the_data() -> None:
    table = floors_table(FLOORS)
    assert table in CONTRIBUTING.read_text("utf-8"), "write it anew: .venv/bin/python scripts/floors_table.py"


def test_no_name_of_process_is_that_of_a_module() -> None:
    """The import of such a module would take the place of the name, which is loaded only when it is asked for."""
    modules = {module.name.removeprefix("process.") for module in MODULES if module.part == "process"}
    assert not modules & set(process._HOMES)
