"""Guards on honesty: what a fix may not do, whatever the checkers and tests say of the result.

Everything is counted before and after in tokens and a syntax tree (`stomper.python`), so that a word in a string
or a name that contains it does not count. Where there is none of the file before or after, nothing was counted, and
the change is refused for that. A file that is not Python is looked at for its size and for the words that silence
other tools.
"""

import ast
import functools
import os
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from stomper.git.trees import SYMLINK
from stomper.markers import more_markers
from stomper.models import Blob, printable
from stomper.python import CannotReadError, cells, decode, is_python, read_tokens, read_tree
from stomper.settings import GuardSettings, Policy

SHOWN = 3
CANNOT_JUDGE = "cannot be judged: "
# https://docs.astral.sh/ruff/linter/#error-suppression, and the comments of the other tools that obey one.
SUPPRESSION = re.compile(
    r"#\s*(?P<kind>noqa|type:\s*ignore|pyright:|pylint:|ruff:|flake8:|mypy:|pyre-|fmt:\s*(?:off|skip)"
    r"|isort:\s*(?:skip|off)|yapf:\s*disable|nosec|pragma:\s*no\s*(?:cover|branch))(?P<rest>[^#]*)",
    re.IGNORECASE,
)
CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
NARROWED = ("noqa", "type: ignore")
SKIPS = frozenset({"skip", "skipif", "xfail", "importorskip", "skipIf", "skipUnless", "skipTest", "expectedFailure"})
SKIPPING = SKIPS | {"__test__", "collect_ignore", "collect_ignore_glob"}
ASSERTING = ("assert", "AssertionError", "raises", "warns", "fail")
MIN_LINES = 10
NOTEBOOK = ".ipynb"
CYTHON = (".pyx", ".pxd", ".pxi")
STRICTNESS: tuple[Policy, ...] = ("allow", "warn", "reject")

