"""Take out secrets: passwords and keys in addresses, in command lines, in variables.

Secrets that are known are remembered for the life of the process, and taken out of every text that is shown or kept;
what has the form of a password in an address is taken out of any text.
"""

import base64
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

HIDDEN = "[secret]"
SHORTEST = 8  # what is shorter is a stand-in for a key, and a word that any text may have

SECRET_NAME = re.compile(
    r"(^|[_-])(tokens?|secrets?|passw(or)?d|passphrase|credentials?|auth|key|api-?key)$|apikey|(^|[_-])(secret|token)[_-]",
    re.IGNORECASE,
)
NO_SECRET = re.compile(r"^(SSH_AUTH_SOCK|.*_(FILE|PATH|DIR|SOCK|ID|VARIABLE))$", re.IGNORECASE)
# A part of a path that is a word or a version, such as all providers have; what is none of these may be a key.
WORD = re.compile(r"[a-z][a-z.-]{0,23}|v\d{1,2}(alpha|beta)?\d{0,2}", re.IGNORECASE)
KEY = re.compile(r"[\w+=.:~!$%&*-]{12,}")
# `https://TOKEN@host` is a way to give a token; `ssh://git@host` is no more than a name.
LOGIN = re.compile(
    r"(?i)\b((?:https?|ftps?|wss?|socks\w*)://)[^\s/?#'\"<>]*@|\b([a-z][a-z0-9+.-]*://)[^\s/?#'\"<>@:]*:[^\s/?#'\"<>]*@"
)
ASKED = re.compile(
    r"(?i)([?&;][\w.-]*(?:token|secret|passw(?:or)?d|pwd|key|sig|signature|auth|credential)[\w.-]*=)[^\s&#'\"<>;]+"
)

_known: dict[str, None] = {}


def remember(secrets: Iterable[str | None]) -> None:
    """Take these out of every text from here on. Short ones are not: they are words of other texts, too."""
    found = dict.fromkeys(secret for secret in secrets if secret and len(secret) >= SHORTEST and secret != HIDDEN)
    _known.update(found)


def hide(text: str, secrets: Sequence[str]) -> str:
    """Give a text for a log, a report or a prompt without these."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def hidden(text: str) -> str:
    """Give a text without all secrets that are known, and without what looks like one in an address."""
    if _known:
        text = hide(text, sorted(_known, key=len, reverse=True))
    if "://" in text:
        text = LOGIN.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}@", text)
    return ASKED.sub(rf"\1{HIDDEN}", text) if "=" in text and ("?" in text or "&" in text) else text


def hidden_in(value: object) -> object:
    """Give data, lists and tables in it as well, with each text `hidden`."""
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, Mapping):
        return {key: hidden_in(inner) for key, inner in value.items()}
    return [hidden_in(inner) for inner in value] if isinstance(value, list | tuple) else value


def shown_address(address: str) -> str:
    """Give an address without name, password, query, and parts of the path that could be a key."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return HIDDEN
    path = "/".join(part if not part or WORD.fullmatch(part) else HIDDEN for part in parts.path.split("/"))
    return f"{parts.scheme}://{host}{path}"


def secrets_in_address(address: str | None) -> tuple[str, ...]:
    """Give what `shown_address` leaves out, in each form in which a program could repeat it."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return (address or "",)
    found = [*_login(parts), *_values(parts), *(part for part in parts.path.split("/") if not WORD.fullmatch(part))]
    return tuple(dict.fromkeys(word for part in found for word in (part, unquote(part)) if len(word) >= SHORTEST))


def _login(parts: SplitResult) -> Iterator[str]:
    login, at, _ = parts.netloc.rpartition("@")
    if not at:
        return
    name, colon, password = login.partition(":")
    yield password if colon else name
    plain = f"{unquote(name)}:{unquote(password)}".encode("utf-8", "replace")
    yield base64.b64encode(plain).decode()  # as HTTP sends it


def _values(parts: SplitResult) -> Iterator[str]:
    yield from (part.partition("=")[2] or part for part in re.split("[&;]", parts.query))
    yield parts.fragment


def is_secret_name(name: str) -> bool:
    """Say whether a variable or an option of this name usually holds a secret."""
    return bool(SECRET_NAME.search(name)) and not NO_SECRET.match(name)


def looks_secret(value: str) -> bool:
    """Say whether a value of the configuration has the form of a key: one long word of letters and digits."""
    return bool(KEY.fullmatch(value)) and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def secrets_in_words(words: Sequence[str]) -> Iterator[str]:
    """Give what a command line has after `--token`, `--api-key=` or `TOKEN=`, and in addresses."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        name, equals, value = word.partition("=")
        if is_secret_name(name.lstrip("-")):
            yield value if equals else following if word.startswith("-") else ""
        if "://" in word:
            yield from secrets_in_address(word)


def secrets_in_variables(variables: Mapping[str, str]) -> Iterator[str]:
    """Give the values of variables that hold secrets by their names, and passwords in addresses such as proxies."""
    for name, value in variables.items():
        if is_secret_name(name):
            yield "" if os.path.exists(value) else value  # noqa: PTH110  # any text; the name of a file tells nothing
        elif "://" in value and "@" in value:
            yield from (secret for word in value.split() for secret in _password(word))


def _password(address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    for secret in _login(parts):
        yield from (secret, unquote(secret))
