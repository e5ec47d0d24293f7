"""How fast `avow --help` starts, against `python -c "import click"`; and what each verb imports.

.venv/bin/python benchmarks/startup.py [--write]
"""

import argparse
import json
import subprocess
import sys

import figures
from figures import median, run, spread, table, verdict

LIMIT = 2.0

_IMPORT = """
import importlib, json, sys, time
import click
before = len(sys.modules)
began = time.perf_counter()
importlib.import_module("avow.cli.{verb}")
print(json.dumps([1000 * (time.perf_counter() - began), len(sys.modules) - before]))
"""


def imports(verb: str, rounds: int) -> tuple[list[float], int]:
    """Milliseconds that importing a verb's module takes in fresh interpreters with click there, and modules it adds."""
    taken, modules = [], 0
    for _ in range(rounds):
        words = [sys.executable, "-c", _IMPORT.format(verb=verb)]
        milliseconds, modules = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        taken.append(milliseconds)
    return taken, modules


def measure(rounds: int) -> str:
    from avow.cli.app import VERBS

    commands = {
        '`python -c "import click"`': [sys.executable, "-c", "import click"],
        "`avow --help`": [*figures.avow_command(), "--help"],
    }
    commands |= {f"`avow {verb} --help`": [*figures.avow_command(), verb, "--help"] for verb in VERBS}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for words in commands.values():
        run(words)  # byte code is written on the first
    for number in range(rounds):
        for name in commands if number % 2 == 0 else reversed(commands):
            taken[name].append(1000 * run(commands[name]).seconds)
    base, started = (median(taken[name]) for name in list(commands)[:2])
    ratio = started / base
    parts = [
        f"`avow --help` takes **{ratio:.2f}** times as long (at most {LIMIT:.0f}: {verdict(ratio, LIMIT)}).\n"
    ]
    rows: list[list[object]] = []
    for name in commands:
        cells = [name, spread(taken[name], 0), f"{median(taken[name]) / base:.2f}"]
        verb = name.removeprefix("`avow ").removesuffix(" --help`")
        if verb in VERBS:
            each, modules = imports(verb, max(3, rounds // 3))
            cells += [f"{median(each):.1f}", str(modules)]
        rows.append([*cells, "", ""][:5])
    headings = ("process", "ms", "times click's", "import of the verb, ms", "modules it adds to click's")
    parts += [
        table(headings, rows),
        f"\nMedians of {rounds}, with the least and the most; {figures.machine()}.",
    ]
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--rounds", type=int, default=15)
    said = parser.parse_args()
    figures.publish("startup", measure(said.rounds), write=said.write)


if __name__ == "__main__":
    main()
