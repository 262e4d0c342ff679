"""`stomper report`: the page of a recorded run. Reads only what is on disk."""

from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import make_room
from stomper.errors import StomperError
from stomper.journal.run_folder import RunFolder
from stomper.report.html import page_of_run

PAGE = "report.html"


def write_page(folder: RunFolder, where: Path) -> Path:
    """Write the page of a run to a file, whose folder is made. Raises StomperError if that cannot be done."""
    try:
        make_room(where)
        write_atomically(where, _page(folder))
    except OSError as error:
        raise StomperError(f"cannot write the page {where}: {error.strerror}") from error
    return where


def page_in_folder(folder: RunFolder) -> Path:
    """Write the page of a run beside its report, for this user alone."""
    where = folder.path / PAGE
    write_atomically(where, _page(folder), private=True)
    return where


def _page(folder: RunFolder) -> bytes:
    return page_of_run(folder).encode()
