"""Write the conformance table into docs/agents.md: a row for each test, a column for each client, as a run saw them.

`agents_table.py RESULTS.xml DOCUMENT.md`: the results are the JUnit XML of tests/clients/test_agents_conformance.py.
"""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.kit.clients import REAL  # the path comes first

BEGIN, END = "<!-- table: made by make agents -->", "<!-- end of table -->"
NAME = re.compile(r"test_(?P<row>\w+)\[(?P<cell>.+)\]")
VERDICTS = {"failure": "NO", "error": "NO", "skipped": "not installed"}


def read_cells(results: Path, clients: set[str]) -> dict[tuple[str, str], str]:
    """(row, client) -> what was seen, in the order of the run. Cells of several cases are the worst of them."""
    cells: dict[tuple[str, str], str] = {}
    for case in ET.parse(results).iter("testcase"):
        if found := NAME.fullmatch(case.get("name", "")):
            client = next(name for name in clients if found["cell"].startswith(name) or found["cell"].endswith(name))
            seen = next((_verdict(child) for child in case if child.tag in VERDICTS), "yes")
            key = (found["row"].replace("_", " "), client)
            cells[key] = seen if cells.get(key, "yes") == "yes" else cells[key]
    return cells


def _verdict(child: ET.Element) -> str:
    return "no (known)" if child.get("type") == "pytest.xfail" else VERDICTS[child.tag]


def render(cells: dict[tuple[str, str], str], rows: list[str], clients: list[str]) -> str:
    head = ["| seen with the real client | " + " | ".join(clients) + " |", "|---|" + "---|" * len(clients)]
    return "\n".join(
        head + [f"| {row} | " + " | ".join(cells.get((row, c), "-") for c in clients) + " |" for row in rows]
    )


def main() -> None:
    results, document = map(Path, sys.argv[1:])
    source = (Path(__file__).parents[1] / "tests" / "test_agents_conformance.py").read_text()
    rows = [name.replace("_", " ") for name in re.findall(r"^def test_(\w+)\(", source, re.MULTILINE)]
    clients = [real.name for real in REAL]
    table = render(read_cells(results, set(clients)), rows, clients)
    text = document.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    document.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")
    print(table)


main()
