"""Describe the requests that Stomper makes to GitLab, for the tests, by the types of its client @gitbeaker/core.

GitLab serves no description that its own answers keep to. The types of that client stand in for it:

    npm install typescript ts-json-schema-generator @gitbeaker/core
    gitlab_description.py types > wanted.ts
    npx ts-json-schema-generator --path wanted.ts --type Wanted --no-type-check -o types.json
    gitlab_description.py write types.json

Writes tests/data/forges/gitlab.json. Names in requests, which that client writes `likeThis`, are `like_this` in it.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "tests" / "data" / "forges" / "gitlab.json"
MERGE_REQUEST, ISSUE = "ExpandedMergeRequestSchema", "IssueSchema"
EDIT, ACCEPT, LIST = "EditMergeRequestOptions", "AcceptMergeRequestOptions", "AllMergeRequestsOptions"
# What is told in an address or by a function of its own there.
CREATED = {"source_branch": {"type": "string"}, "target_branch": {"type": "string"}, "title": {"type": "string"}}
REFUSALS = ("400", "405", "409", "422")
PAGES = ("page", "per_page")
ROWS: dict[str, dict[str, tuple[str, str, bool]]] = {
    "/projects/{id}": {"get": ("", "ProjectSchema", False)},
    "/projects": {"get": ("AllProjectsOptions", "ProjectSchema", True)},
    "/groups/{id}/projects": {"get": ("AllGroupProjectsOptions", "ProjectSchema", True)},
    "/users/{id}/projects": {"get": ("AllUserProjectsOptions", "ProjectSchema", True)},
    "/users": {"get": ("AllUsersOptions", "UserSchema", True)},
    "/projects/{id}/merge_requests": {
        "get": (LIST, "MergeRequestSchemaWithBasicLabels", True),
        "post": ("CreateMergeRequestOptions", MERGE_REQUEST, False),
    },
    "/projects/{id}/merge_requests/{iid}": {"get": ("", MERGE_REQUEST, False), "put": (EDIT, MERGE_REQUEST, False)},
    "/projects/{id}/merge_requests/{iid}/merge": {"put": (ACCEPT, MERGE_REQUEST, False)},
    "/projects/{id}/issues": {"get": ("AllIssuesOptions", ISSUE, True), "post": ("CreateIssueOptions", ISSUE, False)},
    "/projects/{id}/issues/{iid}": {"put": ("EditIssueOptions", ISSUE, False)},
}
TYPES = sorted({name for row in ROWS.values() for asked, answer, _ in row.values() for name in (asked, answer) if name})


def typescript() -> str:
    """Give a module whose type `Wanted` has all types that are needed."""
    fields = "; ".join(f"{name}: {name}" for name in TYPES)
    return f'import type {{ {", ".join(TYPES)} }} from "@gitbeaker/core";\nexport interface Wanted {{ {fields} }}\n'


def described(types: dict[str, Any]) -> dict[str, Any]:
    """Make the description out of the types."""
    known = types["definitions"]["Wanted"]["properties"]
    paths = {path: {method: _operation(method, *row, known) for method, row in rows.items()}
             for path, rows in ROWS.items()}  # fmt: skip
    schemas = {name: known[name] for name in TYPES if name.endswith(("Schema", "Labels"))}
    info = {"title": "GitLab, by the types of @gitbeaker/core", "version": "v4"}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _operation(method: str, asked: str, answer: str, many: bool, known: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{answer}"}
    status = "201" if method == "post" else "200"
    good = _content({"type": "array", "items": schema} if many else schema)
    bad = {code: _content({"type": "object"}) for code in REFUSALS if method != "get"}
    made: dict[str, Any] = {"responses": {status: good, **bad}}
    words = {_snake(name): _snakes(rows) for name, rows in (_properties(known[asked]) if asked else {}).items()}
    if method == "get":
        words |= {name: {"type": "integer"} for name in PAGES if many}
        return {**made, "parameters": [{"in": "query", "name": name, "schema": words[name]} for name in sorted(words)]}
    words |= CREATED if asked == "CreateMergeRequestOptions" else {}
    words |= {"title": {"type": "string"}} if asked == "CreateIssueOptions" else {}
    needed = [*CREATED] if asked == "CreateMergeRequestOptions" else ["title"] if method == "post" else []
    body = {"type": "object", "properties": words, **({"required": needed} if needed else {})}
    return {**made, "requestBody": _content(body)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    """Give the names that a type can have, in whichever of its alternatives."""
    found = {**schema.get("properties", {})}
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        found |= _properties(part)
    return found


def _snakes(node: Any) -> Any:
    """Have the names in a type for requests as GitLab has them."""
    if isinstance(node, list):
        return [_snakes(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {_snake(name): _snakes(part) for name, part in value.items()} if key == "properties" else _snakes(value)
        for key, value in node.items()
    }


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("types", "write"))
    parser.add_argument("types", type=Path, nargs="?")
    given = parser.parse_args()
    if given.step == "types":
        print(typescript(), end="")
        return
    found = described(json.loads(given.types.read_text("utf-8")))
    OUT.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(f"{OUT}: {len(found['paths'])} paths, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
