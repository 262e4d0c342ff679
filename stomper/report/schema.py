"""The JSON Schema of the report, from its form. Later versions may add keys, so others are let through."""

from typing import Any

from stomper.config.plain_schema import DRAFTS, plain_schema
from stomper.report.form import Report

NAME = "stomper-report.json"
TITLE = "The report of a run of Stomper"


def report_schema() -> dict[str, Any]:
    """Give the schema of what `--report` writes as JSON and TOML, and of what is in the folder of a run."""
    schema = plain_schema(Report, NAME, TITLE)
    for table in (schema, *schema[DRAFTS].values()):
        if table.get("additionalProperties") is False:
            del table["additionalProperties"]
    return schema
