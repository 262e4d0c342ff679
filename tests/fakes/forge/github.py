"""The answers of a scripted GitHub."""

import re
import time
from typing import Any

from tests.fakes.forge.description import description
from tests.fakes.forge.state import Pull, Repo, State, Ticket

PREFIX = "/api/v3"
NAME = "github"
MADE = "2026-01-02T03:04:05Z"


def answer(state: State, url: str, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    """Answer one request for the API."""
    if path == "/rate_limit":
        return 200, _limits(state)
    if found := re.fullmatch(r"/(?:orgs|users)/([^/]+)/repos", path):
        own = [repo for repo in state.repos.values() if repo.path.startswith(f"{found[1]}/")]
        return 200, _page([_minimal(repo, url) for repo in own], query)
    if path == "/search/repositories":
        hits = [repo for repo in state.repos.values() if _matches(repo, query.get("q", ""))]
        return 200, {"total_count": len(hits), "incomplete_results": False, "items": [_hit(one, url) for one in hits]}
    found = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path)
    repo = state.repos.get(found[1]) if found else None
    if not found or repo is None:
        return 404, error("Not Found")
    repo.settle()
    return _of_repo(repo, url, method, found[2] or "", query, body)


def error(message: str) -> dict[str, Any]:
    return {"message": message, "documentation_url": "https://docs.github.com/rest"}


def problem(message: str) -> dict[str, Any]:
    return {"resource": "PullRequest", "code": "custom", "message": message}


def merge_by_itself(state: State, body: Any) -> Any:
    """Answer a GraphQL request: there is one that is known."""
    if "enablePullRequestAutoMerge" not in body["query"]:
        return {"errors": [{"message": "unknown"}]}
    for repo in state.repos.values():
        for pull in repo.pulls:
            if _identity(repo, pull) == body["variables"]["id"]:
                if pull.automatic:
                    return {"errors": [{"message": "it was asked for before"}]}
                pull.automatic = True
                return {"data": {"enablePullRequestAutoMerge": {"clientMutationId": None}}}
    return {"errors": [{"message": "Could not resolve to a node"}]}


