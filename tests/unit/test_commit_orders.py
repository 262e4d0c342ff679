"""What a run says of its commits counts only if the project says it too, or the user has sealed it."""

from stomper.config.executing_settings import differing
from stomper.settings import Settings
from stomper.settings.commits import GitSettings


def test_hooks_and_signatures_are_orders_and_words_are_none() -> None:
    plain = Settings()
    assert differing(plain, Settings(git=GitSettings(hooks=True, sign=False))) == ("git.hooks", "git.sign")
    assert differing(plain, Settings(git=GitSettings(ticket="AB-1", commit_per="run"))) == ()
