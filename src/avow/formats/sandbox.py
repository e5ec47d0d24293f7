"""Runs a parser in a process of its own, with limits: a file comes from outside and may make any parser do anything.

Bytes go in and bytes come out. Nothing the child says is trusted: no pickle, a bounded answer, error classes and
reason codes from a fixed list. Whatever else happens there (an exception, a signal, a limit, silence) becomes one
refusal. Where that is safe the child is a fork, which costs milliseconds; elsewhere it is a new interpreter.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from avow.errors import AvowError, InputRefusedError
from avow.formats.writing import CellNotWritableError
from avow.model.reasons import Reason

Task = Callable[[bytes], bytes]
VALUE, REFUSAL = b"+", b"-"
HEADER = 9  # one of the two, and eight bytes of length
_CHUNK = 1 << 20
_MAX_REFUSAL = 1 << 16
_MAX_MESSAGE = 2_000
_AGAIN = "open it in the program it was made with, save it again and send that"
_REASONS = {one.value: one for one in Reason}
_SMALLER = "split it, or take out what is not asked"


class Limits(NamedTuple):
    """What a child may use: bytes of memory beyond the interpreter's own, seconds of computing and by the clock,
    and bytes of its answer."""

    memory: int = 768 << 20
    seconds: int = 25
    clock: int = 100
    answer: int = 192 << 20


LIMITS = Limits()


class _Ended(NamedTuple):
    """How a child ended: what it said (`kind` empty: nothing whole), its exit code (negative: the signal)."""

    kind: bytes
    said: bytearray
    code: int
    stopped_for: str = ""  # "time" or "answer", where the parent stopped it
    peak: int = 0  # bytes beyond what it began with, where the system tells
    computed: float = 0.0  # seconds


def confined(task: Task, request: bytes, *, name: str, limits: Limits | None = None) -> bytearray:
    """What `task(request)` returns, computed in a child process; `name` is the file's, for messages.

    `task` is a function of a module's top level. Raises what the task raised where that is an AvowError, equal to it;
    anything else the child does ends as InputRefusedError, with PARSER_FAILED or, at a limit, LIMIT_REACHED.
    """
    allowed = limits or LIMITS
    start = _forked if may_fork() else _spawned
    ended = start(task, request, allowed)
    if ended.kind == VALUE:
        return ended.said
    if ended.kind == REFUSAL:
        _raise_again(ended.said, name, allowed)
    raise _refusal(name, ended, allowed)


def may_fork() -> bool:
    """Whether a child is a fork of this process, and so begins with all this process has imported."""
    # A fork copies locks other threads hold. macOS' own frameworks do not survive one.
    return sys.platform == "linux" and threading.active_count() == 1


# ── a fork ─────────────────────────────────────────────────────────────────────────────────────────


def _forked(task: Task, request: bytes, limits: Limits) -> _Ended:
    from avow.formats import sandbox_child

    reading, writing = os.pipe()
    inherited = _resident()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads Python did not start
            child = os.fork()
    except OSError as error:
        os.close(reading)
        os.close(writing)
        raise AvowError(f"a process to read the file in cannot be started: {error.strerror}") from None
    if not child:
        sandbox_child.serve_and_exit(task, request, limits, writing)
    try:
        os.close(writing)
        said = bytearray()
        stopped_for = _collect(reading, child, limits, said)
    finally:
        os.close(reading)
        status, used = _buried(child)
    code, computed = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    return _Ended(*_whole(said, limits), code, stopped_for, (used.ru_maxrss << 10) - inherited, computed)


def _resident() -> int:
    """Bytes of this process in memory, which a fork begins with (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _collect(reading: int, child: int, limits: Limits, said: bytearray) -> str:
    """Adds the child's answer to `said`; out: why it was not waited for, if so."""
    until = time.monotonic() + limits.clock
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    while True:
        left = until - time.monotonic()
        if left <= 0:
            return "time"
        if not poll.poll(min(left, 0.2) * 1000):
            # A child that left others behind may be gone while they keep the pipe open.
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None and not poll.poll(
                0
            ):
                return ""
            continue
        chunk = os.read(reading, _CHUNK)
        said += chunk
        wanted = _wanted(said, limits)
        if wanted < 0:
            return "answer"
        if not chunk or len(said) >= wanted:
            return ""


def _wanted(said: bytearray, limits: Limits) -> int:
    """How long the answer will be, as far as it is known; -1 where it is no answer or too long."""
    if said and said[:1] not in (VALUE, REFUSAL):
        return -1
    if len(said) < HEADER:
        return HEADER
    length = int.from_bytes(said[1:HEADER], "big")
    too_long = length > (limits.answer if said[:1] == VALUE else _MAX_REFUSAL)
    return -1 if too_long or len(said) > HEADER + length else HEADER + length


def _whole(said: bytearray, limits: Limits) -> tuple[bytes, bytearray]:
    """(kind, the answer without its header); an empty kind where the answer is not whole."""
    if len(said) < HEADER or _wanted(said, limits) != len(said):
        return b"", bytearray()
    kind = bytes(said[:1])
    del said[:HEADER]
    return kind, said


def _buried(child: int) -> tuple[int, Any]:
    """Ends the child and all it may have started, and takes it out of the process table."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)  # where it had not yet become a group of its own
    while True:
        with suppress(InterruptedError):
            _, status, used = os.wait4(child, 0)
            return status, used


# ── a new interpreter ──────────────────────────────────────────────────────────────────────────────


def _spawned(task: Task, request: bytes, limits: Limits) -> _Ended:
    # -P: the folder avow was started in may be the customer's, and is no place to import from.
    words = [sys.executable, "-P", "-m", "avow.formats.sandbox_child"]
    words += [f"{task.__module__}:{task.__qualname__}", json.dumps(limits)]
    debug = bool(os.environ.get("AVOW_DEBUG"))
    try:
        child = subprocess.Popen(  # noqa: S603
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if debug else subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise AvowError(f"a process to read the file in cannot be started: {error.strerror}") from None
    said = bytearray()
    listener = threading.Thread(target=_listen, args=(child.stdout, said, limits), daemon=True)
    speaker = threading.Thread(target=_speak, args=(child.stdin, request), daemon=True)
    try:
        listener.start()
        speaker.start()
        late = _is_late(listener, child, limits)
        if not late and _wanted(said, limits) > len(said):
            with suppress(subprocess.TimeoutExpired):
                child.wait(1)  # for its own exit code
    finally:
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
        child.kill()
        child.wait()
        speaker.join(5)
        listener.join(5)
    if late:
        return _Ended(b"", bytearray(), child.returncode, "time")
    stopped_for = "answer" if _wanted(said, limits) < 0 else ""
    return _Ended(*_whole(said, limits), child.returncode, stopped_for)


def _is_late(listener: threading.Thread, child: "subprocess.Popen[bytes]", limits: Limits) -> bool:
    """Waits for the answer; whether the clock ran out before."""
    until = time.monotonic() + limits.clock
    while listener.is_alive():
        if time.monotonic() >= until:
            return True
        listener.join(0.2)
        # A child that left others behind may be gone while they keep the pipe open.
        if listener.is_alive() and child.poll() is not None:
            listener.join(0.5)
            break
    return False


def _listen(stream: Any, said: bytearray, limits: Limits) -> None:
    """Reads one answer, and no more than one may be long."""
    with suppress(OSError, ValueError):
        while chunk := stream.read1(_CHUNK):
            said += chunk
            wanted = _wanted(said, limits)
            if wanted < 0 or len(said) >= wanted:
                break


def _speak(stream: Any, request: bytes) -> None:
    with suppress(OSError, ValueError):
        stream.write(request)
    with suppress(OSError, ValueError):
        stream.close()


# ── what went wrong ────────────────────────────────────────────────────────────────────────────────


def _raise_again(said: bytearray, name: str, limits: Limits) -> NoReturn:
    """Raises the error a child reported, if it is one it may report."""
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fields = json.loads(said)
        kind = fields["kind"]
        if kind == "refused":
            raise InputRefusedError(_line(fields["name"]), _REASONS[fields["code"]], _line(fields["message"]))
        if kind == "not-writable":
            raise CellNotWritableError(_line(fields["where"]), _REASONS[fields["reason"]])
        if kind == "failed":
            raise AvowError(_line(fields["message"]))
        if kind == "memory":
            raise _memory_refusal(name, limits)
        if kind == "defect":
            raise _failure(name, _line(fields["what"])[:80])
    raise _failure(name, "its answer makes no sense")


def _line(text: str) -> str:
    """A child's words on one line, with nothing invisible and of a bounded length."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:_MAX_MESSAGE])


def _refusal(name: str, ended: _Ended, limits: Limits) -> InputRefusedError:
    """The one reason code for a child that gave no answer."""
    died_of = signal.Signals(-ended.code).name if ended.code < 0 else ""
    if ended.stopped_for == "time" or died_of == "SIGALRM":
        return _time_refusal(name, f"{limits.clock} seconds")
    if died_of == "SIGXCPU" or ended.computed >= limits.seconds:
        return _time_refusal(name, f"{limits.seconds} seconds of computing")
    if ended.stopped_for == "answer":
        return _failure(
            name, f"it holds more than {limits.answer >> 20} MiB of text, or its answer makes no sense"
        )
    if died_of:
        # Parsers in C end themselves where no memory is left.
        if ended.peak > limits.memory * 0.8:
            return _memory_refusal(name, limits)
        return _failure(name, died_of)
    return _failure(name, f"it ended with code {ended.code}")


def _time_refusal(name: str, figure: str) -> InputRefusedError:
    message = f"reading it takes more than {figure}, the limit; {_SMALLER}"
    return InputRefusedError(name, Reason.LIMIT_REACHED, message)


def _memory_refusal(name: str, limits: Limits) -> InputRefusedError:
    message = f"reading it takes more than {limits.memory >> 20} MiB of memory, the limit; {_SMALLER}"
    return InputRefusedError(name, Reason.LIMIT_REACHED, message)


def _failure(name: str, why: str) -> InputRefusedError:
    return InputRefusedError(name, Reason.PARSER_FAILED, f"reading it failed ({why}); {_AGAIN}")
