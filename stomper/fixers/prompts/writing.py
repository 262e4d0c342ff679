"""Writing a prompt that is not too long, by Stomper's template or the project's."""

from pathlib import Path

from stomper.errors import ConfigError, ToolError
from stomper.fixers.prompts.context import DETAILS, Material, make_context, smaller
from stomper.fixers.prompts.samples import samples
from stomper.fixers.prompts.source import TEMPLATE, read_inside
from stomper.fixers.prompts.template import BadTemplateError, render
from stomper.models import printable


def own_template(root: Path) -> str | None:
    """The project's template; None if it has none."""
    content = read_inside(root, TEMPLATE)
    return None if content is None else _decode(content)


def fit(own: str | None, material: Material, most: int) -> str:
    """The fullest prompt of at most so many bytes. Raises ToolError if there is none."""
    size = 0
    for detail in (DETAILS[material.strategy], *smaller(DETAILS[material.strategy])):
        try:
            text = render(own, make_context(material, detail)).encode("utf-8", "backslashreplace")
        except BadTemplateError as error:
            raise ToolError(f"{_where(error)}: {error.message}") from error
        size = len(text)
        if size <= most:
            return text.decode()
    raise ToolError(
        f"the shortest prompt for {printable(material.path)} has {size} bytes, and prompts.max_bytes is {most}",
        "Raise prompts.max_bytes if the model takes so much.",
    )


def try_out(content: bytes) -> None:
    """Write prompts for samples by a project's template. Raises ConfigError if one cannot be written."""
    try:
        for context in samples():
            render(_decode(content), context)
    except BadTemplateError as error:
        raise ConfigError(
            f"{_where(error)}: {error.message}",
            "Correct it (docs/prompts.md names the variables); without it Stomper's own template is used.",
        ) from error


def _where(error: BadTemplateError) -> str:
    return f"{TEMPLATE}, line {error.line}" if error.line else TEMPLATE


def _decode(content: bytes) -> str:
    return content.decode("utf-8", "replace")
