"""The answers of a scripted Forgejo."""

import re
from typing import Any

from tests.fakes.forge.state import Pull, Repo, State, Ticket

PREFIX = "/api/v1"
NAME = "forgejo"
MADE = "2026-01-02T03:04:05Z"


def answer(state: State, url: str, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    """Answer one request for the API."""
    if found := re.fullmatch(r"/(?:orgs|users)/([^/]+)/repos", path):
        own = [repo for repo in state.repos.values() if repo.path.startswith(f"{found[1]}/")]
        return 200, _page([_repository(repo, url) for repo in own], query)
    if path == "/repos/search":
        hits = [repo for repo in state.repos.values() if _matches(repo, query)]
        return 200, {"ok": True, "data": _page([_repository(repo, url) for repo in hits], query)}
    found = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path)
    repo = state.repos.get(found[1]) if found else None
    if not found or repo is None:
        return 404, {"message": "not found", "url": url, "errors": []}
    repo.settle()
    return _of_repo(repo, url, method, found[2] or "", query, body)


def error(message: str) -> dict[str, Any]:
    return {"message": message, "url": "https://forgejo.org/docs"}


def _of_repo(repo: Repo, url: str, method: str, rest: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    if rest == "" and method == "GET":
        return 200, _repository(repo, url)
    if rest == "/pulls" and method == "GET":
        state = query.get("state", "open")
        rows = [pull for pull in reversed(repo.pulls) if state == "all" or pull.open == (state == "open")]
        return 200, _page([_shown(repo, pull, url) for pull in rows], query)
    if rest == "/labels" and method == "GET":
        return 200, _page([_label(name, number) for name, number in repo.labels.items()], query)
    if (found := re.fullmatch(r"/issues/(\d+)/timeline", rest)) and int(found[1]) <= len(repo.pulls):
        return 200, _page([_event(name) for name in repo.pulls[int(found[1]) - 1].asked], query)
    if rest == "/issues" and method == "GET":
        return 200, _page([_ticket(one, repo, url) for one in reversed(repo.issues) if one.open], query)
    if repo.archived:
        return 423, error("the repository is archived")
    if rest == "/labels":
        repo.labels[body["name"]] = len(repo.labels) + 7
        return 201, _label(body["name"], repo.labels[body["name"]])
    if rest == "/pulls":
        return _made(repo, url, body)
    if rest == "/issues":
        return 201, _ticket(repo.add_issue(body["title"], body["body"]), repo, url)
    if (found := re.fullmatch(r"/issues/(\d+)", rest)) and (ticket := repo.issue(int(found[1]))):
        ticket.write(body["title"], body["body"], body["state"] == "open")
        return 201, _ticket(ticket, repo, url)
    found = re.fullmatch(r"/(pulls|issues)/(\d+)(/\w+)?", rest)
    pull = next((one for one in repo.pulls if found and one.number == int(found[2])), None)
    return _of_pull(repo, pull, url, found[3], body) if pull and found else (404, {"message": "not found", "url": url})


def _of_pull(repo: Repo, pull: Pull, url: str, rest: str | None, body: Any) -> tuple[int, Any]:
    if rest == "/labels":
        names = {number: name for name, number in repo.labels.items()}
        pull.labels += [names[number] for number in body["labels"]]
        return 200, [_label(name, repo.labels[name]) for name in pull.labels]
    if rest == "/requested_reviewers":
        asked = [*body.get("reviewers", []), *(f"@{team}" for team in body.get("team_reviewers", []))]
        pull.ask(asked)
        return 201, []
    if rest == "/merge":
        if pull.automatic:
            return 409, error("pull request is already scheduled to auto merge when checks succeed [pull_id: 1]")
        pull.automatic = body["merge_when_checks_succeed"]
        return 200, None
    if body.get("state") == "open" and not repo.tip(pull.branch):
        return 412, error("the branch was deleted")
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    pull.open = {"open": True, "closed": False}.get(body.get("state"), pull.open)
    return 201, _shown(repo, pull, url)


def _made(repo: Repo, url: str, body: Any) -> tuple[int, Any]:
    head = repo.tip(body["head"])
    if not head or not repo.tip(body["base"]):
        return 404, {"message": "head or base is not there", "url": url}
    if any(pull.open and pull.branch == body["head"] for pull in repo.pulls):
        return 409, error("pull request already exists for these targets")
    pull = Pull(len(repo.pulls) + 1, body["title"], body["body"], body["head"], body["base"], head)
    repo.pulls.append(pull)
    return 201, _shown(repo, pull, url)


def _page(rows: list[Any], query: dict[str, str]) -> list[Any]:
    size, number = int(query.get("limit", 30)), int(query.get("page", 1))
    return rows[size * (number - 1) : size * number]


def _shown(repo: Repo, pull: Pull, url: str) -> dict[str, Any]:
    return {
        "id": pull.number + 100,
        "number": pull.number,
        "url": f"{url}/{repo.path}/pulls/{pull.number}",
        "html_url": f"{url}/{repo.path}/pulls/{pull.number}",
        "title": pull.title,
        "body": pull.body,
        "state": "open" if pull.open else "closed",
        "merged": pull.merged,
        "merged_at": MADE,
        "labels": [_label(name, repo.labels[name]) for name in pull.labels],
        "requested_reviewers": [{"id": 1, "login": name} for name in pull.reviewers if not name.startswith("@")],
        "requested_reviewers_teams": [{"id": 1, "name": one[1:]} for one in pull.reviewers if one.startswith("@")],
        "head": {"label": pull.branch, "ref": pull.branch, "sha": pull.head, "repo_id": 1},
        "base": {"label": pull.base, "ref": pull.base, "sha": "", "repo_id": 1},
    }


def _ticket(ticket: Ticket, repo: Repo, url: str) -> dict[str, Any]:
    facts = {"number": ticket.number, "title": ticket.title, "body": ticket.body}
    more = {"state": "open" if ticket.open else "closed", "html_url": f"{url}/{repo.path}/issues/{ticket.number}"}
    return {"id": ticket.number, **facts, **more}


def _event(name: str) -> dict[str, Any]:
    whom = {"assignee_team": {"id": 1, "name": name[1:]}} if name.startswith("@") else {"assignee": {"login": name}}
    return {"id": 1, "type": "review_request", "created_at": MADE, **whom}


def _label(name: str, number: int) -> dict[str, Any]:
    return {"id": number, "name": name, "color": "8a8a8a"}


def _repository(repo: Repo, url: str) -> dict[str, Any]:
    return {
        "id": 1,
        "full_name": repo.path,
        "name": repo.path.partition("/")[2],
        "clone_url": f"{url}/{repo.path}.git",
        "default_branch": "main",
        "archived": repo.archived,
        "fork": repo.fork,
        "topics": list(repo.topics),
    }


def _matches(repo: Repo, query: dict[str, str]) -> bool:
    word = query.get("q", "")
    return word in repo.topics if query.get("topic") == "true" else word in repo.path
