"""Open a page in the user's browser."""

from pathlib import Path

from stomper.cli.printing import warn


def open_page(page: Path) -> None:
    """Open a page, by $BROWSER or as this system does it; say where it is if that cannot be done."""
    import webbrowser  # needed by few

    address = page.absolute().as_uri()
    if not webbrowser.open(address):
        warn(f"no browser was found: open {address}")
