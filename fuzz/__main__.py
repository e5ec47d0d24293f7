"""`python -m fuzz FORMAT [--seconds N] [--corpus DIR] [libFuzzer options]`: see README.md."""

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

warnings.simplefilter("ignore")
with atheris.instrument_imports(include=["avow.formats"]):
    from fuzz import targets
    from fuzz.judge import judge


def main() -> None:
    """Fuzz one format until the time is over or something is found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("format", choices=sorted(targets.TARGETS))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument(
        "--corpus", type=Path, help="where inputs that reach new code are kept (default: nowhere)"
    )
    parser.add_argument("inputs", nargs="*", type=Path, help="inputs to try again, instead of fuzzing")
    said, more = parser.parse_known_args()
    target = targets.TARGETS[said.format]
    if said.inputs:
        for one in said.inputs:
            target.one(one.read_bytes())
        return
    with tempfile.TemporaryDirectory(prefix="avow-fuzz-") as folder:
        corpus = said.corpus or Path(folder)
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        with atheris.instrument_imports(
            include=["avow.formats"]
        ):  # a format's modules are imported when needed
            accepted = sum(judge(seed, target.ending) for seed in target.seeds())
        print(f"{said.format}: {accepted} seeds accepted", file=sys.stderr, flush=True)
        options = [
            f"-max_total_time={said.seconds}",
            "-timeout=25",
            "-rss_limit_mb=3000",
            "-max_len=200000",
            *more,
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus)], target.one, custom_mutator=target.mutator)
        atheris.Fuzz()


main()
