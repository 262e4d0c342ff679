"""From the sources to Settings: read the layers, merge them, resolve what depends on the machine."""

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from stomper.config.environment import PREFIX, environment_layer
from stomper.config.files import fallback_layer, file_layer, users_layer
from stomper.config.layers import Layer, Setting, default_layer, merge, option_layer
from stomper.config.load_tools import named, resolve_checker, resolve_fixer, section
from stomper.config.presets import own_preset, preset_layer
from stomper.config.profiles import profiles_in, with_profile, without_profile
from stomper.config.stored_secrets import secrets_of
from stomper.disk.output_places import leads_out
from stomper.errors import ConfigError
from stomper.models import printable
from stomper.settings import (
    AUTO,
    MAX_WORKERS,
    AgentSettings,
    BudgetSettings,
    CacheSettings,
    EnvironmentSettings,
    FileSettings,
    GitSettings,
    GuardSettings,
    HistorySettings,
    IgnoreSettings,
    PromptSettings,
    ProofLevel,
    ProofSettings,
    Settings,
    SuppressSettings,
    TestSettings,
    TypeOf,
    WorkflowSettings,
)
from stomper.text.redact import HIDDEN, remember, shown_address

WHOLE = {"checker": ("command", "format"), "fixer": ("command",)}
"""The keys of a table that is a tool without a preset: nothing of one is added to it, whatever it is called."""
ENV = re.compile(r"(environment|tests)\.env\.")


def load_settings(
    top: Path,
    options: Mapping[str, object],
    environ: Mapping[str, str] | None = None,
    dropped: Callable[[str], bool] = lambda _: False,
) -> Settings:
    """Make a run's settings: `options` beat STOMPER_* variables, the file at `top`, the user's own file, defaults.

    Where there is no file at `top`, that which STOMPER_DEFAULTS names is in its place.

    A chosen profile of these files beats what they say beside it. `options` are those given on the command line, by
    dotted key (`"workflow.max_parallel_files": 3`); `environ` is `os.environ` unless given; keys that are `dropped`
    count for nothing in the file at `top`. Raises ConfigError, which names the key, its source and, for a wrong name,
    the nearest right one. Whether a checker, fixer or tool exists is not checked.
    """
    variables = os.environ if environ is None else environ
    settings = _resolve(_merged(top, options, environ, dropped), top)
    remember(secrets_of(settings, variables.get))
    return settings


