"""`stomper presets`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from stomper.cli.completing import offer_presets
from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_text
from stomper.config import load_settings
from stomper.config.preset_names import BUILT_IN, preset_names
from stomper.config.presets import Preset, own_preset, shipped
from stomper.errors import ConfigError, StomperError, UsageError
from stomper.models import printable
from stomper.project.find_tools import find_command
from stomper.project.tool_versions import noted_version
from stomper.settings import Settings
from stomper.text.suggestions import did_you_mean


@click.group()
def command() -> None:
    """List the tools that Stomper knows, show how one is called, and check files with such tools of your own.

    A preset is named in `checkers` or `fixers` as a built-in one is. A preset of your own is a file with the same keys:
    presets = ["tools/x.toml"] makes a tool called x.

    \b
    stomper presets list        the tools that Stomper knows
    stomper presets show NAME   the file of one, to read, or to copy and change
    stomper presets check       see which of them are here, or whether files are presets
    """


@command.command("list")
def list_all() -> int:
    """List the presets that come with Stomper."""
    presets = [shipped(name) for name in preset_names()]
    width = max(len(preset.name) for preset in presets)
    tell(f"{'name':{width}}  {'is a':16}  {'run with':9}  what it is")
    tell(*(f"{one.name:{width}}  {_parts(one):16}  {one.tested or 'untested':9}  {one.about}" for one in presets))
    tell(f"on by default where a project configures them: {', '.join(BUILT_IN)}")
    return 0


def _parts(preset: Preset) -> str:
    return ", ".join(part for part in ("checker", "fixer") if part in preset.tables)


@command.command()
@click.argument("name", shell_complete=offer_presets)
def show(name: str) -> int:
    """Print the file of a preset."""
    if name not in preset_names():
        raise UsageError(f"no preset is called {printable(name)}", did_you_mean(name, set(preset_names())))
    tell_text(shipped(name).path.read_text("utf-8"))
    return 0


@command.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def check(here: Path, /, files: Sequence[Path]) -> int:
    """Say of each preset, or of the files given, whether its program is here. Exit code 1 if a file is no preset.

    No program is started.
    """
    top = here_repository(here).top
    settings = load_settings(top, {})
    wrong = False
    for one in files or [shipped(name).path for name in preset_names()]:
        try:
            preset = own_preset(here / one)
            tell(f"{preset.name}: {'; '.join(_programs(preset, settings, top))}")
        except ConfigError as error:
            wrong = True
            tell(f"{one.stem}: {error.message}", *([f"  {error.hint}"] if error.hint else []))
    return int(wrong)


def _programs(preset: Preset, settings: Settings, top: Path) -> Iterator[str]:
    """The state of each program of a preset: the tests were made with one version, and another may speak otherwise."""
    for program in dict.fromkeys(str(table["command"][0]) for table in preset.tables.values()):
        try:
            path = find_command([program], top, settings)[0]
        except StomperError:
            yield f"{program} is not here ({preset.install or 'install it'})"
            continue
        version = noted_version(path, program)
        known = f", tested with {preset.tested}" if preset.tested else ", untested"
        yield f"{path}{f', {version}' if version else ''}{known}"
