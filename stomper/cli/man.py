"""`stomper man`."""

from pathlib import Path

import click

from stomper.cli.help import below
from stomper.cli.manual.roff import SECTION, man_page, page_name
from stomper.cli.manual.walk import all_entries, entry_of
from stomper.cli.printing import tell, tell_text
from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import require_outlet
from stomper.version import version_text


@click.command()
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write the pages of all commands there.",
)
@click.pass_context
def command(ctx: click.Context, /, words: tuple[str, ...], folder: Path | None) -> int:
    """Print the page of a command for man, or write those of all commands.

    \b
    stomper man fix | man -l -                      read one
    stomper man --to ~/.local/share/man/man1        from then on: man stomper-fix
    """
    if words and folder is not None:
        raise click.UsageError("--to writes the pages of all commands: name none", ctx)
    root = ctx.find_root()
    if folder is None:
        shown = root
        for word in words:
            shown = below(shown, word)
        tell_text(man_page(entry_of(shown), version_text()))
        return 0
    require_outlet(folder / "stomper.1", "--to")
    pages = {page_name(entry): man_page(entry, version_text()) for entry in all_entries(root)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        write_atomically(folder / f"{name}.{SECTION}", text.encode(), durable=False)
    tell(f"{len(pages)} pages in {folder}")
    return 0
