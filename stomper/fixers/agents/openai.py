"""A model behind an OpenAI-compatible endpoint as a fixer: no client program, the answer is applied here.

Ollama, llama.cpp, vLLM and LM Studio are such endpoints: nothing but `base_url` is ever reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stomper import process
from stomper.config.places import place_of
from stomper.errors import ConfigError, ToolError
from stomper.fixers.agents.answers import UnusableAnswerError, apply_answer
from stomper.fixers.agents.fixer import secrets_of
from stomper.fixers.agents.textfile import NotTextError, TextFile, read_text_file
from stomper.fixers.base import Failure, FixReply, FixRequest, hide
from stomper.fixers.prompts import Prompt, write_prompt
from stomper.models import Diagnostic
from stomper.settings import AgentSettings, AnswerForm, Settings

if TYPE_CHECKING:
    from stomper.fixers.agents.completions import Completion

BASE_URL = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
NO_KEY = "none"  # what a server is sent that asks for none
WHOLE_FILE_BYTES = 6_000  # about 150 lines: beyond that an answer with all of them costs more than its blocks


@dataclass(frozen=True, slots=True)
class OpenAIFixer:
    """Asks the model for the new file, and writes it if the answer can be applied as it stands."""

    name: str
    agent: AgentSettings
    settings: Settings
    divisible: bool = False
    learns: bool = True
    ours: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def prompt(self, request: FixRequest) -> Prompt:
        """Write the prompt that `fix` sends. Raises ToolError for a file that is no text."""
        try:
            file = _read(request)
        except NotTextError as error:
            raise ToolError(f"{self.name}: the file {error}") from error
        return write_prompt(request, self.settings, answer=self._form(file))

    def fix(self, request: FixRequest) -> FixReply:
        try:
            file = _read(request)
        except NotTextError as error:
            return FixReply(f"{self.name}: the file {error}", failure=Failure.FAILED)
        form = self._form(file)
        prompt = write_prompt(request, self.settings, answer=form)
        completion = self._ask(prompt.text, min(request.timeout or self.agent.timeout, self.agent.timeout))
        said = completion.answer
        problem = said.problem or _write(request.file, completion.text, file, form)
        secrets = secrets_of(self._key(), self.agent.base_url)
        return FixReply(
            hide(f"{self.name}: {problem}" if problem else "", secrets),
            hide(completion.log, secrets),
            timed_out=completion.timed_out,
            stopped=completion.stopped,
            usage=said.usage,
            strategy=prompt.strategy,
            failure=said.failure,
            retry_after=said.retry_after,
            secrets=secrets,
        )

    def _ask(self, prompt: str, timeout: float) -> "Completion":
        from stomper.fixers.agents.completions import Endpoint, complete  # who asks no model need not wait for it

        address, model = self.agent.base_url or BASE_URL, self.agent.model or ""
        return complete(Endpoint(address, self._key() or NO_KEY, model, timeout), prompt)

    def _key(self) -> str | None:
        return process.variable(self.agent.key_variable or KEY_VARIABLE)

    def _form(self, file: TextFile) -> AnswerForm:
        if self.agent.answer != "auto":
            return self.agent.answer
        return "whole-file" if len(file.text.encode("utf-8", "replace")) <= WHOLE_FILE_BYTES else "search-replace"


def make_openai(agent: AgentSettings, settings: Settings, top: Path) -> OpenAIFixer:
    """The fixer of this endpoint. Raises ConfigError if it has no model, or no key and needs one."""
    place = place_of(top, f"agent.{agent.name}")
    if agent.model is None:
        raise ConfigError(f"the agent '{agent.name}' needs a model", f"Name it: model = 'NAME' {place}")
    variable = agent.key_variable or KEY_VARIABLE
    needed = agent.base_url is None or agent.key_variable is not None
    if needed and not process.variable(variable):
        raise ConfigError(
            f"the agent '{agent.name}' needs a key, and the variable {variable} is not set",
            f"Set it; or name a server of your own, which needs none: base_url = 'http://127.0.0.1:11434/v1' {place}",
        )
    return OpenAIFixer(agent.name, agent, settings)


def _read(request: FixRequest) -> TextFile:
    return read_text_file(request.content(), request.path.endswith((".py", ".pyi")))


def _write(path: Path, answer: str, file: TextFile, form: AnswerForm) -> str:
    """Apply the answer. Returns what is wrong with it, in which case the file is as it was."""
    try:
        new = apply_answer(answer, file, form).encode()
    except (UnusableAnswerError, NotTextError) as error:
        return f"its answer {error}"
    with path.open("r+b") as opened:  # in place: a new file in its stead would have another mode
        opened.write(new)
        opened.truncate()
    return ""