def explain_settings(
    top: Path, options: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> tuple[Setting, ...]:
    """Every key with the value that counts, as it was written but for secrets, and its source; raises as above."""
    return tuple(_shown(setting) for setting in _merged(top, options, environ).values())


def _shown(setting: Setting) -> Setting:
    """A setting for people: an address as it is shown, of a variable only that it is set."""
    if isinstance(setting.value, str) and setting.key.endswith(".base_url"):
        return dataclasses.replace(setting, value=shown_address(setting.value))
    return dataclasses.replace(setting, value=HIDDEN) if ENV.match(setting.key) else setting


def usable_cpus() -> int:
    """The CPUs that this process may run on, which can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def resolve_parallel(asked: int, cpus: int) -> int:
    """Give the number of files at once: as many as asked for, or for 0 one for each CPU, up to the limit."""
    return asked or min(cpus, MAX_WORKERS)


def _merged(
    top: Path,
    options: Mapping[str, object],
    environ: Mapping[str, str] | None,
    dropped: Callable[[str], bool] = lambda _: False,
) -> Layer:
    variables = os.environ if environ is None else environ
    found = file_layer(top)
    repositorys = {key: setting for key, setting in found.items() if not dropped(without_profile(key))}
    fallback = {} if found else fallback_layer(top, variables)
    users = users_layer(top)
    files = merge([default_layer(), users, fallback, repositorys])
    own = [environment_layer(variables), option_layer(options)]
    said = with_profile(files, own, profiles_in(merge([users, fallback, found])))
    return merge([_presets_of(said, top), said])


def _presets_of(said: Layer, top: Path) -> Layer:
    """The keys of the presets whose names are said: in a list of tools, or of a table that changes some of them."""
    setting = said["presets"]
    folder = Path(setting.source).parent if Path(setting.source).is_absolute() else top
    files = [folder / Path(name).expanduser() for name in cast(tuple[str, ...], setting.value)]
    own = {file.stem: own_preset(file) for file in files}
    named = {"checker": _named_tools(said, "checker"), "fixer": _named_tools(said, "fixer")}
    return merge(preset_layer(part, names, own, setting.source) for part, names in named.items())


def _named_tools(said: Layer, part: str) -> list[str]:
    """The names in the list and of the tables, without those of tables that make a whole tool by themselves."""
    tables = [key.split(".")[1] for key in said if key.startswith(f"{part}.")]
    names = [*cast(tuple[str, ...], said[f"{part}s"].value), *tables]
    return [name for name in names if not all(f"{part}.{name}.{key}" in said for key in WHOLE[part])]


def _resolve(merged: Layer, top: Path) -> Settings:
    _require_own_baseline(merged, top)
    return Settings(
        **_top_level(merged),
        checkers_asked=merged["checkers"].source != "default",
        budget=BudgetSettings(**section(merged, "budget")),
        workflow=_resolve_workflow(section(merged, "workflow")),
        files=FileSettings(**section(merged, "files")),
        ignores=IgnoreSettings(**section(merged, "ignores")),
        git=_resolve_git(merged),
        tests=_resolve_tests(merged, top),
        environment=_resolve_environment(merged, top),
        guards=GuardSettings(**section(merged, "guards")),
        prompts=PromptSettings(**section(merged, "prompts")),
        proof=_resolve_proof(merged),
        suppress=SuppressSettings(**section(merged, "suppress")),
        cache=CacheSettings(**section(merged, "cache")),
        history=HistorySettings(**section(merged, "history")),
        commands=tuple(resolve_fixer(n, facts) for n, facts in named(section(merged, "fixer")).items()),
        agents=tuple(_resolve_agent(n, facts) for n, facts in named(section(merged, "agent")).items()),
        own_checkers=tuple(resolve_checker(n, facts) for n, facts in named(section(merged, "checker")).items()),
        tools=tuple(_resolve_tool(name, path, top) for name, path in section(merged, "tools").items()),
    )


def _require_own_baseline(merged: Layer, top: Path) -> None:
    """Raises ConfigError if the repository's own file names a baseline elsewhere; a variable of the user's may."""
    setting = merged["baseline"]
    if not isinstance(setting.value, str) or not Path(setting.source).is_absolute():
        return
    if problem := leads_out(top, top / setting.value):
        raise ConfigError(
            f"{printable(setting.source)}: baseline: {printable(setting.value)} {problem}",
            "Name a file in the repository; one elsewhere only by STOMPER_BASELINE.",
        )


def _top_level(merged: Layer) -> dict[str, Any]:
    return {key: setting.value for key, setting in merged.items() if "." not in key}


def _resolve_git(merged: Layer) -> GitSettings:
    types = section(merged, "git.types")
    values = {key: value for key, value in section(merged, "git").items() if not key.startswith("types.")}
    return GitSettings(**values, types=cast(tuple[tuple[TypeOf, str], ...], tuple(types.items())))


def _resolve_workflow(values: Mapping[str, Any]) -> WorkflowSettings:
    parallel = resolve_parallel(values["max_parallel_files"], usable_cpus())
    return WorkflowSettings(**{**values, "max_parallel_files": parallel})


def _resolve_tests(merged: Layer, top: Path) -> TestSettings:
    values = _with_variables(section(merged, "tests"))
    asked = merged["workflow.test_validation"].source != "default"
    if values["pythonpath"] is not None:
        values["pythonpath"] = tuple(values["pythonpath"])
    return TestSettings(**values, asked=asked or values["command"] is not None)


def _resolve_environment(merged: Layer, top: Path) -> EnvironmentSettings:
    values = _with_variables(section(merged, "environment"))
    if values["python"] is not None:
        values["python"] = _resolve_tool("python", values["python"], top)[1]
    values["automatic"] = AUTO in values["setup"]
    values["setup"] = tuple(command for command in values["setup"] if command != AUTO)
    return EnvironmentSettings(**values)


def _with_variables(values: dict[str, Any]) -> dict[str, Any]:
    """The keys below `env.` as pairs of name and value."""
    pairs = tuple((key.removeprefix("env."), value) for key, value in values.items() if key.startswith("env."))
    return {key: value for key, value in values.items() if not key.startswith("env.")} | {"env": pairs}


def _resolve_proof(merged: Layer) -> ProofSettings:
    """The level, with those of codes and of paths from the files unless an option or a variable names the level."""
    level = merged["proof.level"]
    said = level.source == "option" or level.source.startswith(PREFIX)
    codes, paths = (() if said else tuple(section(merged, f"proof.{name}").items()) for name in ("codes", "paths"))
    return ProofSettings(cast(ProofLevel, level.value), codes, paths)


def _resolve_agent(name: str, facts: Mapping[str, Any]) -> AgentSettings:
    return AgentSettings(**{"name": name, "client": name, **facts})


def _resolve_tool(name: str, path: str, top: Path) -> tuple[str, str]:
    try:
        return name, str((top / Path(path).expanduser()).absolute())
    except RuntimeError as error:
        raise ConfigError(
            f"tools.{name}: no home folder is known for {printable(path)}", "write the path out"
        ) from error
