"""mypy as a checker: the project's own configuration, a cache of its own for each checkout.

Exit codes: 0 and 1 are results, 2 is a crash or a usage error. Lines are `path:line:column: severity: message [code]`
(https://mypy.readthedocs.io/en/stable/command_line.html): text, because every version has it.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity

RESULTS = (0, 1)
LINE = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<severity>error|note): "
    r"(?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$"
)
NO_CODE = "misc"
OPTIONS = (
    "--show-column-numbers",
    "--show-error-codes",
    "--no-error-summary",
    "--no-color-output",
    "--no-pretty",
    "--hide-error-context",
    "--show-absolute-path",
)


@dataclass(frozen=True, slots=True)
class MypyChecker:
    """`mypy` on files, seeing the rest of the project by its imports.

    `program` is the path of mypy, `python` the interpreter whose packages it sees, `roots` the import
    roots from the top, `timeout` the limit of one call in seconds.
    """

    program: str
    python: str
    roots: tuple[str, ...] = (".",)
    timeout: float = 1800.0
    name: str = "mypy"

    def check(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> tuple[Diagnostic, ...]:
        wanted = set(paths)
        if not wanted:
            return ()
        with contextlib.ExitStack() as stack:
            # A cache that two mypys write at once breaks both (python/mypy#21136): one for each checkout.
            place = scratch or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stomper-mypy-")))
            done = self._run(root, sorted(wanted), place / "mypy-cache")
        if not done.ended or done.returncode not in RESULTS:
            raise CheckerError(f"mypy gave no result ({done.how()}): {done.words()}", "Run it by hand to see more.")
        found = list(self._diagnostics(root, done))
        if done.returncode and not found:
            raise CheckerError(f"mypy's exit code {done.returncode} does not go with its output: {done.words(400)}")
        return tuple(sorted((d for d in found if d.path in wanted), key=lambda d: (d.path, d.line, d.column, d.code)))

    def _run(self, root: Path, paths: Sequence[str], cache: Path) -> process.Completed:
        argv = [self.program, *OPTIONS, f"--python-executable={self.python}", f"--cache-dir={cache}", "--", *paths]
        path = os.pathsep.join(str(root / folder) for folder in self.roots)
        return process.run(argv, cwd=root, env={"MYPYPATH": path}, timeout=self.timeout, contained=True)

    def _diagnostics(self, root: Path, done: process.Completed) -> Iterator[Diagnostic]:
        for line in done.stdout.decode("utf-8", "backslashreplace").splitlines():
            match = LINE.match(line)
            if match and match["severity"] == "error":
                path = Path(match["path"])
                if not path.is_relative_to(root):
                    continue
                place = int(match["line"]), int(match["column"] or 1)
                code = match["code"] or NO_CODE
                yield Diagnostic(
                    self.name, code, match["text"], path.relative_to(root).as_posix(), *place, Severity.ERROR
                )
