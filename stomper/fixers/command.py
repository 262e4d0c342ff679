"""A program as a fixer: `[tool.stomper.fixer.NAME]`, or a preset."""

from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.checkers.nearest import nearest_folder
from stomper.fixers.base import FixReply, FixRequest, reply_of
from stomper.globs import matches
from stomper.models import Diagnostic

FILE = "{file}"


@dataclass(frozen=True, slots=True)
class CommandFixer:
    """Runs `command` at the top of the worktree, `{file}` replaced by the path of the file from there.

    If some of `configured_by` are above the file, it is run in the folder of the nearest. Without a `{file}` the path
    comes last. A path that begins with a dash gets `./` before it. The program is looked up on PATH; an exit code of
    `exit_codes` means that it ran, and nothing more. It takes the files that match `include`, and diagnostics of the
    checkers in `tools`; all if that is empty.
    """

    name: str
    command: tuple[str, ...]
    timeout: float = 300.0
    divisible: bool = False
    learns: bool = False
    include: tuple[str, ...] = ()
    exit_codes: tuple[int, ...] = (0,)
    tools: tuple[str, ...] = ()
    configured_by: tuple[str, ...] = ()
    notebooks: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        if not any(not self.tools or diagnostic.tool in self.tools for diagnostic in diagnostics):
            return False
        return not self.include or matches(diagnostics[0].path, self.include)

    def fix(self, request: FixRequest) -> FixReply:
        folder = nearest_folder(request.root, request.path, self.configured_by, {})
        inner = request.path.removeprefix(f"{folder}/") if folder else request.path
        path = f"./{inner}" if inner.startswith("-") else inner
        template = self.command if any(FILE in word for word in self.command) else (*self.command, FILE)
        done = process.run(
            [word.replace(FILE, path) for word in template],
            cwd=request.root / folder,
            env={"TMPDIR": str(request.scratch)},
            timeout=self.timeout,
            contained=True,
        )
        return reply_of(self.name, done, self.exit_codes, f"fixer.{self.name}.exit_codes")
