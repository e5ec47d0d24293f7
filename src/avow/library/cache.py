"""Parsed content kept by the hash of its files, so that it is parsed once.

The cache is JSON in the user's cache folder (never in the workspace, which may come from elsewhere),
read back through the same validation as the YAML. A cache that cannot be used is no error.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from avow import __version__

_KEEP = 24


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/avow`, or `~/.cache/avow`."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "avow"


def files_hash(files: dict[str, bytes], *extra: str) -> str:
    """A hash over names and bytes of the files and over `extra`: 32 hex digits."""
    digest = hashlib.sha256()
    for text in (*extra, *sorted(files)):
        data = text.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
        if text in files:
            digest.update(len(files[text]).to_bytes(8, "big") + files[text])
    return digest.hexdigest()[:32]


def read(kind: str, key: str) -> bytes | None:
    """What was kept of this kind under this key by this version of Avow, or None."""
    try:
        return _path(kind, key).read_bytes()
    except OSError:
        return None


def write(kind: str, key: str, data: bytes) -> None:
    """Keep `data`; silently not, where the folder cannot be written. Old entries go."""
    path = _path(kind, key)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(data)
        partial.replace(path)
        kept = sorted(path.parent.glob("*"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in kept[_KEEP:]:
            old.unlink(missing_ok=True)


def _path(kind: str, key: str) -> Path:
    return cache_folder() / f"{kind}-{__version__}" / key
