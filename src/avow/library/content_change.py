"""A change to content files that can be looked at, and checked, before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ContentChange:
    """Files to be written (path below the workspace -> bytes) and files that go."""

    written: Mapping[str, bytes]
    removed: tuple[str, ...]

    def applied_to(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The content files as they would be."""
        kept = {name: data for name, data in files.items() if name not in self.removed}
        return {**kept, **self.written}

    def writes(self) -> dict[str, bytes | None]:
        """Path -> bytes; None where the file goes."""
        return {**self.written, **dict.fromkeys(self.removed)}
