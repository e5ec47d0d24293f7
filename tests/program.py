"""The command line as its tests use it: what a run said and how it ended."""

from collections.abc import Callable
from typing import NamedTuple


class Ran(NamedTuple):
    """One run of the program: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
