"""What is printed goes through one place, which makes foreign text harmless."""

import ast
from pathlib import Path

import stomper as package


def test_only_one_place_prints() -> None:
    root = Path(package.__file__).parent
    printing = {"click.echo", "click.secho", "click.echo_via_pager", "click.style", "click.clear", "print"}
    streams = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}
    found = set()
    for file in root.rglob("*.py"):
        name = file.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(file.read_bytes())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            used = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            if called in printing or used in streams:
                found.add((name, called or used))
    assert found == {
        ("cli/printing.py", "click.echo"), ("cli/printing.py", "sys.stdout"), ("cli/printing.py", "sys.stderr"),
        ("cli/streams.py", "sys.stdout"), ("cli/streams.py", "sys.stderr"), ("cli/status.py", "click.clear"),
        ("cli/fleet/status.py", "click.clear"), ("cli/fleet/told.py", "sys.stderr"),  # for `say`
        ("cli/fleet/pull_options.py", "sys.stderr"),  # for `say`
        ("cli/printing.py", "click.echo_via_pager"), ("cli/main.py", "sys.stdout"),
        ("progress/__init__.py", "sys.stderr"), ("progress/bar.py", "sys.stderr"), ("progress/base.py", "sys.stderr"),
        ("progress/events.py", "sys.stderr"), ("progress/lines.py", "sys.stderr"),
        ("cli/check.py", "sys.stdout"),  # asked whether it is a terminal
        ("cli/consent.py", "sys.stderr"),  # asked whether it is a terminal
        ("process/interrupts.py", "sys.stderr"),  # our own words, from a signal handler
        # answers in JSON, to the process that has started it
        ("formatters/formatter_server.py", "sys.stdout"), ("formatters/formatter_server.py", "sys.stderr"),
        ("process/ending.py", "sys.stdout"), ("process/ending.py", "sys.stderr"),  # flushed, and nothing is said
    }  # fmt: skip
