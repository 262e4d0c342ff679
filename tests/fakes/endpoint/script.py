"""What the model says next: an edit with whatever tools the client offers, or as text where it offers none."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

Step: TypeAlias = Literal["read", "edit", "cheat", "look", "other", "shell"]

# What clients call their tools, and the parameters of these.
READS = ("Read", "read", "view", "read_file")
EDITS = ("Edit", "edit", "replace", "str_replace", "apply_patch")
SHELLS = ("Bash", "bash", "exec_command", "shell", "run_shell_command", "shell_command")
PATHS = ("file_path", "filePath", "path", "absolute_path")
OLDS = ("old_string", "oldString", "old_str")
NEWS = ("new_string", "newString", "new_str")
COMMANDS = ("cmd", "command")
# Some demand a word on why.
REMARKS = ("description", "instruction", "explanation", "justification")

FENCED = re.compile(r"^(?P<fence>`{3,})[^\n`]*\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
NUMBERED = re.compile(r"^ *\d+(?: ?[|:\t] ?| |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of every answer. `input` are all that were read, those from a cache (`cached`) included."""

    input: int = 1200
    output: int = 34
    cached: int = 200


@dataclass(frozen=True, slots=True)
class Script:
    """The edit is `old` -> `new`, whole lines, in the file that the prompt names first (`file_pattern`).

    `steps` are done in this order, those that the client has no tool for left out; then it says `words`.
    "cheat" silences the line instead, "look" and "other" are read and edit of the file `other`, also by an
    absolute path, "shell" runs `command`. Without steps it only talks; `refuse` says so in the way of the wire format.
    """

    old: str = "import os\n"
    new: str = ""
    steps: tuple[Step, ...] = ("read", "edit")
    other: str = ""
    command: str = "true"
    words: str = "Done."
    refuse: bool = False
    file_pattern: str = r"[\w./-]*\w\.pyi?\b"
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that a client offers. `custom` takes text, the others named `parameters`, some of them `required`."""

    name: str
    parameters: dict[str, Any]
    required: tuple[str, ...] = ()
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, whatever its wire format: what the user says, what tools there are, how many have answered."""

    model: str
    texts: tuple[str, ...]
    tools: tuple[Tool, ...]
    results: int
    stream: bool
    system: str = ""

    def tool(self, *names: str) -> Tool | None:
        return next((tool for name in names for tool in self.tools if tool.name == name), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model says: text, or the call of a tool with named `arguments` or, for a custom one, `text`.

    `number` tells the turns of a conversation apart: clients take two of one id for the same.
    """

    text: str
    tool: Tool | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    refused: bool = False
    number: int = 0


def file_of(asked: Asked, script: Script) -> str:
    """The file that the prompt is about: the first that its last text names, '' where none does."""
    for text in reversed(asked.texts):
        if found := re.search(script.file_pattern, text):
            return found[0]
    return ""


def next_turn(asked: Asked, script: Script) -> Turn:
    file = file_of(asked, script)
    if script.refuse or not file:
        return Turn(script.words if file else "No file was named.", refused=script.refuse)
    if not asked.tools:
        return Turn(_as_text(asked, script, file))
    calls = [call for step in script.steps if (call := _call(step, asked, script, file))]
    if asked.results < len(calls):
        return replace(calls[asked.results], number=asked.results)
    return Turn(script.words, number=asked.results)


def _call(step: Step, asked: Asked, script: Script, file: str) -> Turn | None:
    """The call that does a step, None where no tool can."""
    shell = asked.tool(*SHELLS)
    if step == "shell":
        return _run(shell, script.command) if shell else None
    if step in ("read", "look"):
        read, seen = asked.tool(*READS), script.other if step == "look" else file
        return Turn("", read, _arguments(read, _placed(read, asked, seen), "", "")) if read else None
    path, new = (script.other, script.new) if step == "other" else (file, _new(step, script))
    edit = asked.tool(*EDITS)
    if edit and edit.custom:
        return Turn(_patch(path, script.old, new), edit)
    if edit:
        return Turn("", edit, _arguments(edit, _placed(edit, asked, path), script.old, new))
    return _run(shell, f"apply_patch <<'END'\n{_patch(path, script.old, new)}\nEND\n") if shell else None


def _new(step: Step, script: Script) -> str:
    return f"{script.old.rstrip()}  # noqa\n" if step == "cheat" else script.new


def _run(shell: Tool, command: str) -> Turn:
    kind = shell.parameters.get("command", {})
    listed = isinstance(kind, dict) and kind.get("type") == "array"
    return Turn("", shell, _filled(shell, {COMMANDS: ["sh", "-c", command] if listed else command}))


def _placed(tool: Tool, asked: Asked, path: str) -> str:
    """The path as the tool wants it: those of some are absolute, and their clients say where they work."""
    absolute = any("absolute path" in str(tool.parameters.get(name)) for name in PATHS)
    folder = re.search(r"working in the directory: (\S+)", "\n".join(asked.texts))
    return f"{folder[1]}/{path}" if absolute and folder and not path.startswith("/") else path


def _arguments(tool: Tool, path: str, old: str, new: str) -> dict[str, Any]:
    return _filled(tool, {PATHS: path, OLDS: old, NEWS: new})


def _filled(tool: Tool, values: dict[tuple[str, ...], Any]) -> dict[str, Any]:
    """The values under the names that this tool has for them, and a word for what else it asks for."""
    known = {name: value for names, value in values.items() for name in names if name in tool.parameters}
    return {**{name: "as asked" for name in REMARKS if name in tool.required}, **known}


def _patch(path: str, old: str, new: str) -> str:
    changes = [f"-{line}" for line in old.splitlines()] + [f"+{line}" for line in new.splitlines()]
    return "\n".join(["*** Begin Patch", f"*** Update File: {path}", "@@", *changes, "*** End Patch"])


def _as_text(asked: Asked, script: Script, file: str) -> str:
    """The answer where there are no tools: SEARCH/REPLACE blocks where the prompt speaks of them, else the file."""
    if not script.steps:
        return script.words
    if "SEARCH" in asked.system + "".join(asked.texts):
        edits = [(script.other if s == "other" else file, _new(s, script)) for s in script.steps if s in _EDITING]
        return "\n".join(_block(path, script.old, new) for path, new in edits)
    new = _new("cheat" if "cheat" in script.steps else "edit", script)
    return f"{file}\n```python\n{_content(asked, script).replace(script.old, new)}```\n"


_EDITING = ("edit", "cheat", "other")


def _block(path: str, old: str, new: str) -> str:
    return f"{path}\n```python\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n```\n"


def _content(asked: Asked, script: Script) -> str:
    """The file as the prompt shows it, line numbers taken off: the longest fenced block that has the old text."""
    bodies = [found["body"] for text in asked.texts for found in FENCED.finditer(text)]
    plain = [_unnumbered(body) for body in bodies]
    return max((body for body in plain if script.old in body), key=len, default="")


def _unnumbered(body: str) -> str:
    return NUMBERED.sub("", body) if all(NUMBERED.match(line) for line in body.splitlines()) else body
