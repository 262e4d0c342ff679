"""One request to an OpenAI-compatible /chat/completions: at most one, and nowhere else.

Nothing of the user's environment is heeded but the certificates that it names: no proxy, no .netrc. No redirect is
followed, and nothing is sent twice.
"""

import asyncio
import email.utils
import math
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stomper import __version__, process
from stomper.config.certificates import trusted
from stomper.disk.parse import parse_json
from stomper.fixers.agents.base import Answer
from stomper.fixers.agents.response_body import ASKED, BadBodyError, read_body
from stomper.fixers.base import Failure
from stomper.models import Usage, believable
from stomper.text.redact import shown_address

if TYPE_CHECKING:
    import httpx

POLL_SECONDS = 0.1
CONNECT_SECONDS = 15.0
STOPPED = "stopped"
LOGGED = 200_000  # characters of an answer
LIMITED = (429, 503, 529)
UNUSABLE = (401, 402, 403, 404)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a model. `timeout` is in seconds, for a whole request."""

    base_url: str
    key: str
    model: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Completion:
    """A response: the answer's text, the facts beside it, and the bytes sent and received, for the log."""

    text: str = ""
    answer: Answer = field(default_factory=Answer)
    log: str = ""
    timed_out: bool = False
    stopped: bool = False


def complete(endpoint: Endpoint, prompt: str) -> Completion:
    """Ask once and wait, until the time limit or until the run is told to stop. Leaves no thread and no connection."""
    return asyncio.run(_Exchange(endpoint).run(prompt))


class _Exchange:
    """One request under way; `lines` are its log."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.lines: list[str] = []

    async def run(self, prompt: str) -> Completion:
        asking = asyncio.create_task(self._ask(prompt))
        why = await self._wait(asking)
        if asking.cancelled():
            self.lines.append(why)
            said = Answer(why, Failure.FAILED)
            return Completion("", said, "\n".join(self.lines), timed_out=why != STOPPED, stopped=why == STOPPED)
        text, answer = asking.result()
        return Completion(text, answer, "\n".join(self.lines))

    async def _wait(self, asking: "asyncio.Task[tuple[str, Answer]]") -> str:
        """Wait until it is done or has to end. Returns why it had to, or ''."""
        why, deadline = "", time.monotonic() + self.endpoint.timeout
        while not asking.done() and not why:
            await asyncio.wait({asking}, timeout=max(0.0, min(POLL_SECONDS, deadline - time.monotonic())))
            if process.stop_due():
                why = STOPPED
            elif time.monotonic() >= deadline:
                why = f"gave no answer within {self.endpoint.timeout:g} s"
        if not asking.done():
            asking.cancel()
            await asyncio.wait({asking})
        return why

    async def _ask(self, prompt: str) -> tuple[str, Answer]:
        import httpx  # only those who ask a model should wait for it

        try:
            request = _request_of(self.endpoint, prompt)
            self.lines.append(f"POST {shown_address(str(request.url))}\n{request.content.decode()}")
            async with _client() as client:
                # Without an `auth` of its own, a name and password in the address would replace the key.
                response = await client.send(request, auth=httpx.Auth(), stream=True)
                async with aclosing(response):
                    return await self._read(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            reason = _last_cause(error)
        self.lines.append(reason)
        return "", Answer(f"cannot ask {shown_address(self.endpoint.base_url)}: {reason}", Failure.FAILED)

    async def _read(self, response: "httpx.Response") -> tuple[str, Answer]:
        try:
            body = await read_body(response.headers, response.aiter_raw())
        except BadBodyError as error:
            self.lines.append(f"{response.status_code} {error}")
            return "", Answer(str(error), Failure.FAILED)
        self.lines.append(f"{response.status_code} {body[:LOGGED]}")
        good = 200 <= response.status_code < 300
        return read_completion(body) if good else ("", refused(response.status_code, response.headers, body))


def _request_of(endpoint: Endpoint, prompt: str) -> "httpx.Request":
    """Build the request. These are all of its headers: others would say which Python and which system this is."""
    import httpx

    headers = {
        "accept": "application/json",
        "accept-encoding": ASKED,
        "connection": "keep-alive",
        "user-agent": f"stomper/{__version__}",
        "authorization": f"Bearer {endpoint.key}",
    }
    text = prompt.encode("utf-8", "backslashreplace").decode()
    asked = {"model": endpoint.model, "messages": [{"role": "user", "content": text}]}
    timeout = httpx.Timeout(None, connect=CONNECT_SECONDS).as_dict()
    return httpx.Request("POST", _address_of(endpoint), headers=headers, json=asked, extensions={"timeout": timeout})


def _address_of(endpoint: Endpoint) -> "httpx.URL":
    """Put /chat/completions behind the path of `base_url`, before its query."""
    import httpx

    url = httpx.URL(endpoint.base_url)
    path, mark, query = url.raw_path.partition(b"?")
    return url.copy_with(raw_path=path.removesuffix(b"/") + b"/chat/completions" + mark + query)


def _client() -> "httpx.AsyncClient":
    import httpx

    return httpx.AsyncClient(trust_env=False, verify=trusted(), follow_redirects=False)


def refused(status: int, headers: Mapping[str, str], text: str) -> Answer:
    """Give what an answer says that is none. An address that it sends us to is not asked: that is for the user."""
    try:
        found = parse_json(text)
    except ValueError:
        found = None
    facts = found if isinstance(found, dict) else {}
    body = facts["error"] if isinstance(facts.get("error"), dict) else facts
    code = str(body.get("code") or body.get("type") or "")
    said = headers.get("location") if 300 <= status < 400 else body.get("message")
    words = str(said or text).strip()[:400]
    return Answer(f"answered {status}: {words}", failure_of(status, code), retry_after=_retry_after(headers))


def read_completion(text: str) -> tuple[str, Answer]:
    """The text of a response and what it says of itself. Usage that is not there is not known."""
    try:
        response = parse_json(text)
        choice = response["choices"][0]
        message = choice["message"]
        words = message.get("content") or ""
        refusal, reason = message.get("refusal"), choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "", Answer(
            "answered something that is no chat completion (is base_url right? most end with /v1)", Failure.FAILED
        )
    usage = _usage_of(response)
    if refusal or reason == "content_filter":
        return "", Answer(f"will not do it: {refusal or 'stopped by a content filter'}", Failure.REFUSED, usage)
    if reason == "length":
        return "", Answer("gave half an answer: it reached the limit of its length", Failure.FAILED, usage)
    if not isinstance(words, str) or not words.strip():
        return "", Answer("gave an empty answer", Failure.FAILED, usage)
    return words, Answer(usage=usage)


def _usage_of(response: Mapping[str, Any]) -> Usage | None:
    usage = response.get("usage")
    if not isinstance(usage, dict):
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"), cached)
    read, written, cached = map(believable, counts)
    return Usage(input_tokens=read, output_tokens=written, cached_tokens=cached, requests=1)


def failure_of(status: int, code: str) -> Failure:
    """Whose fault an error is. An account without money answers 429 as well, and waiting does not help it."""
    if status in UNUSABLE or code == "insufficient_quota":
        return Failure.UNUSABLE
    return Failure.RATE_LIMITED if status in LIMITED else Failure.FAILED


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, of a header that has seconds or a date; None if there is none."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _last_cause(error: BaseException) -> str:
    """Give the words of what went wrong first. Those of the package are "All connection attempts failed"."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return str(error) or type(error).__name__
