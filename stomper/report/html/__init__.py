"""The report as one page of HTML that needs nothing else: no network, no other file, no program but a browser.

`to_html` is the page of a run or of a check as it ends, `page_of_run` that of a run that is recorded.
"""

from pathlib import Path

from stomper.errors import StomperError
from stomper.journal.run_folder import RunFolder
from stomper.report.findings import Findings
from stomper.report.html.story import Story, of_check, of_folder
from stomper.report.model import RunReport
from stomper.report.plain import to_dict


def to_html(subject: RunReport | Findings) -> str:
    """Give the page of a run or a check that has just ended."""
    if isinstance(subject, Findings):
        return _page(of_check(subject))
    folder = RunFolder(Path(subject.folder)) if subject.folder else None
    return _page(of_folder(to_dict(subject), folder, subject.places))


def page_of_run(folder: RunFolder) -> str:
    """Give the page of a run by what its folder has. Raises StomperError if it has no report."""
    facts = folder.read_report()
    if facts is None:
        raise StomperError(f"run {folder.run} has no report")
    return _page(of_folder(facts, folder))


def _page(story: Story) -> str:
    from stomper.report.html.page import render  # Jinja2 and Pygments are large

    return render(story)
