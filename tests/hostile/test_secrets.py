"""Passwords and keys, wherever they are configured, are in nothing that a run prints, keeps or starts programs with."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.cli.main import _keep_traceback, run_cli
from stomper.commands.resume import header_of
from stomper.config import load_settings
from stomper.config.stored_secrets import with_secrets, without_secrets
from stomper.errors import ConfigError, UsageError
from stomper.fixers.agents import CLIENTS
from stomper.fixers.agents.base import Ask
from stomper.git.repository import open_repository
from stomper.journal.run_folder import Header, RunFolder
from stomper.settings import AgentSettings, EnvironmentSettings, Settings
from stomper.text.redact import (
    HIDDEN,
    hidden,
    remember,
    secrets_in_address,
    secrets_in_variables,
    secrets_in_words,
    shown_address,
)
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

PASSWORD, QUERY, TOKEN, KEY = "Canary1Password", "Canary2Query", "Canary3PathToken", "Canary4Key"
PROXY, VALUE, WORD, REMOTE, AMBIENT = "Canary5Proxy", "Canary6Value", "Canary7Word", "Canary8Remote", "Canary9Ambient"
CANARIES = (PASSWORD, QUERY, TOKEN, KEY, PROXY, VALUE, WORD, REMOTE, AMBIENT)
ADDRESS = f"http://user:{PASSWORD}@127.0.0.1:9/{TOKEN}/v1?api_key={QUERY}"
# Says all that it knows, and where it lies, and fails.
LOUD = (
    "#!/bin/sh\nenv\ntr '\\0' ' ' < /proc/$$/cmdline\ncat $CODEX_HOME/config.toml\n"
    "tr '\\0' '\\n' < /proc/$$/cmdline >> {seen}\nenv >&2\nexit 1\n"
)
CONFIGURATION = """
fixers = ["ruff", "loud", "shy", "asked"]
max_retries = 0
sandbox = "off"
[workflow]
test_validation = "none"
[environment.env]
PLAIN = "{value}"
[agent.shy]
client = "codex"
program = "{program}"
base_url = "{address}"
key_variable = "SHY_KEY"
[agent.asked]
client = "openai"
model = "m"
base_url = "{address}"
key_variable = "SHY_KEY"
[fixer.loud]
command = ["sh", "-c", "env; git remote -v; echo $0 $1; exit 1", "--api-token={word}"]
"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHY_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PROXY}@127.0.0.1:9")
    monkeypatch.setenv("all_proxy", f"socks5://me:{PROXY}@127.0.0.1:9")
    monkeypatch.setenv("CLOUD_SECRET_ACCESS_KEY", AMBIENT)


@pytest.fixture
def careless(repo: GitRepo, tmp_path: Path, environment: None) -> GitRepo:
    program = tmp_path / "codex"
    program.write_text(LOUD.format(seen=tmp_path / "cmdlines"))
    program.chmod(0o755)
    text = CONFIGURATION.format(value=VALUE, program=program, address=ADDRESS, word=WORD)
    repo.write("a.py", "x = undefined\n")
    repo.commit()
    repo.write("stomper.toml", text)
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "exclude").write_text("stomper.toml\n")
    repo.git("remote", "add", "origin", f"https://me:{REMOTE}@example.org/x.git")
    repo.agreed_settings = repo.settings()
    return repo


def found_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def written(*folders: Path) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file() and not file.is_symlink():
                yield file, file.read_text("utf-8", "replace")


