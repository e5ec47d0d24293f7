"""What customers' and suppliers' words for an answer mean: "Fully compliant", "N/A", "Teilweise"."""

import re
from functools import lru_cache

from avow.model.base import Verdict

# A verdict as people say it.
SPOKEN = {
    Verdict.YES: "Yes",
    Verdict.PARTIAL: "Partially",
    Verdict.NO: "No",
    Verdict.NOT_APPLICABLE: "Not applicable",
}

# What a choice means. Order matters: "not applicable" before "not", "non-compliant" before "compliant".
_MEANINGS: tuple[tuple[Verdict | None, re.Pattern[str]], ...] = tuple(
    (verdict, re.compile(pattern))
    for verdict, pattern in (
        (None, r"(please )?(select|choose|pick)\b.*|not (verified|assessed|answered|reviewed|started|known|sure)|unknown|tbd|to ?do|don t know"),
        (Verdict.NOT_APPLICABLE, r"n ?a|not applicable|does not apply|non applicable|nicht (anwendbar|zutreffend)|entfällt|"
                                 r"sans objet|no aplica|not in scope|out of scope"),
        (Verdict.PARTIAL, r"(yes )?(partial|partially|partly|in part)( \w+)?|(partially |partly )(compliant|implemented|met|in place|fulfilled|comply)|"
                          r"partial (compliance|implementation)|teilweise( \w+)?|partiellement( \w+)?|parcial(mente)?( \w+)?"),
        (None, r"(largely|mostly|mainly|somewhat|almost|alternative|compensat\w+|planned|in progress|roadmap|under development|third party)\b.*|"
               r"yes (but|with|if|except|planned|in progress|alternative|compensating|third party|provided)\b.*|no (but|with|planned|compensating)\b.*"),
        (Verdict.NO, r"no|n|none|non|nein|non ?compliant|noncompliance|not (compliant|implemented|in place|met|fulfilled|valid|supported|available|complied)|"
                     r"non ?valid|invalid|does not (comply|meet)|do not comply|fails?|false|not|open|unmet|nicht (erfüllt|umgesetzt)|"
                     r"non conforme|no (cumple|conforme)"),
        (Verdict.YES, r"yes|y|ja|oui|sí|si|sim|(fully |full )?(compliant|compliance|implemented|implementation|met|in place|fulfil?led|valid|"
                      r"supported|available|comply|complies|complied|satisfied|effective)|fully|full|pass(ed|es)?|true|erfüllt|umgesetzt|"
                      r"conforme|cumple|yes (fully|completely|implemented|in place|compliant)"),
    )
)  # fmt: skip


_UNSETTLED = re.compile(
    r"(please )?(select|choose|pick)\b.*|(not )?(yet )?(verified|assessed|answered|reviewed|started|known|sure)|unknown|tbd|tbc|"
    r"to be (determined|confirmed|completed|discussed)|to ?do|don t know|pending|planned|in progress|roadmap|under (development|review)|"
    r"largely|mostly|mainly|somewhat|almost|yes (planned|in progress)|"
    r"(see|refer to) (above|below|attached|attachments?|comments?|notes?)|as above|same as above|ditto"
)


def is_unsettled(text: str) -> bool:
    """Whether an answer puts one off ("TBD", "Planned", "see above"): nothing a reader could rely on."""
    return bool(_UNSETTLED.fullmatch(re.sub(r"[^\w]+", " ", text.casefold()).strip()))


@lru_cache(maxsize=4096)
def meaning(choice: str) -> Verdict | None:
    """The verdict a choice such as "Fully compliant" or "N/A" stands for; None where it is none of ours."""
    plain = re.sub(r"[^\w]+", " ", choice.casefold()).strip()
    for verdict, pattern in _MEANINGS:
        if pattern.fullmatch(plain):
            return verdict
    lead = re.split(r"\s[-–—:]\s|[,;:(]", choice.casefold(), maxsplit=1)[0]
    short = re.sub(r"[^\w]+", " ", lead).strip()
    if short and short != plain:
        return next((verdict for verdict, pattern in _MEANINGS if pattern.fullmatch(short)), None)
    return None


@lru_cache(maxsize=4096)
def choose(verdict: Verdict, choices: tuple[str, ...]) -> str | None:
    """The one choice that says `verdict`, as the customer writes it; None where none, or several, say it."""
    return the_one([choice for choice in choices if meaning(choice) is verdict])


def the_one(fitting: list[str]) -> str | None:
    """Of choices that mean the same the one to take: the only one, or the only plain word among them; else None."""
    if len(fitting) > 1:
        exact = [
            choice
            for choice in fitting
            if choice.strip().casefold() in {"yes", "no", "n/a", "partial", "y", "n"}
        ]
        fitting = exact if len(exact) == 1 else fitting
    return fitting[0] if len(fitting) == 1 else None


_OPENING = re.compile(
    r"\s*(yes|no|partly|partially|partial|n/a|not applicable)\s*(?:[.,;:!–—-]|$)", re.IGNORECASE
)
_OPENINGS = {
    "yes": Verdict.YES,
    "no": Verdict.NO,
    "n/a": Verdict.NOT_APPLICABLE,
    "not applicable": Verdict.NOT_APPLICABLE,
}


def opening_verdict(text: str) -> Verdict | None:
    """The verdict a text opens with: `Yes - see policy` says yes, `No backup is kept` says nothing yet."""
    found = _OPENING.match(text)
    return _OPENINGS.get(found[1].casefold(), Verdict.PARTIAL) if found else None
