"""Links in a terminal: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda

In a line marks stand for a link, as for colours. Where the line is printed they become an order to the terminal.
"""

import os
import re
from typing import TextIO

from stomper import process

OPEN, THEN, CLOSE = "\ufde0", "\ufde1", "\ufde2"
MARKED = re.compile(f"{OPEN}([!-~]*){THEN}(.*?){CLOSE}")
# Known to nobody outside of this process: what others write never looks like a link of ours.
KEY = os.urandom(6).hex()
ORDER = rf"\x1b\]8;(?:id={KEY};[!-~]*|;)\x1b\\"
TERMINALS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "zed", "rio", "Hyper", "WarpTerminal")
KINDS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
MARKING = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
FIRST_VTE = 5001


def link(shown: str, address: str) -> str:
    """Make a part of a line, which is fit to be shown, a link; as it is, if there is no address that can be one."""
    if not address or not (address.isascii() and address.isprintable() and " " not in address):
        return shown
    return f"{OPEN}{address}{THEN}{shown}{CLOSE}"


def file_address(path: str) -> str:
    """Give the address of a file or folder of this machine."""
    from urllib.parse import quote

    return f"file://{os.uname().nodename}{quote(os.fsencode(path))}" if path.startswith("/") else ""


def with_links(line: str, linking: bool) -> str:
    """Give a line with its links as orders to a terminal, or as the text that they show."""
    if OPEN not in line:
        return line
    return MARKED.sub(f"\x1b]8;id={KEY};\\1\x1b\\\\\\2\x1b]8;;\x1b\\\\" if linking else r"\2", line)


def takes_links(stream: TextIO) -> bool:
    """Say whether links may be printed: FORCE_HYPERLINK decides, else the terminal must be one that is known for them.

    A terminal that is not known for them may show the order itself. Under CI and with NO_COLOR there are none.
    """
    forced = process.variable("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in ("0", "false")
    if not stream.isatty() or process.variable("NO_COLOR") or process.is_under_ci():
        return False
    return _is_known()


def _is_known() -> bool:
    kind = process.variable("TERM") or ""
    if kind == "dumb" or kind.startswith(("screen", "tmux")):  # who is behind these is not known
        return False
    vte = process.variable("VTE_VERSION") or ""
    return (
        kind.startswith(KINDS)
        or process.variable("TERM_PROGRAM") in TERMINALS
        or any(map(process.variable, MARKING))
        or (vte.isdecimal() and int(vte) >= FIRST_VTE)
    )
