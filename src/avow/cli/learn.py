"""`avow learn`: answered questionnaires into the library."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avow.cli.app import DONE, REFUSED
from avow.cli.console import layout_options, open_workspace, override_from, printable, workspace_option
from avow.cli.standard_input import files_of

if TYPE_CHECKING:
    from avow.model.learning import Disputed, Held, Learned

_SHOWN = 12  # rows of a kind on a terminal; all are in --json
_WIDE = 70  # characters of a question or an answer


@click.command("learn", epilog="Example: avow learn last-year.xlsx --customer 'Meridian Bank'")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--approve", is_flag=True, help="Approve what was learned, in the name of --as.")
@click.option("--phrasings", is_flag=True, help="Keep the proposed phrasings, in the name of --as.")
@click.option("--as", "by", metavar="PERSON", help="Who approves, or vouches for the phrasings.")
@click.option(
    "--sharing",
    type=click.Choice(["public", "under-nda", "internal"]),
    help="Who may see what is learned (default: avow.toml's, as it was sent to a customer before).",
)
@click.option(
    "--customer",
    "customers",
    multiple=True,
    metavar="NAME",
    help="Whom the answers were sent to: rows that name them are held back; may be repeated.",
)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="A company, such as a supplier, that answers may name; may be repeated.",
)
@layout_options
@click.option("--json", "as_json", is_flag=True, help="Print what became of every answered row as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    approve: bool,
    phrasings: bool,
    by: str | None,
    **said: Any,
) -> int:
    """Take answered questionnaires into the library, as drafts unless --approve --as PERSON.

    Rows without an answer, rows that contradict themselves, and rows with traces of somebody else (customers, other companies,
    addresses) are held back and listed. What the library says already is proposed as a phrasing; what it says otherwise is
    listed with both answers, and not learned. A file that is refused does not keep the others from being learned; the exit
    code is 4 then.
    """
    if by and not (approve or phrasings):
        raise click.UsageError(
            "--as PERSON needs --approve or --phrasings; without them answers are learned as drafts"
        )
    if approve and not by:
        raise click.UsageError("--approve needs --as PERSON: somebody vouches for these answers")
    if phrasings and not by:
        raise click.UsageError("--phrasings needs --as PERSON: somebody found that the answers fit")
    from avow.errors import InputRefusedError
    from avow.model.base import Sharing

    override = override_from(said)
    files = files_of(ctx, files)
    space = open_workspace(ctx, said["workspace"])
    learned: list[tuple[Path, Learned]] = []
    refused: list[InputRefusedError] = []
    for file in files:
        try:
            found = space.learn(
                file,
                override,
                approve_as=by if approve else None,
                phrasings_as=by if phrasings else None,
                sharing=Sharing(said["sharing"]) if said["sharing"] else None,
                customers=said["customers"],
                allowed=said["allowed"],
            )
        except InputRefusedError as error:
            refused.append(error)
        else:
            learned.append((file, found))
    if said["as_json"] and learned:
        print(json.dumps([_body(file, one, approve, phrasings) for file, one in learned], ensure_ascii=False))
    elif learned:
        for file, one in learned:
            _show(file, one, by if approve else None, by if phrasings else None)
        _show_next([one for _, one in learned], space, approved=approve)
    for one_refused in refused:
        click.echo(f"avow: {printable(str(one_refused))}", err=True)
    return REFUSED if refused else DONE


# ── for programs ───────────────────────────────────────────────────────────────────────────────


def _body(file: Path, learned: "Learned", approved: bool, kept: bool) -> dict[str, Any]:
    return {
        "file": file.name,
        "approved": approved,
        "learned": [
            {
                "answer": entry["id"],
                "approved": approved and entry["id"] not in learned.assumed,
                "verdict_assumed": entry["id"] in learned.assumed,
                "cell": str(question.address),
                "question": entry["question"],
                "verdict": entry["verdict"],
                "text": entry["narrative"],
                "controls": entry.get("controls", []),
            }
            for entry, question in zip(learned.entries, learned.questions, strict=True)
        ],
        "held": [
            {"cell": str(one.question.address), "question": one.question.text, "why": one.why}
            for one in learned.held
        ],
        "phrasings_kept": kept,
        "phrasings": [
            {"cell": str(one.question.address), "question": one.text, "answer": one.answer}
            for one in learned.phrasings
        ],
        "contradictions": [_dispute(one) for one in learned.contradictions],
    }


def _dispute(one: "Disputed") -> dict[str, Any]:
    against = {"verdict": one.against_verdict.value, "text": one.against_narrative}
    return {
        "cell": str(one.question.address),
        "question": one.question.text,
        "differs": one.differs,
        "verdict": one.verdict.value,
        "text": one.narrative,
        "against": {("cell" if one.in_file else "answer"): one.against, **against},
    }


# ── for people ─────────────────────────────────────────────────────────────────────────────────


def _show(file: Path, learned: "Learned", approved_by: str | None, kept_by: str | None) -> None:
    state = f"approved by {approved_by}" if approved_by else "as drafts"
    _say(f"{file.name}: {_counted(len(learned.entries), 'answer')} learned, {state}", bold=True)
    if learned.assumed:
        _say(
            f"  {_counted(len(learned.assumed), 'answer')} in words alone, taken for a yes: drafts, for you to read:"
        )
        for identifier in learned.assumed[:_SHOWN]:
            _say(f"    {identifier}")
        _rest(len(learned.assumed))
    if learned.contradictions:
        count = _counted(len(learned.contradictions), "row")
        _say(f"  {count} contradict what is there, and nothing was learned of them:")
        for dispute in learned.contradictions[:_SHOWN]:
            _show_dispute(file, dispute)
        _rest(len(learned.contradictions))
    if learned.phrasings:
        kept = f"kept by {kept_by}" if kept_by else "keep them with --phrasings --as PERSON"
        _say(f"  {_counted(len(learned.phrasings), 'row')} ask what the library answers already; {kept}:")
        for one in learned.phrasings[:_SHOWN]:
            _say(f"    {one.question.address}: {_short(one.text)} → {one.answer}")
        _rest(len(learned.phrasings))
    _show_held(learned.held)


def _show_dispute(file: Path, one: "Disputed") -> None:
    where = f"{file.name}:{one.against}" if one.in_file else one.against
    _say(f"    {one.question.address}: {_short(one.question.text)} ({one.differs})")
    _say(f"      {file.name}:{one.question.address}: {_short(one.narrative)}")
    _say(f"      {where}: {_short(one.against_narrative)}")


def _show_held(held: "list[Held]") -> None:
    """Rows held back: empty ones are only counted, the others listed."""
    empty = sum(one.why == "it has no answer" for one in held)
    others = [one for one in held if one.why != "it has no answer"]
    if empty:
        _say(f"  {_counted(empty, 'row')} without an answer")
    if others:
        _say(f"  {_counted(len(others), 'row')} held back:")
        for one in others[:_SHOWN]:
            _say(f"    {one.question.address}: {one.why}")
        _rest(len(others))


def _show_next(learned: "list[Learned]", space: Any, *, approved: bool) -> None:
    """What keeps the answers learned from being written: controls nobody has spoken of, and approvals."""
    entries = [entry for one in learned for entry in one.entries]
    if not entries:
        return
    claims = [entry for entry in entries if entry["verdict"] in ("yes", "partial")]
    bare = sum(not entry.get("controls") for entry in claims)
    named = dict.fromkeys(control for entry in claims for control in entry.get("controls", ()))
    unsaid = [one for one in named if space.content.status_of(one) is None]
    if bare:
        _say(f"Next: name the controls of {_counted(bare, 'answer')} that say yes without one.")
    if unsaid:
        some = " ".join(unsaid[:3]) + (" …" if len(unsaid) > 3 else "")
        _say(
            f"Next: say how far {_counted(len(unsaid), 'control')} work: avow status {some} --set implemented"
        )
    if unsaid or not approved or any(one.assumed for one in learned):
        again = "then approve again" if approved else "then approve"
        _say(
            f"Next: read the answers in answer_library/, {again} what you stand behind: avow approve --all --as PERSON"
        )


def _rest(count: int) -> None:
    if count > _SHOWN:
        _say(f"    … and {count - _SHOWN} more; see --json")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _WIDE else f"{plain[: _WIDE - 1]}…"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _say(line: str, *, bold: bool = False) -> None:
    click.echo(click.style(printable(line), bold=bold))
