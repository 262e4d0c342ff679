"""Jinja2: the template that comes with Stomper, and the project's own, in a sandbox. Imported late, for its weight."""

import functools
import re
import traceback
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.loaders import FunctionLoader
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from stomper.errors import StomperError
from stomper.fixers.prompts.earlier_attempts import json_rows
from stomper.process.own_memory import own_memory
from stomper.process.own_time import OverTimeError, own_time

SHIPPED = "stomper/"
NAME = "prompt.md.j2"
BACKTICKS = re.compile(r"`{3,}")
# A template in a repository may be anybody's; one that prints for ever is stopped here.
MOST_CHARACTERS = 5_000_000
MOST_SECONDS = 10.0
MOST_BYTES = 512 * 2**20
MOST_BITS = 4096


class BadTemplateError(StomperError):
    """A template cannot be used; `line` is where in it, 0 where that is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def render(own: str | None, context: Mapping[str, Any]) -> str:
    """The prompt by the project's `own` template, by ours where that is None. Raises BadTemplateError."""
    try:
        with own_time(MOST_SECONDS), own_memory(MOST_BYTES):
            return "".join(_parts(own, context))
    except OverTimeError:
        raise BadTemplateError(f"it takes more than {MOST_SECONDS:g} s") from None
    except MemoryError:
        raise BadTemplateError(f"it needs more than {MOST_BYTES // 2**20} MB of memory") from None
    except TemplateSyntaxError as error:
        raise BadTemplateError(f"{error.message}", error.lineno if error.name == NAME else 0) from error
    except TemplateError as error:
        raise BadTemplateError(error.message or type(error).__name__, _line(error)) from error
    except BadTemplateError:
        raise
    except Exception as error:  # a template can divide by zero, add a number to a word, and much else
        raise BadTemplateError(f"{type(error).__name__}: {error}", _line(error)) from error


def _parts(own: str | None, context: Mapping[str, Any]) -> Iterator[str]:
    size = 0
    for part in _environment(own).get_template(SHIPPED + NAME if own is None else NAME).generate(**context):
        size += len(part)
        if size > MOST_CHARACTERS:
            raise BadTemplateError(f"it gives more than {MOST_CHARACTERS:,} characters")
        yield part


class Environment(ImmutableSandboxedEnvironment):
    """The sandbox of the package, in which a number stays one that a machine computes at once."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int) and isinstance(right, int)
        if numbers and left.bit_length() * (abs(right) if operator == "**" else 1) + right.bit_length() > MOST_BITS:
            raise BadTemplateError("it computes with numbers that are too large")
        return super().call_binop(context, operator, left, right)


@functools.lru_cache(maxsize=4)
def _environment(own: str | None) -> SandboxedEnvironment:
    def source(name: str) -> tuple[str, str, None] | None:
        if name == NAME and own is not None:
            return own, NAME, None
        return (_shipped(name.removeprefix(SHIPPED)), name, None) if name == SHIPPED + NAME else None

    environment = Environment(
        loader=FunctionLoader(source),
        autoescape=False,  # a prompt is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["fenced"] = fenced
    environment.filters["json"] = json_rows
    return environment


@functools.cache
def _shipped(name: str) -> str:
    return resources.files("stomper.fixers.prompts").joinpath("templates", name).read_text(encoding="utf-8")


def fenced(text: str, language: str = "") -> str:
    """A text between fences that are longer than any in it, so that nothing in it can end them."""
    longest = max(map(len, BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    end = "" if text.endswith("\n") or not text else "\n"
    return f"{fence}{language}\n{text}{end}{fence}"


def _line(error: BaseException) -> int:
    """The line of the project's template that an error came out of."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == NAME), 0)