Count: TypeAlias = Callable[[str], Counter[str]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a guard saw, and what its policy says of it."""

    policy: Policy
    text: str


def refuse_other_files(path: str, changed: Collection[str]) -> str:
    """Why a change that goes beyond the task's file is refused, naming the files; empty where it does not."""
    others = sorted(set(changed) - {path})
    if not others:
        return ""
    named = ", ".join(printable(other) for other in others[:SHOWN])
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    return f"touches other files: {named}{more}"


def judge_change(path: str, before: bytes, after: bytes, settings: GuardSettings) -> list[Refusal]:
    """Everything that the guards have to say of one file's change, allowed things left out.

    A file that cannot be read, before or after, is refused as strictly as the strictest of those who would read it.
    """
    found = [Refusal(settings.deletion, _deleted(before, after, settings.deletion_percent))]
    if is_python(path) or path.endswith(NOTEBOOK):
        policies = _policies(settings)
        if set(policies) != {"allow"}:
            found += _judge_code(path, before, after, settings)
    elif path.endswith(CYTHON):
        found.append(_judge_comments(before, after, settings))
    else:
        found.append(Refusal(settings.suppressions, more_markers(before, after)))
    return [refusal for refusal in found if refusal.text and refusal.policy != "allow"]


def _policies(settings: GuardSettings) -> tuple[Policy, ...]:
    """The policies of the guards that read code."""
    return settings.suppressions, settings.removed_tests, settings.skipped_tests, settings.removed_assertions


def _judge_code(path: str, before: bytes, after: bytes, settings: GuardSettings) -> list[Refusal]:
    """Give what the guards that read code say."""
    read = cells if path.endswith(NOTEBOOK) else decode
    try:
        old, new = _readable(read, before, "before"), _readable(read, after, "after")
        return [
            Refusal(settings.suppressions, _more_suppressed(old, new)),
            Refusal(settings.removed_tests, _more("removes a test", tests, new, old)),
            Refusal(settings.skipped_tests, _more("skips a test", skips, old, new)),
            Refusal(settings.removed_assertions, _fewer_assertions(path, old, new)),
        ]
    except CannotReadError as error:
        return [Refusal(max(_policies(settings), key=STRICTNESS.index), f"{CANNOT_JUDGE}{error}")]
    except (RecursionError, MemoryError):
        return [Refusal(max(_policies(settings), key=STRICTNESS.index), f"{CANNOT_JUDGE}it is nested too deeply")]


def _readable(read: Callable[[bytes], str], content: bytes, when: str) -> str:
    """The text of a content of which there is a tree. Raises CannotReadError that says the side."""
    try:
        text = read(content)
        read_tree(text)
    except CannotReadError as error:
        raise CannotReadError(f"{when} the change, {error}") from None
    return text


def _judge_comments(before: bytes, after: bytes, settings: GuardSettings) -> Refusal:
    """Give what there is to say of the comments of a language that has Python's tokens and another grammar."""
    try:
        return Refusal(settings.suppressions, _added(_silencing(decode(before)), _silencing(decode(after))))
    except CannotReadError as error:
        return Refusal(settings.suppressions, f"{CANNOT_JUDGE}{error}")


def judge_secrets(path: str, before: bytes, after: bytes, secrets: Collection[str]) -> list[Refusal]:
    """What there is to say of a change that writes down a key which its maker was given."""
    words = map(os.fsencode, secrets)
    text = f"writes a secret of its environment into {printable(path)}"
    return [Refusal("reject", text)] if any(after.count(word) > before.count(word) for word in words) else []


def judge_kind(blob: Blob | None, settings: GuardSettings) -> list[Refusal]:
    """What there is to say of a task's file that is gone or a link now, which checkers may find clean."""
    if blob is None:
        return []
    if blob.id is None:
        return [Refusal(settings.deletion, "deletes the file")] if settings.deletion != "allow" else []
    return [Refusal("reject", "makes a symbolic link of the file")] if blob.mode == SYMLINK else []


def suppressions(source: str) -> Counter[str]:
    """The comments and casts that tell a tool to look away."""
    found = _silencing(source)
    for node in _nodes(source) if _may_have(source, ("cast", "no_type_check")) else ():
        if isinstance(node, ast.Call) and _called(node) == "cast" and node.args and _is_any(node.args[0]):
            found["cast(Any"] += 1
        if isinstance(node, ast.Name | ast.Attribute) and _name(node) == "no_type_check":
            found["no_type_check"] += 1
    return found


def _silencing(source: str) -> Counter[str]:
    """The comments that tell a tool to look away. Code is taken apart only where there are such words at all."""
    if not SUPPRESSION.search(source):
        return Counter()
    comments = (token.text for token in read_tokens(source) if token.kind == "comment")
    return Counter(_suppression(match) for comment in comments for match in SUPPRESSION.finditer(comment))


def _suppression(match: re.Match[str]) -> str:
    """The kind, with the codes that it is limited to: `noqa[E501]`."""
    kind = " ".join(match["kind"].lower().split())
    codes = CODE.findall(match["rest"]) if kind in NARROWED and match["rest"].lstrip()[:1] in (":", "[") else ()
    return f"{kind}[{', '.join(sorted(codes))}]" if codes else kind


def _more_suppressed(old: str, new: str) -> str:
    """Give what is suppressed in `new` and was not in `old`."""
    return _added(suppressions(old), suppressions(new))


def _added(before: Counter[str], after: Counter[str]) -> str:
    """The suppressions that are new. One that says less than one which it replaces is not."""
    spare = list((before - after).elements())
    added = []
    for words in sorted((after - before).elements()):
        wider = next((other for other in spare if _covers(other, words)), None)
        if wider is None:
            added.append(words)
        else:
            spare.remove(wider)
    return f"adds a suppression: {', '.join(dict.fromkeys(added))}" if added else ""


def _covers(wide: str, narrow: str) -> bool:
    """Whether one suppression says all that another does."""
    kind, _, codes = wide.rstrip("]").partition("[")
    other, _, fewer = narrow.rstrip("]").partition("[")
    return kind == other and (not codes or (bool(fewer) and set(fewer.split(", ")) <= set(codes.split(", "))))


def tests(source: str) -> Counter[str]:
    """The names of test functions and methods, with their classes, and how many cases their parameters make of them.

    A function inside another one is no test, whatever it is called.
    """
    found: Counter[str] = Counter()
    if not _may_have(source, ("test",)):
        return found
    pending: list[tuple[str, ast.AST]] = [("", node) for node in read_tree(source).body]
    while pending:
        prefix, node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test"):
                found[prefix + node.name] += _cases(node)
            continue
        inner = f"{prefix}{node.name}." if isinstance(node, ast.ClassDef) else prefix
        pending += [(inner, child) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
    return found


def skips(source: str) -> Counter[str]:
    """What keeps tests from being run or from counting: marks, decorators and calls."""
    found: Counter[str] = Counter()
    for node in _nodes(source) if _may_have(source, SKIPPING) else ():
        name = _name(node)
        if name in SKIPPING:
            found[name] += 1
    return found


def assertions(source: str) -> int:
    """How many statements of a file can make a test fail, those that are always true left out."""
    count = 0
    for node in _nodes(source) if _may_have(source, ASSERTING) else ():
        if isinstance(node, ast.Assert):
            count += not _always_true(node.test)
        elif isinstance(node, ast.Raise):
            count += _raised(node) == "AssertionError"
        elif isinstance(node, ast.Call):
            name = _called(node)
            count += name.startswith("assert") or name in ("raises", "warns", "fail")
    return count


def _always_true(test: ast.expr) -> bool:
    """Whether an expression cannot be false, whatever the code does."""
    match test:
        case ast.Constant():
            return bool(test.value)
        case ast.Tuple() | ast.List() | ast.Set():
            return any(not isinstance(item, ast.Starred) for item in test.elts)
        case ast.Lambda():
            return True
        case ast.BoolOp(op=ast.Or()):
            return any(map(_always_true, test.values))
        case ast.BoolOp(op=ast.And()):
            return all(map(_always_true, test.values))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant() as constant):
            return not constant.value
        case ast.Compare(ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()]):
            return ast.dump(test.left) == ast.dump(test.comparators[0])
        case _:
            return False


