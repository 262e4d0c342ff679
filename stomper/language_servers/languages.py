"""The names that the protocol has for languages, by what a file's name ends with."""

from pathlib import PurePosixPath

LANGUAGES = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".sh", ".bash", ".bats", ".ksh", ".zsh"), "shellscript"),
    **dict.fromkeys((".js", ".cjs", ".mjs"), "javascript"),
    **dict.fromkeys((".ts", ".cts", ".mts"), "typescript"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"), "cpp"),
    **dict.fromkeys((".c", ".h"), "c"),
    **dict.fromkeys((".yaml", ".yml"), "yaml"),
    **dict.fromkeys((".htm", ".html"), "html"),
    **dict.fromkeys((".ex", ".exs"), "elixir"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    ".clj": "clojure",
    ".cs": "csharp",
    ".css": "css",
    ".dart": "dart",
    ".erl": "erlang",
    ".fs": "fsharp",
    ".go": "go",
    ".groovy": "groovy",
    ".hs": "haskell",
    ".ini": "ini",
    ".java": "java",
    ".json": "json",
    ".jsonc": "jsonc",
    ".jsx": "javascriptreact",
    ".jl": "julia",
    ".kt": "kotlin",
    ".less": "less",
    ".lua": "lua",
    ".m": "objective-c",
    ".mm": "objective-cpp",
    ".nix": "nix",
    ".php": "php",
    ".pl": "perl",
    ".ps1": "powershell",
    ".r": "r",
    ".rb": "ruby",
    ".rs": "rust",
    ".sass": "sass",
    ".scala": "scala",
    ".scss": "scss",
    ".sql": "sql",
    ".svelte": "svelte",
    ".swift": "swift",
    ".tex": "latex",
    ".tf": "terraform",
    ".toml": "toml",
    ".tsx": "typescriptreact",
    ".vue": "vue",
    ".xml": "xml",
    ".zig": "zig",
}
NAMES = {"Dockerfile": "dockerfile", "Makefile": "makefile", "CMakeLists.txt": "cmake"}
OTHER = "plaintext"


def language_of(path: str, told: str = "") -> str:
    """The language of a file: what the configuration says, else what its name says."""
    place = PurePosixPath(path)
    return told or NAMES.get(place.name) or LANGUAGES.get(place.suffix.lower(), OTHER)
