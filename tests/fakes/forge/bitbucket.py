"""The answers of a scripted Bitbucket Cloud."""

import re
from typing import Any

from tests.fakes.forge.state import Pull, Repo, State

PREFIX = "/2.0"
NAME = "bitbucket"


def answer(state: State, url: str, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    """Answer one request for the API."""
    if re.fullmatch(r"/workspaces/[^/]+/members", path):
        rows = [{"type": "workspace_membership", "user": _user(name)} for name in state.people]
        return 200, _page(rows, url + path, query)
    if found := re.fullmatch(r"/repositories/([^/]+)", path):
        own = [repo for repo in state.repos.values() if repo.path.startswith(f"{found[1]}/")]
        word = query.get("q", "").partition('"')[2].rstrip('"')
        return 200, _page([_repository(repo, url) for repo in own if word in repo.path], url + path, query)
    found = re.fullmatch(r"/repositories/([^/]+/[^/]+)(/.*)?", path)
    repo = state.repos.get(found[1]) if found else None
    if not found or repo is None:
        return 404, error("Repository not found")
    repo.settle()
    return _of_repo(repo, url, method, found[2] or "", query, body)


def error(message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"message": message}}


def _of_repo(repo: Repo, url: str, method: str, rest: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    if rest == "":
        return 200, _repository(repo, url)
    if method == "GET" and rest == "/pullrequests":
        branch = query["q"].partition('"')[2].rstrip('"')
        rows = [_shown(repo, one, url, whole=False) for one in reversed(repo.pulls) if one.branch == branch]
        return 200, _page(rows, url + rest, query)
    if rest == "/pullrequests":
        return _made(repo, url, body)
    found = re.fullmatch(r"/pullrequests/(\d+)(/decline)?", rest)
    pull = next((one for one in repo.pulls if found and one.number == int(found[1])), None)
    if pull is None or not found:
        return 404, error("not found")
    if found[2]:
        pull.open = False
    elif method == "PUT":
        if not pull.open:
            return 400, error("This pull request is not open.")
        pull.title, pull.body = body.get("title", pull.title), body.get("description", pull.body)
        pull.ask([one["uuid"].strip("{}") for one in body.get("reviewers", ())], instead=True)
    return 200, _shown(repo, pull, url, whole=True)


def _made(repo: Repo, url: str, body: Any) -> tuple[int, Any]:
    branch, base = body["source"]["branch"]["name"], body["destination"]["branch"]["name"]
    if not repo.tip(branch) or not repo.tip(base):
        return 400, error("source or destination is not there")
    if len(body["description"]) > 32768:
        return 400, error("description: Ensure this value has at most 32768 characters.")
    pull = Pull(len(repo.pulls) + 1, body["title"], body["description"], branch, base, repo.tip(branch))
    pull.draft = body.get("draft", False)
    repo.pulls.append(pull)
    return 201, _shown(repo, pull, url, whole=True)


def _page(rows: list[Any], address: str, query: dict[str, str]) -> dict[str, Any]:
    """Give a page as Bitbucket does: with the address of the next one, if there is one."""
    size, number = int(query.get("pagelen", 10)), int(query.get("page", 1))
    found = {"values": rows[size * (number - 1) : size * number], "page": number, "pagelen": size, "size": len(rows)}
    return {**found, "next": f"{address}?page={number + 1}"} if len(rows) > size * number else found


def _shown(repo: Repo, pull: Pull, url: str, whole: bool) -> dict[str, Any]:
    """Give a pull request. Only one that is asked for by itself has its reviewers."""
    here = {"type": "repository", "full_name": repo.path}
    return {
        "type": "pullrequest",
        "id": pull.number,
        "title": pull.title,
        "summary": {"raw": pull.body, "markup": "markdown", "html": ""},
        "state": "MERGED" if pull.merged else "OPEN" if pull.open else "DECLINED",
        "source": {"branch": {"name": pull.branch}, "commit": {"hash": pull.head[:12]}, "repository": here},
        "destination": {"branch": {"name": pull.base}, "repository": here},
        "links": {"html": {"href": f"{url}/{repo.path}/pull-requests/{pull.number}"}},
        **({"reviewers": [_user(name) for name in pull.reviewers]} if whole else {}),
    }


def _user(name: str) -> dict[str, Any]:
    return {"type": "user", "nickname": name, "display_name": name.title(), "uuid": f"{{{name}}}"}


def _repository(repo: Repo, url: str) -> dict[str, Any]:
    shown = {
        "type": "repository",
        "full_name": repo.path,
        "name": repo.path.partition("/")[2],
        "mainbranch": {"type": "branch", "name": "main"},
        "links": {"clone": [{"name": "https", "href": f"{url}/{repo.path}.git"}, {"name": "ssh", "href": "x"}]},
    }
    return {**shown, "parent": {"type": "repository", "full_name": "else/where"}} if repo.fork else shown
