"""The keys of the configuration, for all who need their names only: the models beside them take long to load."""

from collections import Counter

REFUSED = "refused"
"""The kind of a problem that a model has found by a rule of ours; its message is for people as it is."""

BUILT_IN_FIXERS = frozenset(
    {
        "ruff",
        "demo",
        "drill-sergeant",
        "sarif",
        "codemods",
        "annotate",
        "annotate-used",
        "lsp",
        "ruff-format",
        "ruff-unsafe",
        "suppress",
    }
)
BUILT_IN_CHECKERS = frozenset({"ruff", "mypy", "pytest", "drill-sergeant"})

KEYS: dict[str, type] = {
    "presets": list,
    "checkers": list,
    "checker_timeout": float,
    "fixers": list,
    "formatters": list,
    "max_retries": int,
    "allow_other_files": bool,
    "unsafe_fixes": bool,
    "error_types": list,
    "max_errors": int,
    "baseline": str,
    "max_files": int,
    "severity": str,
    "strategy": str,
    "sandbox": str,
    "sandbox_readable": list,
    "tool_sandbox": str,
    "learning": bool,
    "budget.max_cost": float,
    "budget.max_tokens": int,
    "budget.max_minutes": float,
    "budget.file_max_cost": float,
    "budget.file_max_tokens": int,
    "budget.file_max_minutes": float,
    "workflow.max_parallel_files": int,
    "workflow.test_validation": str,
    "workflow.continue_on_error": bool,
    "workflow.start_method": str,
    "workflow.worktrees": str,
    "workflow.interrupt_grace": float,
    "workflow.max_load": float,
    "workflow.min_free_memory": int,
    "workflow.rounds": int,
    "files.include": list,
    "files.exclude": list,
    "ignores.files": list,
    "ignores.errors": list,
    "git.branch_prefix": str,
    "git.branch_exists": str,
    "git.commit_style": str,
    "git.commit_per": str,
    "git.commit_message": str,
    "git.commit_body": str,
    "git.trailers": list,
    "git.ticket": str,
    "git.signoff": bool,
    "git.sign": bool,
    "git.hooks": bool,
    "git.hook_timeout": float,
    "git.blame_ignore_revs": bool,
    "tests.command": list,
    "tests.timeout": float,
    "tests.pythonpath": list,
    "tests.parallel": bool,
    "tests.reruns": int,
    "tests.record_types": bool,
    "tests.required": bool,
    "tests.sandbox": str,
    "tests.network": bool,
    "tests.variables": list,
    "environment.python": str,
    "environment.setup": list,
    "environment.copy": list,
    "environment.link": list,
    "guards.suppressions": str,
    "guards.removed_tests": str,
    "guards.skipped_tests": str,
    "guards.removed_assertions": str,
    "guards.unreachable_assertions": str,
    "guards.weakened_assertions": str,
    "guards.disabled_code": str,
    "guards.indirect_names": str,
    "guards.deletion": str,
    "guards.deletion_percent": int,
    "prompts.strategy": str,
    "prompts.max_bytes": int,
    "proof.level": str,
    "suppress.reason": str,
    "cache.enabled": bool,
    "cache.size": int,
    "cache.agents": bool,
    "history.keep_runs": int,
    "history.keep_days": int,
    "extends": list,
    "profile": str,
}
"""Every scalar and list key, dotted, with the type of its value. They are the fields of `RawConfig`, in their order."""

TABLES: tuple[str, ...] = (
    "budget",
    "workflow",
    "files",
    "ignores",
    "git",
    "tests",
    "environment",
    "guards",
    "prompts",
    "proof",
    "suppress",
    "cache",
    "history",
    "fixer",
    "agent",
    "checker",
    "tools",
    "per-path",
    "profiles",
)

PER_PATH: dict[str, str] = {
    "fixers": "fixers",
    "max_retries": "max_retries",
    "severity": "severity",
    "error_types": "error_types",
    "ignores.errors": "ignores.errors",
    "proof": "proof.level",
}
"""The keys of a table `[per-path."PATTERN"]`, and the key whose place each takes for files that match."""


OPAQUE = ("cache.", "proof.")  # whose `enabled`, `size` and `level` say nothing without it


WORDS: dict[str, str] = {"proof": "proof.level"}
"""Tables for which a word may stand, and the key that it sets: `proof = "safe"`."""


def _short_names() -> dict[str, str]:
    # Names of tables count: `files` alone would be taken for the table, not for `ignores.files`.
    last = [key.rpartition(".")[2] for key in KEYS]
    uses = Counter([*last, *TABLES])
    alone = {name: key for name, key in zip(last, KEYS, strict=True) if uses[name] == 1}
    return {name: key for name, key in alone.items() if not key.startswith(OPAQUE)}


SHORT_NAMES: dict[str, str] = _short_names()
"""The last part of a key, where it can mean only one: `max_parallel_files` -> `workflow.max_parallel_files`."""
