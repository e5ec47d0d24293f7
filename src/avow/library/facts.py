"""Facts: numbers and dates that stand in several answers, each kept in one place.

An answer writes `[[rto]]`; `answer_library/facts.yaml` says what that is.
"""

import re
from collections.abc import Mapping
from datetime import date

from avow.library.dates import parse_date, spoken

REFERENCE = re.compile(r"\[\[([a-z0-9][a-z0-9-]*)\]\]")

FactDefinition = str | dict[str, str]


def fact_text(definition: FactDefinition, release: date | None) -> str:
    """The text a fact stands for: itself, or a date `{date: release-4mo, as: month}` as people write it.

    Raises ValueError, in words fit for a user, for a definition of another shape.
    """
    if isinstance(definition, str):
        return definition
    fields = (
        list(definition.values())
        if isinstance(definition, dict) and set(definition) == {"date", "as"}
        else []
    )
    if not fields or not all(isinstance(field, str) for field in fields):
        raise ValueError("a fact is a text, or {date: ..., as: day|month|year}")
    return spoken(parse_date(definition["date"], release), definition["as"])


def facts_used(text: str) -> list[str]:
    """The ids of the facts a text refers to, in order, each once."""
    return list(dict.fromkeys(REFERENCE.findall(text)))


def fill_in(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts written out. A fact that is not there stays as it was written."""
    return REFERENCE.sub(lambda found: facts.get(found[1], found[0]), text)
