"""Runs one command and prints what it took, as JSON. Started by figures.py, never by hand.

A process of its own, because the kernel counts a child's memory from before it became another program: measured
from a large process, every child would look at least as large.
"""

import os
import sys
import tempfile
import time


def _peak(pid: int) -> float:
    """VmHWM of a live process in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _look(pid: int, peaks: dict[int, float]) -> None:
    """Note the peak of a process and of those below it."""
    try:
        peaks[pid] = max(peaks.get(pid, 0.0), _peak(pid))
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:  # noqa: PTH123
                for child in children.read().split():
                    _look(int(child), peaks)
    except OSError:
        return


def main() -> None:
    tree, command = sys.argv[1] == "tree", sys.argv[2:]
    peaks: dict[int, float] = {}
    with tempfile.TemporaryFile() as output:
        into = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)]
        began = time.perf_counter()
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=into)
        while tree:
            _look(pid, peaks)
            ended, status, used = os.wait4(pid, os.WNOHANG)
            if ended:
                break
            time.sleep(0.01)
        else:
            _, status, used = os.wait4(pid, 0)
        seconds = time.perf_counter() - began
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    largest = used.ru_maxrss / unit
    peaks[pid] = max(peaks.get(pid, 0.0), 0.0)
    import json

    print(
        json.dumps(
            {
                "seconds": seconds,
                "largest": largest,
                "together": sum(peaks.values()),
                "processes": len(peaks),
                "code": os.waitstatus_to_exitcode(status),
                "output": said,
            }
        )
    )


main()
