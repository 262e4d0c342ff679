"""Find the user's secret variables, by their names and by their contents."""

import re
from collections.abc import Collection, Mapping

NAMED = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|^KUBECONFIG|^DOCKER_(HOST|CONFIG)"
    r"|(^|_)(KEY|KEYS|AUTH|PAT|COOKIE|DSN)$|_(PASS|PWD|SOCK)$|^(AWS|AZURE)_(?!REGION$|DEFAULT_REGION$)"
    r"|^(DBUS_SESSION_BUS_ADDRESS|GPG_AGENT_INFO|XAUTHORITY|DISPLAY|WAYLAND_DISPLAY|TMUX)$",
    re.IGNORECASE,
)
HELD = re.compile(r"://[^/@\s]*:[^/@\s]+@|\bauthorization:|-----BEGIN [A-Z ]*PRIVATE KEY", re.IGNORECASE)


def is_secret(name: str, value: str) -> bool:
    """Return whether a variable is a secret or leads to one: a key, a password, the socket of a daemon."""
    return NAMED.search(name) is not None or HELD.search(value) is not None


def without_secrets(environment: Mapping[str, str], kept: Collection[str]) -> dict[str, str]:
    """An environment without the secrets in it, but for those that are named `kept`."""
    return {name: value for name, value in environment.items() if name in kept or not is_secret(name, value)}
