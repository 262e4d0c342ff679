"""Model a run's report, and render it: text, TOML, JSON, Markdown, HTML, SARIF, JUnit, GitHub, GitLab.

On floor 7: every folder on a higher floor may import it.
"""

from stomper.report.findings import Findings, facts_of, findings_of
from stomper.report.formats import (
    BY_NAME,
    append_summary,
    fills_stdout,
    goes_to_stdout,
    render,
    render_as,
    require_report_path,
    write_report,
)
from stomper.report.model import Concurrency, FileReport, RunReport, measure, peak
from stomper.report.plain import gaps_of, to_dict
from stomper.report.render import to_json, to_lines, to_text, to_toml

__all__ = [
    "BY_NAME",
    "Concurrency",
    "FileReport",
    "Findings",
    "RunReport",
    "append_summary",
    "facts_of",
    "fills_stdout",
    "findings_of",
    "gaps_of",
    "goes_to_stdout",
    "measure",
    "peak",
    "render",
    "render_as",
    "require_report_path",
    "to_dict",
    "to_json",
    "to_lines",
    "to_text",
    "to_toml",
    "write_report",
]
