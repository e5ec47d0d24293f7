"""`avow match`: one JSON line a question, in and out."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avow.cli.console import Progress, open_workspace, workspace_option

if TYPE_CHECKING:
    from avow.model.matches import Match


@click.command(
    "match",
    epilog="""Example: echo '{"id": "q1", "question": "Is MFA enforced?"}' | avow match --questions -""",
)
@click.option(
    "--questions",
    required=True,
    metavar="FILE",
    help="JSON lines with `id` and `question`; - is standard input.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="SIGNAL",
    help="Turn a signal off, to see what it is worth; may stand several times.",
)
@click.option("--json", "as_json", is_flag=True, help="The output is JSON lines either way.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    questions: str,
    without: tuple[str, ...],
    as_json: bool,  # noqa: ARG001
    workspace: str | None,
) -> None:
    """Match each question to library answers and controls, best first, ten at the most."""
    asked = list(_questions(questions))
    space = open_workspace(ctx, workspace)
    content = space.content
    try:
        space.index.turn_off(without)
    except ValueError as error:
        raise click.UsageError(f"--without: {error}") from None
    progress = Progress()
    for number, one in enumerate(asked, start=1):
        context = {key: str(one.get(key) or "") for key in ("parent", "section", "ref")}
        proposal = space.match(one["question"], **context)
        line = {
            "id": one["id"],
            "question": one["question"],
            "recommendation": proposal.recommendation.value,
            "candidates": [_candidate(match) for match in proposal.matches[:10]],
            "controls": [
                {
                    "control": match.control,
                    "score": match.score,
                    "requirements": content.control_by_id[match.control].requirements(),
                }
                for match in proposal.controls[:10]
            ],
            "caps": [signal._asdict() for signal in proposal.caps],
        }
        print(json.dumps(line, ensure_ascii=False))
        progress("matching", number, len(asked))
    progress.close()


def _candidate(match: "Match") -> dict[str, Any]:
    """One candidate in the contract's words.

    The contract knows two polarities. One that could not be determined is no inversion: it shows as `same`
    with the signal `polarity-unclear`, and is never strong.
    """
    return {
        "answer": match.answer,
        "ref": match.ref,
        "score": match.score,
        "polarity": "inverted" if match.polarity == "inverted" else "same",
        "signals": [signal._asdict() for signal in match.signals],
    }


def _questions(source: str) -> Iterator[dict[str, Any]]:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{source}: cannot be read: {error}") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except ValueError:
            one = None
        if not isinstance(one, dict) or not isinstance(one.get("question"), str) or "id" not in one:
            raise click.UsageError(f'{source}, line {number}: not a JSON object with "id" and "question"')
        yield one
