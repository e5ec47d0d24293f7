"""Questions from standard input: `-` in place of a file's name."""

import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

STANDARD_INPUT = Path("-")
_MOST = 32 << 20  # bytes; no format that is text may have more


def files_of(ctx: click.Context, files: Sequence[Path], folder: Path | None = None) -> tuple[Path, ...]:
    """The files as named, with what was piped in as a file for `-`: in `folder`, so that it can be named again, or else
    only as long as the verb runs. Raises click.UsageError where `-` stands twice or nothing came.
    """
    if STANDARD_INPUT not in files:
        return tuple(files)
    if list(files).count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input can be read once only; name `-` once")
    raw = _read()
    if folder is None:
        folder = Path(ctx.with_resource(tempfile.TemporaryDirectory(prefix="avow-")))
    folder.mkdir(parents=True, exist_ok=True)
    # The name goes with the content: the same questions are the same file, others never replace them.
    name = f"questions-{hashlib.sha256(raw).hexdigest()[:8]}{'.json' if _is_json(raw) else '.txt'}"
    kept = folder / name
    kept.write_bytes(raw)
    return tuple(kept if file == STANDARD_INPUT else file for file in files)


def _read() -> bytes:
    if sys.stdin.isatty():
        click.echo("paste the questions, then press Ctrl-D (on Windows Ctrl-Z and Enter)", err=True)
    buffer = getattr(sys.stdin, "buffer", None)
    raw: bytes = buffer.read(_MOST + 1) if buffer is not None else sys.stdin.read().encode()
    if not raw.strip():
        raise click.UsageError("nothing came on standard input; pipe or paste the questions")
    return raw


def _is_json(raw: bytes) -> bool:
    if not raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
        return False
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
