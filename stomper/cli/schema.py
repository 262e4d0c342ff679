"""`stomper schema`."""

import click

from stomper.cli.printing import tell_json


@click.command()
@click.argument("kind", type=click.Choice(["config", "report"]))
def command(kind: str) -> int:
    """Print the JSON Schema of the configuration, or of the report, for editors and programs.

    \b
    stomper schema config > stomper.schema.json     for stomper.toml and [tool.stomper]
    stomper schema report                           for what --report writes as JSON and TOML

    The first line of a stomper.toml tells editors of its schema: #:schema ./stomper.schema.json
    """
    if kind == "config":
        from stomper.config.schema import config_schema

        tell_json(config_schema(), indent=2)
    else:
        from stomper.report.schema import report_schema

        tell_json(report_schema(), indent=2)
    return 0
