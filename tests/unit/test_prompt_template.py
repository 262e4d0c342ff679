"""The project's own template: it wins, extends ours, and cannot do more than write text."""

from pathlib import Path

import pytest

from stomper.errors import ConfigError, ToolError
from stomper.fixers.prompts import TEMPLATE, check_template
from tests.kit.prompts import Desk, found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.put("a.py", "l = 1\n")
    return made


def test_the_projects_template_wins(desk: Desk) -> None:
    desk.put(TEMPLATE, "{{ path }}: {% for d in diagnostics %}{{ d.code }} in {{ d.line }}{% endfor %}.\n")
    assert desk.prompt(found("E741", 1)).text == "a.py: E741 in 1.\n"


def test_it_may_change_parts_of_ours(desk: Desk) -> None:
    desk.put(
        TEMPLATE,
        '{% extends "stomper/prompt.md.j2" %}{% block rules %}{{ super() }}- Write `# DONE` nowhere.\n{% endblock %}',
    )
    text = desk.prompt(found("E741", 1)).text
    check_template((desk.root / TEMPLATE).read_bytes())
    assert "leave it and fix the others.\n- Write `# DONE` nowhere.\n" in text
    assert "1 | l = 1" in text


BROKEN = [
    ("a\n{% if %}\n", f"{TEMPLATE}, line 2: Expected an expression, got 'end of statement block'"),
    ("a\n\n{{ pth }}\n", f"{TEMPLATE}, line 3: 'pth' is undefined"),
    ("{{ path }}\n{{ tries.newest.nothing }}", f"{TEMPLATE}, line 2: 'dict object' has no attribute 'newest'"),
    ("{{ 1 // 0 }}", f"{TEMPLATE}, line 1: ZeroDivisionError: "),
    ("{{ path | shout }}", f"{TEMPLATE}, line 1: No filter named 'shout'"),
    ("{% include 'other.j2' %}", f"{TEMPLATE}, line 1: other.j2"),
    ("{% include '../pyproject.toml' %}", f"{TEMPLATE}, line 1: ../pyproject.toml"),
    (
        "{{ path.__class__.__mro__ }}",
        f"{TEMPLATE}, line 1: access to attribute '__class__' of 'str' object is unsafe",
    ),
    ("{{ diagnostics.append(1) }}", f"{TEMPLATE}, line 1: access to attribute 'append' of 'list' object is unsafe"),
    ("{% for a in range(1000) %}{% for b in range(9000) %}x{% endfor %}{% endfor %}", "more than 5,000,000 char"),
    ("{% if strategy == 'verbose' %}{{ pth }}{% endif %}", "'pth' is undefined"),
    ("{% if answer == 'whole-file' %}{{ pth }}{% endif %}", "'pth' is undefined"),
    ("{% if tries %}\n{{ tries.newest.pth }}{% endif %}", f"{TEMPLATE}, line 2: "),
    ("{% if not whole %}{{ pth }}{% endif %}", "'pth' is undefined"),
    ("{% extends 'prompt.md.j2' %}", "RecursionError"),
]


def test_a_broken_one_is_refused_with_its_line() -> None:
    for template, words in BROKEN:
        with pytest.raises(ConfigError) as caught:
            check_template(template.encode())
        assert words in caught.value.message
        assert "docs/prompts.md" in str(caught.value.hint)


def test_one_that_works_is_taken() -> None:
    for template in ("", "Fix {{ path }}.", "\ufeff{{ diagnostics_json }}", "{{ advice | length }}"):
        check_template(template.encode())
        check_template(template.encode("utf-16"))


def test_what_goes_wrong_only_in_the_work_fails_the_try(desk: Desk) -> None:
    desk.put(TEMPLATE, "\n{{ 1 // (lines - 1) }}")
    with pytest.raises(ToolError, match=r"\.stomper/prompt\.md\.j2, line 2: ZeroDivisionError"):
        desk.prompt(found("E741", 1))