def _more(what: str, count: Count, old: str, new: str) -> str:
    """What there is more of in `new` than in `old`."""
    added = count(new) - count(old)
    return f"{what}: {', '.join(sorted(added))}" if added else ""


def _fewer_assertions(path: str, old: str, new: str) -> str:
    if not tests(old) and "test" not in path.rpartition("/")[2]:
        return ""
    lost = assertions(old) - assertions(new)
    return f"removes {lost} assertion{'s' if lost > 1 else ''} from a test file" if lost > 0 else ""


def _deleted(before: bytes, after: bytes, percent: int) -> str:
    """Whether more of a file went than is believable of a fix. A few lines may always go."""
    old, new = Counter(before.split(b"\n")), Counter(after.split(b"\n"))
    lines = sum(old.values())
    gone = lines - sum((old & new).values()) - max(0, sum(new.values()) - sum((old & new).values()))
    if lines <= MIN_LINES or gone * 100 <= percent * lines:
        return ""
    return f"deletes {gone * 100 // lines} % of the file (more than {percent} %)"


@functools.lru_cache(maxsize=2)
def _nodes(source: str) -> list[ast.AST]:
    """All nodes but constants, of which there may be very many, and which say nothing by themselves."""
    found: list[ast.AST] = [read_tree(source)]
    for node in found:  # which grows
        found += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Constant)]
    return found


def _may_have(source: str, words: Collection[str]) -> bool:
    """Say whether names with these words may be in a source. Other letters may be another spelling of them."""
    return not source.isascii() or any(word in source for word in words)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _called(call: ast.Call) -> str:
    return _name(call.func)


def _raised(node: ast.Raise) -> str:
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return _name(error) if error else ""


def _is_any(node: ast.expr) -> bool:
    return node.value == "Any" if isinstance(node, ast.Constant) else _name(node) == "Any"


def _cases(test: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """One, or as many as the literal lists of its `parametrize` marks make."""
    cases = 1
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and _called(mark) == "parametrize" and len(mark.args) > 1:
            values = mark.args[1]
            cases *= max(1, len(values.elts)) if isinstance(values, ast.List | ast.Tuple) else 1
    return cases
