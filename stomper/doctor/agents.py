"""Which agents are installed. They are looked up, and asked for their version where they cannot reach a network."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stomper import process
from stomper.doctor.finding import Finding
from stomper.doctor.tools import UNKNOWN, version_of

# The programs by which each is known.
AGENTS: dict[str, tuple[str, ...]] = {
    "Claude Code": ("claude",),
    "Codex": ("codex",),
    "Cursor": ("cursor-agent",),
    "Gemini CLI": ("gemini",),
    "Copilot CLI": ("copilot",),
    "opencode": ("opencode",),
    "Qwen Code": ("qwen",),
    "aider": ("aider",),
    "mini-swe-agent": ("mini",),
    "goose": ("goose",),
    "Amp": ("amp",),
    "llm": ("llm",),
}
# It unpacks 240 MB into the user's cache when it is first started, whatever it is asked.
NOT_STARTED = frozenset({"copilot"})


def find_agents(sealed: Sequence[str]) -> Iterator[Finding]:
    """The agents that are there. `sealed` starts a program without a network; where empty, none is started."""
    there = [(name, path) for name, programs in AGENTS.items() for path in map(_which, programs) if path]
    if not there:
        yield Finding("agents", "none", "note", f"found none of {', '.join(AGENTS)}; ruff's own fixes need none")
        return
    with ThreadPoolExecutor(4) as threads, tempfile.TemporaryDirectory(prefix="stomper-doctor-") as folder:
        versions = list(threads.map(lambda found: _version(found[1], sealed, Path(folder)), there))
    for (name, path), version in zip(there, versions, strict=True):
        yield Finding("agents", name, "ok", f"{version}, {path}" if version else path)


def _which(program: str) -> str | None:
    return shutil.which(program, path=process.search_path())


def _version(path: str, sealed: Sequence[str], folder: Path) -> str:
    if not sealed or Path(path).name in NOT_STARTED:
        return ""
    version = version_of([path], folder, sealed, {"TMPDIR": str(folder)})
    return "" if version == UNKNOWN else version