def test_no_byte_of_a_run_has_a_secret(
    careless: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    places = [tmp_path / name for name in ("r.json", "r.toml", "r.sarif", "r.junit.xml", "r.gitlab.json")]
    reports = [word for place in places for word in ("--report", str(place))]
    done = stomper.run(careless, "fix", "-v", *reports, "--log-file", tmp_path / "log", timeout=600)
    assert done.code in (1, 3), done
    os.chdir(careless.path)
    for words in (["doctor", "-v"], ["doctor", "--format", "json"], ["status"], ["check"], ["stats"], ["plan"]):
        run_cli(words)
    out, err = capfd.readouterr()
    assert not found_in(done.out + done.err)
    assert not found_in(out + err)
    assert "http://127.0.0.1:9/[secret]/v1" in out
    everything = dict(written(careless.git_dir / "stomper", tmp_path / "log", hermetic.root, *places))
    everything |= {place: place.read_text() for place in [*places, tmp_path / "log", tmp_path / "cmdlines"]}
    assert {str(file): found for file, text in everything.items() if (found := found_in(text))} == {}
    logs = "".join(text for file, text in everything.items() if file.suffix == ".log")
    assert f"SHY_KEY={HIDDEN}" in logs, "what the programs said is there, but for the secrets"


def test_a_crash_is_told_without_secrets(hermetic: Hermetic, environment: None) -> None:
    remember([KEY])
    try:
        raise RuntimeError(f"cannot reach {ADDRESS} with {KEY}")
    except RuntimeError:
        words = _keep_traceback()
    (file,) = hermetic.tmp.glob("stomper-error-*")
    text = file.read_text()
    file.unlink()
    assert not found_in(words + text.replace("{ADDRESS}", "").replace("{KEY}", "").replace(TOKEN, ""))
    assert f"http://{HIDDEN}@127.0.0.1:9" in text


@pytest.mark.parametrize("name", CLIENTS)
def test_no_client_gets_a_secret_on_its_command_line(name: str, tmp_path: Path) -> None:
    agent = AgentSettings(name, CLIENTS[name].name, "m", ADDRESS)  # type: ignore[arg-type]  # its name is one
    call = CLIENTS[name].call(Ask(tmp_path, "a.py", "prompt", tmp_path, agent, name, KEY))
    assert not found_in(" ".join(call.argv))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (ADDRESS, f"http://127.0.0.1:9/{HIDDEN}/v1"),
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        (f"https://{KEY}@host", "https://host"),
        (f"https://u:{KEY}%40x@[::1]:8/v1#{QUERY}", "https://[::1]:8/v1"),
        (f"https://host/openai/deployments/{TOKEN}/v1beta", f"https://host/openai/deployments/{HIDDEN}/v1beta"),
        (f"http://[{KEY}", HIDDEN),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(address: str, shown: str) -> None:
    assert shown_address(address) == shown


def test_what_an_address_hides_is_known_in_each_form() -> None:
    found = secrets_in_address(f"https://u:{PASSWORD}%21@host/v1?k={QUERY}")
    assert {f"{PASSWORD}%21", f"{PASSWORD}!", QUERY} <= set(found)
    assert any(word.endswith("=") or len(word) % 4 == 0 for word in found), "and as HTTP sends it"


@pytest.mark.parametrize(
    "text",
    [
        f"fatal: unable to access 'https://me:{REMOTE}@host/x.git/'", f"https://{REMOTE}@github.com/x",
        f"ssh://me:{REMOTE}@host", f"proxy socks5://a:{REMOTE}@h:1 refused", f"GET /v1?a=b&access_token={REMOTE}",
        f"https://x/y?X-Amz-Signature={REMOTE}&z=1",
    ],
)  # fmt: skip
def test_passwords_in_addresses_are_hidden_whosever_they_are(text: str) -> None:
    assert REMOTE not in hidden(text)
    assert HIDDEN in hidden(text)


@pytest.mark.parametrize("text", ["ssh://git@github.com/x.git", "git@github.com:x.git", "https://a/b?p=2", "a@b.org"])
def test_other_addresses_stay(text: str) -> None:
    assert hidden(text) == text


@pytest.mark.parametrize(
    "words",
    [["x", "--token", WORD], ["x", f"--api-key={WORD}"], ["env", f"DB_PASSWORD={WORD}", "x"], ["-key", WORD]],
)
def test_secrets_on_command_lines_are_known_by_their_options(words: list[str]) -> None:
    assert WORD in list(secrets_in_words(words))


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("GITHUB_TOKEN", WORD, True), ("AWS_SECRET_ACCESS_KEY", WORD, True), ("DB_PASSWORD", WORD, True),
        ("PWD", str(Path.cwd()), False), ("OLDPWD", "/somewhere", False), ("SIGN_KEY", str(Path.home()), False),
        ("SSH_AUTH_SOCK", WORD, False), ("SSL_KEY_FILE", WORD, False), ("KEYBOARD", WORD, False), ("LANG", WORD, False),
        ("http_proxy", f"http://u:{WORD}@h:1", True), ("DATABASE_URL", f"postgres://u:{WORD}@h/db", True),
    ],
)  # fmt: skip
def test_variables_that_hold_a_secret_are_known_by_their_names(name: str, value: str, secret: bool) -> None:
    assert any(secrets_in_variables({name: value})) == secret


def test_wrong_settings_are_told_without_their_values(tmp_path: Path) -> None:
    (tmp_path / "stomper.toml").write_text(f'[agent.a]\nbase_url = ["{KEY}"]\n[tests.env]\nA = ["{KEY}"]\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {}, {})
    assert KEY not in caught.value.message


def settings(address: str, value: str) -> Settings:
    return Settings(
        agents=(AgentSettings("a", "openai", "m", address),), environment=EnvironmentSettings(env=(("X", value),))
    )


def test_what_is_kept_has_no_secret_and_is_whole_again_by_the_configuration() -> None:
    configured = settings(ADDRESS, VALUE)
    kept = without_secrets(configured)
    assert not found_in(repr(kept))
    assert with_secrets(kept, configured) == configured


@pytest.mark.parametrize(
    ("configured", "words"),
    [
        (settings("http://elsewhere/v1", VALUE), "the address of the agent 'a' .* is no longer configured"),
        (Settings(agents=settings(ADDRESS, VALUE).agents), "environment.env.X is no longer configured"),
    ],
)
def test_what_is_no_longer_configured_is_named(configured: Settings, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        with_secrets(without_secrets(settings(ADDRESS, VALUE)), configured)


def test_the_settings_of_everything_are_kept_without_secrets(careless: GitRepo) -> None:
    configured = load_settings(careless.path, {})
    assert not found_in(repr(without_secrets(configured)))
    assert with_secrets(without_secrets(configured), configured) == configured


def test_a_run_that_goes_on_has_its_secrets_again_from_the_configuration(careless: GitRepo) -> None:
    repository, configured = open_repository(careless.path), load_settings(careless.path, {})
    folder = RunFolder(repository.state / "runs" / "r")
    header = Header("r", 1, "1", str(careless.path), "", careless.head, None, 0.0, (), configured)
    folder.create(header)
    assert not found_in((folder.path / "run.json").read_text())
    assert header_of(repository, folder) == header
    (careless.path / "stomper.toml").unlink()
    with pytest.raises(UsageError, match="no longer configured"):
        header_of(repository, folder)
