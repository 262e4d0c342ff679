"""For presets that no project has by default: a file in which each finds something, and what that is.

A sample of a fixer has what the file is afterwards.
"""

from dataclasses import dataclass, field

LINT = 'module.exports = [{ files: ["**/*.js"], rules: { "no-var": "error", eqeqeq: "warn" } }];\n'
CRATE = {
    "Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n',
    "Cargo.lock": '# made\nversion = 3\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n',
}
STRICT = '{ "compilerOptions": { "strict": true, "incremental": true } }\n'


@dataclass(frozen=True)
class Sample:
    """`found` are the rows of the checker in `content` at `path`, and `broken` is a text that is none of its language.

    `fixed` is what the fixer makes of the content, '' where it fixes nothing there; `config` are further files.
    """

    path: str
    content: str
    found: tuple[tuple[int, int, str], ...]
    clean: str
    broken: str
    fixed: str = ""
    config: dict[str, str] = field(default_factory=dict)


SAMPLES = {
    "eslint": Sample(
        "src/a.js",
        "var a = 1;\nif (a == 2) { a(); }\n",
        ((1, 1, "no-var"), (2, 7, "eqeqeq")),
        "let a = 1;\n",
        "let a = ;\n",
        "let a = 1;\nif (a == 2) { a(); }\n",
        {"eslint.config.js": LINT},
    ),
    "oxlint": Sample(
        "src/a.js",
        "export const a = [...[1]];\n",
        ((1, 19, "unicorn(no-useless-spread)"),),
        "export const a = 1;\n",
        "let a = ;\n",
        "export const a = [1];\n",
    ),
    "biome": Sample(
        "src/a.js",
        "export const a = 1;\nif (a == 2) a();\n",
        ((2, 7, "lint/suspicious/noDoubleEquals"),),
        "export const a = 1;\n",
        "let a = ;\n",
        config={"biome.json": '{ "formatter": { "enabled": false } }\n'},
    ),
    "prettier": Sample(
        "src/a.css",
        "a{color:red}\n",
        ((1, 1, "prettier"),),
        "a {\n  color: red;\n}\n",
        "a { color: red\n",
        "a {\n  color: red;\n}\n",
    ),
    "stylelint": Sample(
        "src/a.css",
        "a {\n  color: #FFFFFF;\n}\n",
        ((2, 10, "color-hex-length"),),
        "a {\n  color: red;\n}\n",
        "a { color: red\n",
        "a {\n  color: #FFF;\n}\n",
        {".stylelintrc.json": '{ "rules": { "color-hex-length": "short" } }\n'},
    ),
    "tsc": Sample(
        "src/a.ts",
        'export const a: number = "x";\n',
        ((1, 14, "TS2322"),),
        "export const a: number = 1;\n",
        "export const a: number = ;\n",
        config={"tsconfig.json": STRICT},
    ),
    "shellcheck": Sample(
        "bin/a.sh",
        '#!/bin/sh\nx=`pwd`\necho "$x" $1\n',
        ((2, 3, "SC2006"), (3, 11, "SC2086")),
        '#!/bin/sh\necho "$1"\n',
        "#!/bin/sh\nif true; then\n",
        '#!/bin/sh\nx=$(pwd)\necho "$x" "$1"\n',
    ),
    "shfmt": Sample(
        "bin/a.sh",
        "#!/bin/sh\nif true\nthen\n    pwd\nfi\n",
        ((1, 1, "shfmt"),),
        "#!/bin/sh\npwd\n",
        "#!/bin/sh\nif true; then\n",
        "#!/bin/sh\nif true; then\n\tpwd\nfi\n",
    ),
    "gofmt": Sample(
        "a/a.go",
        "package a\nfunc  F( ) {\n}\n",
        ((1, 1, "gofmt"),),
        "package a\n",
        "package a\nfunc F( {\n",
        "package a\n\nfunc F() {\n}\n",
    ),
    "clippy": Sample(
        "src/main.rs",
        "fn main() {\n    let v: Vec<u8> = Vec::new();\n    if v.len() == 0 {}\n}\n",
        ((3, 8, "clippy"),),
        "fn main() {}\n",
        "fn main( {\n",
        config=CRATE,
    ),
    "rustfmt": Sample("src/a.rs", "fn f( ) {}\n\nfn g(){}\n", ((1, 1, "rustfmt"),), "fn f() {}\n", "fn f( {\n"),
    "hadolint": Sample(
        "img/Dockerfile",
        'FROM debian\nCMD ["sh"]\n',
        ((1, 1, "DL3006"),),
        "FROM debian:12\n",
        "FROM debian:12\nRUNN x\n",
    ),
    "markdownlint": Sample("docs/a.md", "# A\n\n\ntext\n", ((3, 1, "MD012"),), "# A\n\ntext\n", "", "# A\n\ntext\n"),
    "markdownlint-cli2": Sample(
        "docs/a.md", "# A\n\n\ntext\n", ((3, 1, "MD012"),), "# A\n\ntext\n", "", "# A\n\ntext\n"
    ),
    "rubocop": Sample(
        "lib/a.rb",
        '# frozen_string_literal: true\n\nputs "a"\n',
        ((3, 6, "Style/StringLiterals"),),
        "# frozen_string_literal: true\n\nputs 'a'\n",
        "def a(\n",
        "# frozen_string_literal: true\n\nputs 'a'\n",
        {".rubocop.yml": "AllCops:\n  NewCops: disable\n"},
    ),
    "codespell": Sample("docs/a.txt", "one\nteh cat\n", ((2, 1, "codespell"),), "the cat\n", "", "one\nthe cat\n"),
    "vulture": Sample(
        "pkg/a.py",
        "import os\n\n\ndef f():\n    return 1\n",
        ((1, 1, "import"), (4, 1, "function")),
        "print(1)\n",
        "def f(:\n",
    ),
    "djlint": Sample("web/a.html", '<p>\n<img src="x">\n</p>\n', ((2, 1, "H013"),), "<p>x</p>\n", "<p>\n<b>x</p>\n"),
    "yamllint": Sample("conf/a.yaml", "---\na:   1\n", ((2, 5, "colons"),), "---\na: 1\n", "---\na: [1\n"),
    "sqlfluff": Sample(
        "db/a.sql",
        "select a from t where x=1\n",
        ((1, 24, "LT01"), (1, 25, "LT01")),
        "select a from t\n",
        "SELECT FROM WHERE (\n",
        "select a from t where x = 1\n",
        {".sqlfluff": "[sqlfluff]\ndialect = ansi\nexclude_rules = LT14\n"},
    ),
    "black": Sample("pkg/a.py", "a = [1,2]\n", ((1, 1, "black"),), "a = [1, 2]\n", "def f(:\n", "a = [1, 2]\n"),
}
NOT_PARSED = ("markdownlint", "markdownlint-cli2", "codespell")
"""Those that take any text."""

FIXED = {
    "isort": ("import sys\nimport os\n", "import os\nimport sys\n"),
    "autoflake": ("import os\n\nprint(1)\n", "\nprint(1)\n"),
    "pyupgrade": ("a = set([1])\n", "a = {1}\n"),
    "autopep8": ("a = [1,2]\n", "a = [1, 2]\n"),
    "docformatter": ('"""  Say a.   """\n', '"""Say a."""\n'),
}
"""What the fixers that are no checkers make of a Python file."""
