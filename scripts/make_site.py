"""Make a site of the pages of docs/, which are written for a forge: `make docs`.

.venv/bin/python scripts/make_site.py

The order of the pages is that of docs/README.md. Pages at the top of the repository are in the site, too. A link that
leads nowhere is an error, and so is a page that would have a browser fetch anything from elsewhere.
"""

import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import tomli_w

ROOT = Path(__file__).parents[1]
DOCS, WORK = ROOT / "docs", ROOT / "build" / "work" / "docs"
PAGES, SITE = WORK / "pages", WORK / "site"
INDEX = "README.md"
# Pages outside of docs/, and where they are in the site; the list of pages is the first one.
ELSEWHERE = {
    "../README.md": "overview.md",
    "../CONTRIBUTING.md": "contributing.md",
    "../CHANGELOG.md": "changelog.md",
    INDEX: "index.md",
}
LINK = re.compile(r"(?<=\]\()([^)\s#:]+)(?=[)#])")
SECTION = re.compile(r"^## (.*)\n", re.MULTILINE)
ENTRY = re.compile(r"^- \[([^\]]+)\]\(([^)\s#:]+\.md)\)", re.MULTILINE)
# Search works from disk by this script, which pages would have from elsewhere, in a package that is in npm's registry.
SHIM_TAG = re.compile(r'<script src="https://unpkg\.com/iframe-worker/shim"[^>]*></script>')
SHIM = ROOT / "build" / "work" / "node" / "node_modules" / "iframe-worker"
OWN_SHIM = "assets/javascripts/iframe-worker.js"
# What a browser fetches by itself when it opens a page.
FETCHED = re.compile(r"<(?:script|img|iframe|link|source)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")


def sections() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give the sections of the list of pages, each with the names of its pages and where they are from docs/."""
    _, *rest = SECTION.split((DOCS / INDEX).read_text("utf-8"))
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        yield title, ENTRY.findall(text)


def in_site(page: str) -> str:
    """Give the place of a page in the site; `page` is where it is from docs/."""
    return ELSEWHERE.get(page, page)


def rewritten(page: str, text: str) -> str:
    """Lead the links of a page to where the pages are in the site."""
    folder, new_folder = posixpath.dirname(page), posixpath.dirname(in_site(page))

    def lead(found: re.Match[str]) -> str:
        place = posixpath.relpath(posixpath.join("/top/docs", folder, found[1]), "/top/docs")
        return posixpath.relpath(in_site(place), new_folder or ".")

    return LINK.sub(lead, text)


def write_pages() -> None:
    """Write the pages as the site has them, and what is beside them as it is."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(DOCS, PAGES, ignore=shutil.ignore_patterns("*.md"))
    for page in (*sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")), *ELSEWHERE):
        place = PAGES / in_site(page)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(rewritten(page, (DOCS / page).read_text("utf-8")), "utf-8")


def write_configuration() -> Path:
    """Write the configuration, with the order of the pages."""
    values = tomllib.loads((ROOT / "build" / "docs" / "zensical.toml").read_text("utf-8"))
    parts = [{title: [{name: in_site(page)} for name, page in entries]} for title, entries in sections()]
    values["project"]["nav"] = [{"Stomper": in_site(INDEX)}, *parts]
    path = WORK / "zensical.toml"
    path.write_text(tomli_w.dumps(values), "utf-8")
    return path


def place_shim() -> None:
    """Let pages have the script from the site itself; without npm, search works from a server only."""
    if SHIM.is_dir():
        text = (SHIM / "shim" / "index.js").read_text("utf-8")
        licence = (SHIM / "LICENSE").read_text("utf-8")
        (SITE / OWN_SHIM).write_text(f"/*!\n{licence}*/\n{text}", "utf-8")
    for page in SITE.rglob("*.html"):
        to_top = posixpath.relpath(".", str(page.parent.relative_to(SITE)))
        tag = f'<script src="{to_top}/{OWN_SHIM}"></script>' if SHIM.is_dir() else ""
        page.write_text(SHIM_TAG.sub(tag, page.read_text("utf-8")), "utf-8")


def fetched() -> Iterator[str]:
    """Name what pages of the site would have a browser fetch from elsewhere."""
    for page in sorted(SITE.rglob("*.html")):
        yield from (f"{page.relative_to(SITE)}: {found[0]}" for found in FETCHED.finditer(page.read_text("utf-8")))


def main() -> int:
    """Build the site, and look at what was built."""
    write_pages()
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run([program, "build", "--clean", "--strict", "-f", write_configuration()], check=False)
    if done.returncode:
        return done.returncode
    place_shim()
    wrong = list(fetched())
    for line in wrong:
        print(f"fetched from elsewhere: {line}", file=sys.stderr)
    if wrong:
        return 1
    print(f"site: {SITE / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
