"""User-facing errors. Each says what is wrong and, if there is one, what to do about it.

The class decides the exit code, so the table of design (0, 1, 2, 3, 130) has one home: here and
`RunReport.exit_code`.
"""

EXIT_CLEAN = 0
EXIT_LEFT = 1
EXIT_USAGE = 2
EXIT_UNTRUSTED = 3
EXIT_INTERRUPTED = 130


class StomperError(Exception):
    """An expected failure: `message` says what and where, `hint` what to do. Never shown with a traceback."""

    exit_code = EXIT_UNTRUSTED

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(StomperError):
    """The command line or the place it was called in cannot be worked with."""

    exit_code = EXIT_USAGE


class ConfigError(StomperError):
    """A configuration file or environment variable says something that cannot be used."""

    exit_code = EXIT_USAGE


class StoppedError(StomperError):
    """The user asked to stop before there was anything to keep."""

    exit_code = EXIT_INTERRUPTED


class ToolError(StomperError):
    """A program that was needed is missing, crashed, or answered with something unreadable."""


class CheckerError(ToolError):
    """A checker gave no result. Its files are never called clean."""


class GitError(ToolError):
    """A git command failed. `stderr` is what git said."""

    def __init__(self, message: str, hint: str | None = None, stderr: str = "") -> None:
        super().__init__(message, hint)
        self.stderr = stderr
