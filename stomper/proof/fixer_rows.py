"""The fixers of ours that do one thing each, and the conditions that each of them checks itself."""

from stomper.proof.rows import Check, Row, needs, proved, safe
from stomper.proof.ruff_needs import A_READER, A_TEST, OR_TYPES

_C = "codemods/"
ANNOTATE_USED = "annotate-used"
SERVERS = ("lsp/fix-all", "lsp/quick-fix", "lsp/organize-imports")
_ROWS: tuple[tuple[str, Row], ...] = (
    (_C + "class-var", proved("annotations that nobody reads, of names that no instance sets", "RUF012")),
    (_C + "re-export", safe("the same name means the same", "F401")),
    (_C + "bare-except", proved("`BaseException` is the built-in one, which `except:` catches", "E722")),
    (_C + "raise-from", proved("nothing asks for `__cause__`; a printed traceback says `direct cause`", "B904")),
    (_C + "type-compare", needs(OR_TYPES, "a metaclass of a package may have an `==` of its own", "E721")),
    (_C + "star-argument", safe("the syntax tree is the same", "B026", Check.CODE)),
    (_C + "with-suppress", needs(A_TEST, "since Python 3.12 `suppress` looks into groups of exceptions", "SIM105")),
    (_C + "nested-if", safe("the same branches are taken, by the same questions", "SIM102")),
    (_C + "percent-format", proved("`!s` says what `%s` does, and no value is taken apart", "UP031")),
    (_C + "percent-values", needs(OR_TYPES, "a value may be a tuple, a number no `int`", "UP031")),
    (_C + "useless-expression", proved("the expression is evaluated as before; no `_` is there to lose", "B018")),
    (_C + "local-names", proved("the name is a function's own, and nothing looks at it by its text", "E741")),
    (_C + "plain-characters", proved("comments, and docstrings that nobody reads", "RUF002 RUF003")),
    (_C + "unused-noqa", safe("a comment", "RUF100", Check.CODE)),
    (_C + "unused-ignore", safe("a comment", "unused-ignore", Check.CODE)),
    (_C + "redundant-cast", proved("`cast` gives back what it is given", "redundant-cast")),
    (_C + "implicit-optional", proved("annotations that nobody reads", "assignment")),
    (_C + "missing-return", safe("a function that ends returns None", "return")),
    (_C + "bare-return", safe("`return` returns None", "return-value")),
    (_C + "wider-variable", proved("annotations that nobody reads", "assignment arg-type")),
    (
        _C + "given-types",
        proved("annotations that nobody reads", "assignment var-annotated has-type name-defined attr-defined"),
    ),
    (_C + "typed-return", proved("the same value is returned; nobody sees its name", "no-any-return")),
    (_C + "discarded-value", proved("the same is evaluated; nobody wants the value", "func-returns-value")),
    (_C + "exit-return", proved("annotations that nobody reads", "exit-return")),
    (_C + "ignore-code", safe("a comment", "ignore-without-code", Check.CODE)),
    (_C + "explicit-override", proved("`override` gives back the method", "explicit-override")),
    (_C + "defining-module", needs(A_TEST, "somebody may put another object in the package's place", "attr-defined")),
    (_C + "long-strings", safe("the syntax tree is the same", "E501", Check.CODE)),
    (_C + "long-comments", safe("a comment", "E501", Check.CODE)),
    (_C + "long-docstrings", proved("docstrings that nobody reads", "E501")),
    (_C + "read-docstrings", needs(A_READER, "docstrings that something may read", "E501")),
    ("annotate", proved("annotations that nobody reads, and that evaluate", "no-untyped-def var-annotated type-arg")),
    (ANNOTATE_USED, needs(A_TEST, "something may read the annotations", "no-untyped-def var-annotated type-arg")),
    ("ruff-format", safe("layout", "E1 E2 E3 E501 E701 E702 E703 W191 W291 W293 W391", Check.CODE)),
    ("suppress", safe("a comment", "", Check.CODE)),
    ("drill-sergeant", needs("a test run that still finds the same tests", "markers choose tests", "")),
    ("sarif", needs(A_TEST, "the tool says what to change, and nothing is known about it", "")),
    *((name, needs(A_TEST, "the server says what to change, and nothing is known about it", "")) for name in SERVERS),
)
FIXERS = dict(_ROWS)
OWN_IMPORTS = frozenset({_C + "defining-module", _C + "re-export", "annotate", ANNOTATE_USED})
"""Fixers that look at the imports they change themselves."""
