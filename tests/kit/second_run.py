"""A plugin for the second run of tests that have failed (`make again`): it lists those that pass now as flaky."""

import pytest

FAILED_BEFORE = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Note what had failed, which the end of this run replaces."""
    assert config.cache is not None, "without its cache pytest does not know what has failed"
    failed: dict[str, bool] = config.cache.get("cache/lastfailed", {})
    config.stash[FAILED_BEFORE] = set(failed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List them before the closing line."""
    before = config.stash[FAILED_BEFORE]
    passed, bad = nodes(terminalreporter, "passed"), nodes(terminalreporter, "failed", "error")
    if flaky := sorted((passed - bad) & before):
        terminalreporter.section("flaky: failed in the first run, passed in the second")
        terminalreporter.write("".join(f"{nodeid}\n" for nodeid in flaky))


def nodes(reporter: pytest.TerminalReporter, *kinds: str) -> set[str]:
    return {report.nodeid for kind in kinds for report in reporter.stats.get(kind, ())}
