"""`avow ask`: one question, its answer and why."""

import json

import click

from avow.cli.console import open_workspace, printable, workspace_option


@click.command("ask", epilog="Example: avow ask 'Is customer data encrypted at rest?' --why")
@click.argument("question")
@click.option("--why", is_flag=True, help="Show the signals that made the match.")
@click.option("--product", metavar="P", help="The product asked about.")
@click.option("--region", metavar="R", help="The region asked about.")
@click.option(
    "--sharing", type=click.Choice(["public", "under-nda", "internal"]), help="What the asker may see."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    question: str,
    why: bool,
    product: str | None,
    region: str | None,
    sharing: str | None,
    as_json: bool,
    workspace: str | None,
) -> None:
    """Answer one question from the library, through the same gates as a whole questionnaire."""
    space = open_workspace(ctx, workspace)
    request = space.request(product=product, region=region, sharing=sharing)
    draft = space.draft_question(question, request)
    content = space.content
    if as_json:
        print(json.dumps(_as_json(draft, content), ensure_ascii=False))
        return
    first = draft.proposal.matches[0] if draft.proposal.matches else None
    head = {"answered": "Answered", "review": "For a person", "gap": "Gap"}[draft.outcome.value]
    click.echo(click.style(f"{head}: {draft.verdict.value}" if draft.text else head, bold=True))
    if draft.text:
        click.echo(printable(draft.text))
    for reason in draft.reasons:
        click.echo(f"  - {reason.explanation} [{reason.value}]")
    for citation in draft.citations:
        cited = ", ".join((*citation.controls, *citation.evidence))
        click.echo(click.style(f"from {citation.answer} ({cited})", dim=True))
    if why and first:
        click.echo(f"{draft.proposal.recommendation.value}, score {first.score:.2f}, on {first.phrasing!r}")
        for signal in dict.fromkeys((*first.signals, *draft.proposal.caps)):
            click.echo(f"  {signal.value:+.2f}  {signal.name:<18} {printable(signal.note)}")
        for other in draft.proposal.matches[1:4]:
            click.echo(click.style(f"  {other.score:.2f}   {other.answer}", dim=True))


def _as_json(draft: "object", content: "object") -> dict[str, object]:
    from avow.model.content import Content
    from avow.model.responses import Draft

    assert isinstance(draft, Draft) and isinstance(content, Content)  # noqa: S101
    return {
        "question": draft.question.text,
        "outcome": draft.outcome.value,
        "verdict": draft.verdict.value,
        "text": draft.text,
        "reasons": [reason.value for reason in draft.reasons],
        "citations": [one.model_dump(mode="json") for one in draft.citations],
        "requirements": content.requirements_of(tuple(c for one in draft.citations for c in one.controls)),
        "recommendation": draft.proposal.recommendation.value,
        "candidates": [
            {**match._asdict(), "signals": [signal._asdict() for signal in match.signals]}
            for match in draft.proposal.matches
        ],
        "caps": [signal._asdict() for signal in draft.proposal.caps],
    }
