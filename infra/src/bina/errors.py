"""What an operator can be told: every error names the thing, and the fix where there is one."""


class OperatorError(Exception):
    """Something outside the code is wrong; the text says what, `fix` what to do about it."""

    def __init__(self, text: str, *, fix: str = "") -> None:
        super().__init__(text)
        self.fix = fix


class ConfigurationError(OperatorError):
    """A setting, a file or an argument cannot be used as it stands."""


class NotRunningError(OperatorError):
    """The platform, or the part that is asked, is not running."""
