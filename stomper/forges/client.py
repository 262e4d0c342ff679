"""Requests to one forge, one after the other: within its limits, with the token, and never the same change twice."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stomper import __version__
from stomper.config.certificates import trusted
from stomper.disk.parse import parse_json
from stomper.forges.limits import Limits
from stomper.forges.model import ForgeError, Host, SignedOutError
from stomper.text.printable import one_line

if TYPE_CHECKING:
    import httpx

TIMEOUT, CONNECT = 60.0, 15.0
MOST = 32 * 2**20  # bytes of an answer
TRIES = 5
TRIES_BROKEN = 3  # of a question; a change whose answer was lost may have been made
PER_PAGE, PAGES = 50, 200
READ = "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(slots=True)
class Client:
    """A forge's API as one user. With `show`, changes are told to it in place of being made."""

    host: Host
    limits: Limits
    credentials: Mapping[str, str]
    show: Callable[[str], None] | None = None
    signed_out: str = ""
    accept: str = "application/json"
    _client: "httpx.Client | None" = field(default=None)
    _said: set[str] = field(default_factory=set)

    def get(self, path: str, **query: str | int | list[str]) -> Any:
        """Ask a question. Raises ForgeError unless there is a good answer."""
        return self._good(READ, path, query, None).body

    def look(self, path: str) -> Any:
        """Ask for something that may not be there: None for that."""
        answer = self._answered(READ, path, {}, None)
        return None if answer.status == 404 else self._checked(answer, READ, path).body

    def pages(self, path: str, size: str, **query: str | int | list[str]) -> Iterator[Any]:
        """Give the items of a list, page by page; `size` is the forge's name for how many are on one."""
        for number in range(1, PAGES + 1):
            found = self.get(path, **query, **{size: PER_PAGE, "page": number})
            rows = _rows_of(found)
            if rows is None:
                raise ForgeError(f"{self.host.name} answered {path} with no list")
            yield from rows
            if _is_last(found, rows):
                return

    def change(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Change something, once. Of a dry run nothing is changed, and the answer is None."""
        if self.show is not None:
            self.show(f"{method} {self._address(path)}{'' if body is None else ' ' + json.dumps(body)}")
            return None
        return self._good(method, path, {}, body).body

    def say_once(self, text: str) -> None:
        """Tell what the forge does not do, however many repositories it is about."""
        if text not in self._said:
            self._said.add(text)
            self.limits.tell(text)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _address(self, path: str) -> str:
        return path if path.startswith(("http://", "https://")) else self.host.api + path

    def _good(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Answer:
        return self._checked(self._answered(method, path, query, body), method, path)

    def _answered(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Answer:
        """Make a request until there is an answer that is not a request to wait."""
        if self.signed_out:
            raise SignedOutError(self.signed_out)
        for tried in range(TRIES):
            self.limits.before(method != READ)
            answer = self._once(method, path, query, body, tried)
            if answer is None:
                continue
            words = words_of(answer.body)
            if not self.limits.refused(answer.status, answer.headers, words, tried):
                return answer
        raise ForgeError(f"{self.host.name} would not answer: it was asked {TRIES} times")

    def _once(self, method: str, path: str, query: Mapping[str, Any], body: Any, tried: int) -> Answer | None:
        """Make a request once. None if it can be made again."""
        import httpx

        try:
            answer = self._send(method, path, query, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            if method == READ and tried + 1 < TRIES_BROKEN:
                return None
            raise ForgeError(f"{self.host.name} cannot be reached: {_last_cause(error)}") from None
        self.limits.after(answer.headers)
        again = answer.status >= 500 and method == READ and tried + 1 < TRIES_BROKEN
        return None if again and "retry-after" not in answer.headers else answer

    def _send(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Answer:
        import httpx

        if self._client is None:
            limit = httpx.Timeout(TIMEOUT, connect=CONNECT)
            self._client = httpx.Client(trust_env=False, verify=trusted(), follow_redirects=False, timeout=limit)
        headers = {"accept": self.accept, "accept-encoding": "identity", "user-agent": f"stomper/{__version__}"}
        content = None if body is None else json.dumps(body).encode()
        headers |= {} if content is None else {"content-type": "application/json"}
        request = self._client.build_request(
            method, self._address(path), params=query or None, content=content, headers={**headers, **self.credentials}
        )
        response = self._client.send(request, auth=httpx.Auth(), stream=True)
        try:
            return Answer(response.status_code, response.headers, _body(response))
        finally:
            response.close()

    def _checked(self, answer: Answer, method: str, path: str) -> Answer:
        """Give a good answer. Raises ForgeError for another one."""
        if 200 <= answer.status < 300:
            return answer
        said = f"{answer.status}{': ' + words if (words := words_of(answer.body)) else ''}"
        if answer.status == 401:
            self.signed_out = f"{self.host.name} does not take the token ({said})"
            raise SignedOutError(self.signed_out)
        if 300 <= answer.status < 400:
            raise ForgeError(f"{self.host.name} says that it is elsewhere: {answer.headers.get('location', said)}")
        raise ForgeError(one_line(f"{self.host.name} refused {method} {path} ({said})"))


def _body(response: "httpx.Response") -> Any:
    """Read the body, as far as an answer can be long; text that is no JSON as text."""
    taken = bytearray()
    for chunk in response.iter_raw():
        taken += chunk
        if len(taken) > MOST:
            raise OSError(f"the answer has more than {MOST // 2**20} MB")
    try:
        return parse_json(bytes(taken)) if taken.strip() else None
    except ValueError:
        return taken[:400].decode("utf-8", "replace")


def words_of(body: Any) -> str:
    """Give what an answer says to people, as one line."""
    if isinstance(body, str):
        return one_line(body)
    if not isinstance(body, dict):
        return ""
    said = [_said_in(body.get("message") or body.get("error") or "")]
    errors = body.get("errors")
    said += (
        [str(one.get("message", "") if isinstance(one, dict) else one) for one in errors or () if one]
        if (isinstance(errors, list))
        else []
    )
    return one_line("; ".join(word for word in said if word))


def _said_in(message: Any) -> str:
    """Give a message as text; GitLab has lists by what they are about, Bitbucket a table."""
    if isinstance(message, list):
        return ", ".join(map(str, message))
    if isinstance(message, dict) and "message" in message:
        return ": ".join(str(message[key]) for key in ("message", "detail") if message.get(key))
    if isinstance(message, dict):
        return "; ".join(f"{name}: {_said_in(inner)}" for name, inner in message.items())
    return str(message)


def _rows_of(found: Any) -> list[Any] | None:
    """Give the rows of one page, by whichever name the forge has for them."""
    if isinstance(found, dict):
        found = next((found[key] for key in ("items", "data", "values") if key in found), None)
    return found if isinstance(found, list) else None


def _is_last(found: Any, rows: list[Any]) -> bool:
    """Say whether there is no further page. Bitbucket says so; with others a page is not full then."""
    return "next" not in found if isinstance(found, dict) and "values" in found else len(rows) < PER_PAGE


def _last_cause(error: BaseException) -> str:
    while cause := error.__cause__ or error.__context__:
        error = cause
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
