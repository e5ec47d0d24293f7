"""Many questions at once: on several processors where that pays, with the same results in the same order."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from avow.matching.index import MatchIndex
from avow.matching.matcher import match
from avow.model.matches import Proposal

PAYS_FROM = 600  # questions; below, starting processes costs more than it saves
_CHUNK = 150
_MOST_PROCESSES = 4

Progress = Callable[[int, int], None]


class Asked(NamedTuple):
    """One question with the question it follows up, the heading it stands under and its identifier in the form."""

    text: str
    parent: str = ""
    section: str = ""
    ref: str = ""


class _Work(NamedTuple):
    held: MatchIndex
    top: int
    names: Sequence[str]


_work: list[_Work] = []  # what forked processes inherit, so that the index is never copied or sent


def match_many(
    asked: Sequence[Asked],
    index: MatchIndex,
    *,
    top: int,
    names: Sequence[str] = (),
    progress: Progress = lambda _done, _total: None,
) -> list[Proposal]:
    """Proposals for `asked`, one each, in order; equal questions are matched once.

    `progress` hears how many of how many different questions are done.
    """
    different = list(dict.fromkeys(asked))
    work = _Work(index, top, names)
    found: list[Proposal] = []
    if index.meanings is not None:
        index.meanings.read_ahead([one.text for one in different])
    _ = index.answers.searcher  # made before processes are forked, so that they share it
    # A model's own threads do not survive a fork.
    spread = _pays(len(different)) and index.meanings is None
    with _collector_paused():
        for chunk in _forked(different, work) if spread else _in_turn(different, work):
            found.extend(chunk)
            progress(len(found), len(different))
    proposals = dict(zip(different, found, strict=True))
    return [proposals[one] for one in asked]


def _pays(count: int) -> bool:
    # Forking is safe here only where no other thread can hold a lock: Linux, a single-threaded verb.
    return count >= PAYS_FROM and sys.platform == "linux" and _processes() > 1


def _processes() -> int:
    return min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))


def _in_turn(different: Sequence[Asked], work: _Work) -> Iterator[list[Proposal]]:
    for start in range(0, len(different), _CHUNK):
        yield _matched(different[start : start + _CHUNK], work)


def _forked(different: Sequence[Asked], work: _Work) -> Iterator[list[Proposal]]:
    import multiprocessing
    import threading

    if threading.active_count() > 1:
        yield from _in_turn(different, work)
        return
    _work.append(work)
    try:
        chunks = [different[start : start + _CHUNK] for start in range(0, len(different), _CHUNK)]
        with multiprocessing.get_context("fork").Pool(_processes()) as pool:
            yield from pool.imap(_matched_in_child, chunks)
    finally:
        _work.clear()


def _matched_in_child(chunk: Sequence[Asked]) -> list[Proposal]:
    return _matched(chunk, _work[0])


def _matched(chunk: Sequence[Asked], work: _Work) -> list[Proposal]:
    with _collector_paused():
        return [
            match(
                one.text,
                work.held,
                parent=one.parent,
                section=one.section,
                ref=one.ref,
                top=work.top,
                names=work.names,
            )
            for one in chunk
        ]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Matching makes no reference cycles; looking for them takes an eighth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
