"""The library as those see it who add to it: content that is read anew after each change, and approvals."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from avow.model.content import Content


class Library(Protocol):
    """What of a workspace changes when answers are added and approved; `root` is its folder, `as_of` the day."""

    root: Path
    as_of: date

    @property
    def content(self) -> Content:
        """The content as it stands."""
        ...

    def reread(self) -> None:
        """Forget what was read, after content files changed."""
        ...

    def approve(self, ids: Iterable[str], *, by: str) -> list[str]:
        """Approve answers as they stand, in the name of `by`."""
        ...