def _of_repo(repo: Repo, url: str, method: str, rest: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    if rest == "" and method == "GET":
        return 200, _repository(repo, url)
    if rest == "/pulls" and method == "GET":
        return 200, _page([_shown(repo, one, url, "list") for one in _wanted(repo, query)], query)
    if (found := re.fullmatch(r"/issues/(\d+)/events", rest)) and int(found[1]) <= len(repo.pulls):
        return 200, _page([_event(name) for name in repo.pulls[int(found[1]) - 1].asked], query)
    if rest == "/issues" and method == "GET":
        return 200, _page([_ticket(one, repo, url) for one in reversed(repo.issues) if one.open], query)
    if repo.archived:
        return 403, error("Repository was archived so is read-only.")
    if rest == "/pulls":
        return _made(repo, url, body)
    if rest == "/issues":
        return 201, _ticket(repo.add_issue(body["title"], body["body"]), repo, url)
    if (found := re.fullmatch(r"/issues/(\d+)", rest)) and (ticket := repo.issue(int(found[1]))):
        ticket.write(body["title"], body["body"], body["state"] == "open")
        return 200, _ticket(ticket, repo, url)
    found = re.fullmatch(r"/(pulls|issues)/(\d+)(/\w+)?", rest)
    pull = next((one for one in repo.pulls if found and one.number == int(found[2])), None)
    if pull is None or not found:
        return 404, error("Not Found")
    if found[3] == "/labels":
        pull.labels += [name for name in body["labels"] if name not in pull.labels]
        return 200, [_label(name) for name in pull.labels]
    if found[3] == "/requested_reviewers":
        asked = [*body.get("reviewers", []), *(f"@{team}" for team in body.get("team_reviewers", []))]
        pull.ask(asked)
        return 201, _shown(repo, pull, url, "list")
    return _changed(repo, pull, url, body)


def _made(repo: Repo, url: str, body: Any) -> tuple[int, Any]:
    head = repo.tip(body["head"])
    if not head or not repo.tip(body["base"]):
        return 422, {**error("Validation Failed"), "errors": [problem("head or base is invalid")]}
    if any(pull.open and pull.branch == body["head"] for pull in repo.pulls):
        said = f"A pull request already exists for {repo.path.partition('/')[0]}:{body['head']}."
        return 422, {**error("Validation Failed"), "errors": [problem(said)]}
    pull = Pull(len(repo.pulls) + 1, body["title"], body["body"], body["head"], body["base"], head, body["draft"])
    repo.pulls.append(pull)
    return 201, _shown(repo, pull, url, "whole")


def _changed(repo: Repo, pull: Pull, url: str, body: Any) -> tuple[int, Any]:
    if body.get("state") == "open" and not repo.tip(pull.branch):
        return 422, {**error("Validation Failed"), "errors": [problem("The branch was deleted.")]}
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    pull.open = {"open": True, "closed": False}.get(body.get("state"), pull.open)
    return 200, _shown(repo, pull, url, "whole")


def _wanted(repo: Repo, query: dict[str, str]) -> list[Pull]:
    owner, _, branch = query.get("head", "").partition(":")
    own = owner in ("", repo.path.partition("/")[0])
    found = [pull for pull in repo.pulls if own and branch in ("", pull.branch)]
    state = query.get("state", "open")
    return [pull for pull in reversed(found) if state == "all" or pull.open == (state == "open")]


def _page(rows: list[Any], query: dict[str, str]) -> list[Any]:
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    return rows[size * (number - 1) : size * number]


def _shown(repo: Repo, pull: Pull, url: str, form: str) -> dict[str, Any]:
    known = description(NAME)
    shown: dict[str, Any] = (
        known.example("pull-request") if form == "whole" else known.example("pull-request-simple-items")[0]
    )
    shown |= {
        "number": pull.number,
        "html_url": f"{url}/{repo.path}/pull/{pull.number}",
        "node_id": _identity(repo, pull),
        "title": pull.title,
        "body": pull.body,
        "state": "open" if pull.open else "closed",
        "draft": pull.draft,
        "merged_at": MADE if pull.merged else None,
        "closed_at": None if pull.open else MADE,
        "labels": [_label(name) for name in pull.labels],
        **_asked(pull),
        "auto_merge": _automatic(pull),
        "milestone": None,
    }
    shown["head"] |= {"ref": pull.branch, "sha": pull.head}
    shown["base"] |= {"ref": pull.base}
    shown["head"]["repo"]["full_name"] = shown["base"]["repo"]["full_name"] = repo.path
    return shown


def _asked(pull: Pull) -> dict[str, Any]:
    known = description(NAME).example("pull-request")
    user, team = (
        known["requested_reviewers"][0],
        {**known["requested_teams"][0], "type": "organization", "parent": None},
    )
    return {
        "requested_reviewers": [{**user, "login": name} for name in pull.reviewers if not name.startswith("@")],
        "requested_teams": [{**team, "slug": name[1:]} for name in pull.reviewers if name.startswith("@")],
    }


def _ticket(ticket: Ticket, repo: Repo, url: str) -> dict[str, Any]:
    shown: dict[str, Any] = description(NAME).example("issue")
    facts = {"number": ticket.number, "title": ticket.title, "body": ticket.body}
    more = {"state": "open" if ticket.open else "closed", "html_url": f"{url}/{repo.path}/issues/{ticket.number}"}
    return {**shown, **facts, **more}


def _event(name: str) -> dict[str, Any]:
    known = description(NAME).example("pull-request")
    user = known["user"]
    team = {**known["requested_teams"][0], "type": "organization", "parent": None, "slug": name[1:]}
    whom = {"requested_team": team} if name.startswith("@") else {"requested_reviewer": {**user, "login": name}}
    made = {"id": 1, "node_id": "x", "url": "https://x", "actor": user, "event": "review_requested"}
    rest = {"commit_id": None, "commit_url": None, "created_at": MADE, "performed_via_github_app": None}
    return {**made, **rest, "review_requester": user, **whom}


def _automatic(pull: Pull) -> dict[str, Any] | None:
    user = description(NAME).example("pull-request")["user"]
    words = {"merge_method": "merge", "commit_title": pull.title, "commit_message": ""}
    return {"enabled_by": user, **words} if pull.automatic else None


def _identity(repo: Repo, pull: Pull) -> str:
    return f"PR_{repo.path}_{pull.number}"


def _label(name: str) -> dict[str, Any]:
    known = description(NAME).example("pull-request")["labels"][0]
    return {**known, "name": name}


def _repository(repo: Repo, url: str) -> dict[str, Any]:
    shown: dict[str, Any] = description(NAME).example("full-repository-default-response")
    own = {key: value for key, value in shown.items() if key not in ("template_repository", "parent", "source")}
    return {**own, **_facts(repo, url), "language": None}


def _minimal(repo: Repo, url: str) -> dict[str, Any]:
    shown: dict[str, Any] = description(NAME).example("pull-request")["head"]["repo"]
    return {**shown, **_facts(repo, url)}


def _hit(repo: Repo, url: str) -> dict[str, Any]:
    return {**_repository(repo, url), "score": 1.0}


def _facts(repo: Repo, url: str) -> dict[str, Any]:
    return {
        "full_name": repo.path,
        "name": repo.path.partition("/")[2],
        "clone_url": f"{url}/{repo.path}.git",
        "default_branch": "main",
        "archived": repo.archived,
        "fork": repo.fork,
        "topics": list(repo.topics),
    }


def _matches(repo: Repo, query: str) -> bool:
    return query.removeprefix("topic:") in repo.topics if query.startswith("topic:") else query in repo.path


def _limits(state: State) -> dict[str, Any]:
    shown: dict[str, Any] = description(NAME).example("rate-limit-overview")
    limit = state.limit if state.limit is not None else 5000
    over = state.limit is None or (state.remaining <= 0 and time.time() >= state.reset)
    left = limit if over else state.remaining
    reset = int(time.time() + state.window if over else state.reset)
    row = {"limit": limit, "remaining": left, "reset": reset, "used": limit - left}
    shown["resources"]["core"] = shown["rate"] = row
    return shown
