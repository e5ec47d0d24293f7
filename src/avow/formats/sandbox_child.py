"""The child of `sandbox`: gives up what a parser does not need, runs one task, and says how it went.

The limits of the kernel hold whatever the parser does. The audit hook only stops Python code, such as a library that
would fetch something, and makes of it an ordinary error.
"""

import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

if TYPE_CHECKING:
    from avow.formats.sandbox import Limits, Task

_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000  # unshare(2)
_DEATH_SIGNAL = 1  # prctl(2), PR_SET_PDEATHSIG
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED_EVENTS = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "os.kill", "shutil.", "urllib.", "ftplib.", "smtplib.", "http.", "webbrowser.", "sqlite3.", "pty.",
)  # fmt: skip


def serve_and_exit(task: "Task", request: bytes, limits: "Limits", writing: int) -> NoReturn:
    """In a fresh fork: runs the task and leaves, past everything the parent meant to do later."""
    code = 1
    try:
        answer = _without_surroundings(writing)
        _give_up(limits)
        _send(answer, *_answer(task, request))
        code = 0
    finally:
        # Neither exit handlers nor buffers of the parent's are this process's to run or flush.
        os._exit(code)


def main() -> None:
    """In a new interpreter: the task's name and the limits from the command line, the request from standard input."""
    from avow.formats.sandbox import Limits

    name, said = sys.argv[1:]
    limits = Limits(*json.loads(said))
    request = sys.stdin.buffer.read()
    answer = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    module, _, function = name.partition(":")
    task = cast("Task", getattr(import_module(module), function))
    _give_up(limits)
    _send(answer, *_answer(task, request))
    os._exit(0)


def _answer(task: "Task", request: bytes) -> tuple[bytes, bytes]:
    """Header and body of the answer: what the task returned, or what it raised."""
    from avow.errors import AvowError, InputRefusedError
    from avow.formats.writing import CellNotWritableError

    try:
        value = task(request)
        return b"+" + len(value).to_bytes(8, "big"), value
    except InputRefusedError as error:
        message = str(error).removeprefix(f"{error.name}: ").removesuffix(f" [{error.code}]")
        return _said(kind="refused", name=error.name, code=str(error.code), message=message[:2_000])
    except CellNotWritableError as error:
        return _said(kind="not-writable", where=error.where, reason=error.reason.value)
    except AvowError as error:
        return _said(kind="failed", message=str(error)[:2_000])
    except MemoryError:
        return _said(kind="memory")
    except BaseException as error:  # noqa: BLE001  # whatever a parser raises
        if os.environ.get("AVOW_DEBUG"):
            import traceback

            with suppress(Exception):
                traceback.print_exc()
        return _said(kind="defect", what=type(error).__name__)


def _said(**fields: str) -> tuple[bytes, bytes]:
    said = json.dumps(fields).encode()
    return b"-" + len(said).to_bytes(8, "big"), said


def _send(descriptor: int, *parts: bytes) -> None:
    with suppress(BrokenPipeError):  # the parent is gone
        for part in parts:
            view = memoryview(part)
            while view:
                view = view[os.write(descriptor, view) :]


def _without_surroundings(writing: int) -> int:
    """Only the way back stays open, at a number above the standard streams; those lead nowhere."""
    import fcntl

    with suppress(OSError):
        os.setsid()
    answer = fcntl.fcntl(writing, fcntl.F_DUPFD, 16)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1) if os.environ.get("AVOW_DEBUG") else (0, 1, 2):
        os.dup2(null, stream)
    # Python's own streams may lead to other descriptors, all of which are closed next.
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.closerange(3, answer)
    os.closerange(answer + 1, _most_descriptors())
    return answer


def _most_descriptors() -> int:
    with suppress(OSError, ValueError):
        return max(int(one) for one in os.listdir("/proc/self/fd")) + 1  # noqa: PTH208
    return 4096


def _give_up(limits: "Limits") -> None:
    """Memory, time, files, processes, the network. What a system does not offer is left out."""
    sys.dont_write_bytecode = True
    with suppress(Exception):
        import faulthandler

        faulthandler.disable()
    if os.name == "posix":
        _limit(limits)
    if sys.platform == "linux":
        _leave_the_network()
    sys.addaudithook(_refuse)


def _limit(limits: "Limits") -> None:
    import resource
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(limits.clock + 5)  # should the parent be gone
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, limits.seconds),
        (getattr(resource, "RLIMIT_NPROC", None), 0),
        (resource.RLIMIT_AS, _mapped() + limits.memory),
    ):
        if kind is None:
            continue
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(kind)[1]
            soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
            # Past the soft limit of computing time comes a signal that can be told apart, a second later the end.
            resource.setrlimit(
                kind, (soft, soft + 1 if kind == resource.RLIMIT_CPU and soft == most else soft)
            )


def _mapped() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        statm = Path("/proc/self/statm").read_text(encoding="ascii")
        return int(statm.split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _leave_the_network() -> None:
    """An empty network of its own where the kernel lets it, and an end with the parent's."""
    with suppress(Exception):
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(_DEATH_SIGNAL, 9, 0, 0, 0)
        libc.unshare(_NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USER)


def _refuse(event: str, arguments: "tuple[Any, ...]") -> None:
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING and arguments[0] != os.devnull:
            raise PermissionError("a parser may not write files")
    elif event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"a parser may not use {event}")


if __name__ == "__main__":
    main()
