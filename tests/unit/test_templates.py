"""Templates: what is wrong with one is said, and a sound one is filled."""

import pytest

from stomper.text.templates import fill, names_in, template_problem

KNOWN = ("path", "count")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{pat}", "there is no {pat} to write. Did you mean 'path'?"),
        ("{}", "there is no {} to write."),
        ("{0}", "there is no {0} to write."),
        ("{path.parent}", "there is no {path.parent} to write."),
        ("{path[0]}", "there is no {path[0]} to write."),
        ("{path:>9}", "{path} can only stand as it is"),
        ("{path!r}", "{path} can only stand as it is"),
        ("{path", "is no template: expected '}' before end of string"),
        ("path}", "is no template: Single '}' encountered"),
    ],
)
def test_what_is_wrong_is_said(template: str, words: str) -> None:
    assert template_problem(template, KNOWN).startswith(words)


def test_a_sound_template_is_filled() -> None:
    template = "{{{count}}} in {path}: {path}"
    assert template_problem(template, KNOWN) == ""
    assert names_in(template) == {"count", "path"}
    assert fill(template, {"count": "3", "path": "{a}.py"}) == "{3} in {a}.py: {a}.py"
