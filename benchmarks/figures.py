"""What the benchmarks share: a command run and measured, medians, and tables put into README.md."""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
LAUNCHER = HERE / "launcher.py"


class Run(NamedTuple):
    """One finished command: wall-clock seconds, and peak memory in MiB.

    `largest` is the largest single process; `together` the sum over all processes the command started,
    each at its own peak (0.0 where it was not asked for, or the system has no /proc).
    """

    seconds: float
    largest: float
    together: float
    processes: int
    code: int
    output: str


def run(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, tree: bool = False
) -> Run:
    """Run a command from a small process of its own, so that this one's memory does not count as the child's.

    `tree` also looks at the command's own children, every 10 ms; such a run's seconds are not for comparing.
    Raises RuntimeError with the command's last words where it ends with anything but 0.
    """
    words = [sys.executable, "-S", "-E", str(LAUNCHER), "tree" if tree else "plain", *map(str, command)]
    done = subprocess.run(
        words, capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=True
    )
    measured = json.loads(done.stdout.splitlines()[-1])
    if measured["code"] != 0:
        raise RuntimeError(
            f"{' '.join(map(str, command))} ended with {measured['code']}: {measured['output'][-2000:]}"
        )
    return Run(**measured)


def avow_command() -> list[str]:
    """The installed `avow` of this interpreter."""
    script = Path(sys.executable).with_name("avow")
    if not script.exists():
        raise SystemExit("avow is not installed beside this Python; use `make bench`, or .venv/bin/python")
    return [str(script)]


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """`median (least to most)`."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def verdict(value: float, limit: float) -> str:
    return "met" if value <= limit else "**missed**"


def machine() -> str:
    """One line on where and when figures were taken."""
    cores = os.cpu_count()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{cores} cores, {_processor()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}; "
        f"load averages when finished: {load}"
    )


def _processor() -> str:
    try:
        said = re.search(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
        )
    except OSError:
        said = None
    return said[1] if said else platform.processor() or "processor unknown"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def publish(name: str, text: str, *, write: bool) -> None:
    """Print `text`; with `write` also put it into README.md between this benchmark's markers."""
    print(text)
    if not write:
        return
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = README.read_text(encoding="utf-8")
    if begin not in page or end not in page:
        raise SystemExit(f"{README} has no {begin} … {end}")
    before, after = page.split(begin)[0], page.split(end)[1]
    README.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
