"""A checker in SARIF whose codes and messages are orders to a terminal and to CI runners: `liar.py FILES`."""

import json
import sys
from urllib.parse import quote_from_bytes

ORDERS = (
    "\x1b]0;title\x07\x1b[31mred", "\x9b31m\x9d0;title\x9c", "\u202eltr\u2066", "a\u200bb\ufeffc\u3164\U000e0041",
    "x\nerror: forged", "\r::error::forged", "::add-mask::a", " ::set-output name=x::y", "x\n::stop-commands::t",
    "##[add-mask]a", "x ##vso[task.setvariable variable=a]b", "##teamcity[buildStatus status='SUCCESS']",
    "\x1b[0Ksection_start:1:x[collapsed=true]\r\x1b[0K", "100%0A::error::x", "\ud800 alone", "\ufdd1painted\ufdef", "",
)  # fmt: skip


def main(paths: list[str]) -> int:
    results = [
        {
            "ruleId": order or "R1",
            "message": {"text": order},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote_from_bytes(path.encode())}}}],
        }
        for path in paths
        for order in ORDERS
    ]
    run = {"tool": {"driver": {"name": "liar"}}, "results": results}
    print(json.dumps({"version": "2.1.0", "runs": [run]}))
    return bool(results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
