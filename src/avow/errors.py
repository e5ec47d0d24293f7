"""Operational failures: one base class, each with the exit code the command line's contract gives it.

Problems in content are not exceptions but `model.issues.Issue` values, reported all at once.
"""


class AvowError(Exception):
    """A failed operation. The message says what, where and what to do, on one line."""


class ContentError(AvowError):
    """The workspace's content has errors, so nothing is answered from it."""


class InputRefusedError(AvowError):
    """The input file cannot be read or is refused.

    `code` is a reason code (lower-case words joined by hyphens), `name` the file's name.
    """

    def __init__(self, name: str, code: str, message: str) -> None:
        super().__init__(f"{name}: {message} [{code}]")
        self.name = name
        self.code = code


class TargetExistsError(AvowError):
    """An output file is there already and was not made by Avow from this source."""


class WorkspaceError(AvowError):
    """There is no workspace here, or it lacks a part."""
