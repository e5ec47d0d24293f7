"""Stamps: algorithm-tagged hashes of canonical JSON, over which approvals are given."""

import hashlib
import json
from typing import Any

ALGORITHM = "sha256-1"


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys, no spaces and UTF-8 text, so that equal content has equal bytes.

    `value` is made of dicts with text keys, lists, text, numbers, booleans and None.
    Raises TypeError for anything else.
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def stamp(value: Any) -> str:
    """`sha256-1:` and the first 32 hex digits of the SHA-256 of the canonical JSON of `value`."""
    return f"{ALGORITHM}:{hashlib.sha256(canonical_json(value)).hexdigest()[:32]}"
