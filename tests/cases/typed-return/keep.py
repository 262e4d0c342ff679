"""Where one more name would be seen, and where a promise is no return's."""

import json
from collections.abc import Generator


def seen(text: str) -> str:
    print(locals())
    return json.loads(text)


def generated(text: str) -> Generator[int, None, str]:
    yield 1
    return json.loads(text)


def beside(text: str) -> str:
    print(text); return json.loads(text)
