"""The answers of a scripted GitLab."""

import re
from typing import Any
from urllib.parse import unquote

from tests.fakes.forge.description import description
from tests.fakes.forge.state import Pull, Repo, State, Ticket

PREFIX = "/api/v4"
NAME = "gitlab"
MADE = "2026-01-02T03:04:05Z"


def answer(state: State, url: str, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    """Answer one request for the API."""
    if path == "/users":
        return 200, [{**_sample("UserSchema"), "id": number_of(query["username"]), "username": query["username"]}]
    if path == "/projects" or re.fullmatch(r"/(groups|users)/[^/]+/projects", path):
        return 200, _page([_project(repo, url) for repo in _wanted(state, path, query)], query)
    found = re.fullmatch(r"/projects/([^/]+)(/.*)?", path)
    repo = state.repos.get(unquote(found[1])) if found else None
    if not found or repo is None:
        return 404, error("404 Project Not Found")
    repo.settle()
    return _of_repo(state, repo, url, method, found[2] or "", query, body)


def error(message: str) -> dict[str, Any]:
    return {"message": message}


def number_of(name: str) -> int:
    """Give the number of a person."""
    return sum(name.encode())


def _wanted(state: State, path: str, query: dict[str, str]) -> list[Repo]:
    whose = unquote(path.split("/")[2]) if path != "/projects" else ""
    own = [repo for repo in state.repos.values() if not whose or repo.path.startswith(f"{whose}/")]
    own = [repo for repo in own if "topic" not in query or query["topic"] in repo.topics]
    own = [repo for repo in own if "archived" not in query or repo.archived == (query["archived"] == "true")]
    return [repo for repo in own if query.get("search", "") in repo.path]


def _of_repo(
    state: State, repo: Repo, url: str, method: str, rest: str, query: dict[str, str], body: Any
) -> tuple[int, Any]:
    if rest == "":
        return 200, _project(repo, url)
    if method == "GET" and rest == "/merge_requests":
        rows = [one for one in reversed(repo.pulls) if query.get("source_branch", one.branch) == one.branch]
        return 200, _page([_shown(repo, one, url, "MergeRequestSchemaWithBasicLabels") for one in rows], query)
    if method == "GET" and rest == "/issues":
        return 200, _page([_ticket(one, repo, url) for one in reversed(repo.issues) if one.open], query)
    if method != "GET" and repo.archived:
        return 403, error("403 Forbidden")
    if rest == "/merge_requests":
        return _made(repo, url, body)
    if rest == "/issues":
        return 201, _ticket(repo.add_issue(body["title"], body["description"]), repo, url)
    if (found := re.fullmatch(r"/issues/(\d+)", rest)) and (ticket := repo.issue(int(found[1]))):
        ticket.write(body["title"], body["description"], body["state_event"] == "reopen")
        return 200, _ticket(ticket, repo, url)
    found = re.fullmatch(r"/merge_requests/(\d+)(/merge)?", rest)
    pull = next((one for one in repo.pulls if found and one.number == int(found[1])), None)
    if pull is None or not found:
        return 404, error("404 Not found")
    if method == "GET":
        state.busy = max(0, state.busy - 1)
        status = "checking" if state.busy else "mergeable"
        return 200, {**_shown(repo, pull, url, "ExpandedMergeRequestSchema"), "detailed_merge_status": status}
    return _changed(state, repo, pull, url, found[2], body)


def _made(repo: Repo, url: str, body: Any) -> tuple[int, Any]:
    head = repo.tip(body["source_branch"])
    if not head or not repo.tip(body["target_branch"]):
        return 400, error("source or target branch is not there")
    if any(pull.open and pull.branch == body["source_branch"] for pull in repo.pulls):
        return 409, {"message": ["Another open merge request already exists for this source branch: !1"]}
    ends = body["source_branch"], body["target_branch"]
    pull = Pull(len(repo.pulls) + 1, body["title"], body["description"], *ends, head)
    pull.draft = pull.title.startswith("Draft: ")
    repo.pulls.append(pull)
    return 201, _shown(repo, pull, url, "ExpandedMergeRequestSchema")


def _changed(state: State, repo: Repo, pull: Pull, url: str, rest: str | None, body: Any) -> tuple[int, Any]:
    if rest == "/merge" and (state.busy or not body["auto_merge"]):
        return 405, error("405 Method Not Allowed")
    if body.get("state_event") == "reopen" and not repo.tip(pull.branch):
        return 422, {"message": {"base": ["the source branch is gone"]}}
    pull.automatic = pull.automatic or rest == "/merge"
    pull.title, pull.body = body.get("title", pull.title), body.get("description", pull.body)
    pull.open = {"reopen": True, "close": False}.get(body.get("state_event"), pull.open)
    pull.labels += [name for name in body.get("add_labels", "").split(",") if name and name not in pull.labels]
    if "reviewer_ids" in body:
        known = {number_of(name): name for name in state.people}
        pull.ask([known[number] for number in body["reviewer_ids"]], instead=True)
    return 200, _shown(repo, pull, url, "ExpandedMergeRequestSchema")


def _page(rows: list[Any], query: dict[str, str]) -> list[Any]:
    size, number = int(query.get("per_page", 20)), int(query.get("page", 1))
    return rows[size * (number - 1) : size * number]


def _sample(name: str) -> dict[str, Any]:
    made: dict[str, Any] = description(NAME).sample(name)
    return made


def _shown(repo: Repo, pull: Pull, url: str, form: str) -> dict[str, Any]:
    person = _sample(form)["author"]
    return {
        **_sample(form),
        "iid": pull.number,
        "web_url": f"{url}/{repo.path}/-/merge_requests/{pull.number}",
        "title": pull.title,
        "description": pull.body,
        "state": "merged" if pull.merged else "opened" if pull.open else "closed",
        "draft": pull.draft,
        "labels": list(pull.labels),
        "reviewers": [{**person, "id": number_of(name), "username": name} for name in pull.reviewers],
        "source_branch": pull.branch,
        "target_branch": pull.base,
        "source_project_id": 1,
        "target_project_id": 1,
        "sha": pull.head,
        "merge_when_pipeline_succeeds": pull.automatic,
    }


def _ticket(ticket: Ticket, repo: Repo, url: str) -> dict[str, Any]:
    facts = {"iid": ticket.number, "title": ticket.title, "description": ticket.body}
    more = {"state": "opened" if ticket.open else "closed", "web_url": f"{url}/{repo.path}/-/issues/{ticket.number}"}
    return {**_sample("IssueSchema"), **facts, **more}


def _project(repo: Repo, url: str) -> dict[str, Any]:
    shown = {
        **_sample("ProjectSchema"),
        "path_with_namespace": repo.path,
        "http_url_to_repo": f"{url}/{repo.path}.git",
        "default_branch": "main",
        "archived": repo.archived,
        "topics": list(repo.topics),
    }
    parent = {**_sample("ProjectSchema"), "id": 2}
    return {**shown, "forked_from_project": parent} if repo.fork else shown
