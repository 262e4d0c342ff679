"""Reports: a model built from outcomes, and its renderings."""

from stomper.report.model import Concurrency, FileReport, RunReport, measure, peak, to_dict
from stomper.report.render import require_report_path, to_json, to_text, to_toml, write_report

__all__ = [
    "Concurrency",
    "FileReport",
    "RunReport",
    "measure",
    "peak",
    "require_report_path",
    "to_dict",
    "to_json",
    "to_text",
    "to_toml",
    "write_report",
]
