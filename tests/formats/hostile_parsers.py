"""Parsers as an attacker's file might make them behave; run in the sandbox only."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from avow.errors import AvowError, InputRefusedError
from avow.formats.writing import CellNotWritableError
from avow.model.reasons import Reason


def well_behaved(request: bytes) -> bytes:
    return request[::-1]


def says_nothing(_request: bytes) -> bytes:
    return b""


def says_much(request: bytes) -> bytes:
    return b"x" * int(request)


def computes_for_ever(_request: bytes) -> bytes:
    while True:
        pass


def computes_for_ever_and_ignores_signals(_request: bytes) -> bytes:
    for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def sleeps(_request: bytes) -> bytes:
    time.sleep(3600)
    return b""


def eats_memory(_request: bytes) -> bytes:
    held = []
    while True:
        held.append(bytearray(1 << 20))


def eats_memory_in_c(_request: bytes) -> bytes:
    """As a parser in C does that gives up where it gets no more."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while place := libc.malloc(1 << 20):
        ctypes.memset(place, 1, 1 << 20)
    os.abort()


def segfaults(_request: bytes) -> bytes:
    return ctypes.string_at(0)


def kills_itself(_request: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def aborts(_request: bytes) -> bytes:
    os.abort()


def leaves(_request: bytes) -> bytes:
    os._exit(0)


def leaves_with_code(_request: bytes) -> bytes:
    os._exit(7)


def exits(_request: bytes) -> bytes:
    sys.exit(3)


def raises(_request: bytes) -> bytes:
    raise ValueError("secret\ntext of a traceback")


def interrupts(_request: bytes) -> bytes:
    raise KeyboardInterrupt


def recurses(request: bytes) -> bytes:
    return recurses(request) + b"."


def prints(_request: bytes) -> bytes:
    print("rubbish")  # noqa: T201
    print("rubbish", file=sys.stderr)  # noqa: T201
    os.write(1, b"rubbish")
    os.write(2, b"rubbish")
    return b"done"


def floods_every_descriptor(_request: bytes) -> bytes:
    while True:
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"flood" * 4096)
            except OSError:
                continue


def forges_an_endless_answer(_request: bytes) -> bytes:
    _write_everywhere(b"+" + (1 << 60).to_bytes(8, "big"))
    return floods_every_descriptor(b"")


def forges_a_short_answer(_request: bytes) -> bytes:
    _write_everywhere(b"+" + (100).to_bytes(8, "big") + b"only this")
    os._exit(0)


def forges_a_refusal(request: bytes) -> bytes:
    _write_everywhere(b"-" + len(request).to_bytes(8, "big") + request)
    os._exit(0)


def _write_everywhere(data: bytes) -> None:
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, data)
        except OSError:
            continue


def forks_children(request: bytes) -> bytes:
    """Past Python's own functions, as native code would; the children hold the pipe open."""
    _fork_one(request)
    os._exit(0)


def forks_children_and_answers(request: bytes) -> bytes:
    return str(_fork_one(request)).encode()


def _fork_one(_request: bytes) -> int:
    libc = ctypes.CDLL(None)
    child = libc.fork()
    if child == 0:
        while True:
            libc.sleep(1000)
    return child


def forks_in_python(_request: bytes) -> bytes:
    os.fork()
    return b"two answers"


def starts_a_program(request: bytes) -> bytes:
    subprocess.run(["touch", request.decode()], check=True)
    return b""


def writes_a_file(request: bytes) -> bytes:
    Path(request.decode()).write_text("written")
    return b""


def writes_a_file_in_c(request: bytes) -> bytes:
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    file = libc.fopen(request, b"w")
    libc.fputs(b"written", ctypes.c_void_p(file))
    libc.fflush(ctypes.c_void_p(file))
    return b"done"


def fetches(request: bytes) -> bytes:
    return urllib.request.urlopen(request.decode(), timeout=5).read()  # noqa: S310


def connects_in_c(request: bytes) -> bytes:
    """1 where a connection to that port of this machine could be made."""
    libc = ctypes.CDLL(None)
    port = int(request)
    address = (2).to_bytes(2, "little") + port.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    number = libc.socket(2, 1, 0)
    return b"1" if number >= 0 and libc.connect(number, address, 16) == 0 else b"0"


def descriptors(_request: bytes) -> bytes:
    return " ".join(sorted(os.listdir("/proc/self/fd"), key=int)).encode()  # noqa: PTH208


def process_id(_request: bytes) -> bytes:
    return str(os.getpid()).encode()


def refuses(_request: bytes) -> bytes:
    raise InputRefusedError("form.xlsx", Reason.ZIP_UNSAFE, "a member leaves the package; do not open it")


def finds_a_cell_locked(_request: bytes) -> bytes:
    raise CellNotWritableError("Sheet!D17", Reason.FORMULA_IN_ANSWER)


def fails(_request: bytes) -> bytes:
    raise AvowError("there is no sheet 'Q'; the file has: 'A', 'B'")
