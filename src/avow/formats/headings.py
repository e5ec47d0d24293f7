"""What column headings mean: the words customers use for question, answer, comment, id and section."""

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_HEADING = 120

QUESTION, ANSWER, COMMENT, REF, SECTION, GUIDANCE = (
    "question",
    "answer",
    "comment",
    "ref",
    "section",
    "guidance",
)


REF_LIKE = re.compile(
    r"[A-Za-z]{0,12}[-. _]?\d+([-._ ]?[\dA-Za-z]{1,5}){0,5}\.?|[A-Z]{2,}([-._][A-Z0-9]+)+(\(\d+\))*"
)


class Role(NamedTuple):
    """What a heading may stand for; `strength` 3 says so outright, 2 probably, 1 perhaps."""

    name: str
    strength: int


def _patterns(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


# Whole headings first, then words inside a heading; English, German, French, Spanish.
_WHOLE: dict[str, re.Pattern[str]] = {
    QUESTION: _patterns(
        r"questions?",
        r"(security |control |assessment |survey |vendor |supplier |due diligence |audit )?questions?( text)?",
        r"(control |security |verification |vendor |supplier |minimum )?requirements?( text)?",
        r"(control|requirement|question|item|criteria) descriptions?",
        r"check ?list|check ?list items?|checks?|controls?|control (specification|statement|text|objective)s?",
        r"inquiry|query|criteri(a|on)|statements?|items?( description)?|topic to (confirm|address)",
        r"fragen?|anforderung(en)?|kontrollfrage|preguntas?|requisitos?|exigences?|domanda|vraag",
        r"what we (need|want) to know|(please )?(confirm|describe|tell us)",
    ),
    ANSWER: _patterns(
        r"(your |vendor |supplier |provider |company |csp |caiq |csp caiq |bidder |respondent |third[- ]party )*"
        r"(answer|response|reply|assessment|self[- ]assessment|selection|choice)s?( required| value)?",
        r"(in place|implemented|compliant|compliance|complian(ce|t) status|valid|met|status|result|fulfil?led)",
        r"yes no( n ?a| na| not applicable| partial(ly)?)*( partial(ly)?)?|y n( n ?a| na)?",
        r"(implementation |control |compliance |response )status",
        r"antwort(en)?|erfüllt|réponses?|conforme|respuestas?|risposta|antwoord|cumple",
    ),
    COMMENT: _patterns(
        r"(your |vendor |supplier |provider |additional |further |explanatory |supporting )*"
        r"(comment|remark|note|explanation|detail|justification|narrative|description of (response|implementation)|"
        r"information|rationale|clarification|evidence)s?( required)?",
        r"(comments?|explanations?|details?|evidence|remarks?|notes?) (and|or|evidence|explanations?|comments?|details?|citation|"
        r"reference|remarks?|notes?)( \w+)?",
        r"(please )?(explain|describe|elaborate|specify)( .{0,40})?|how( is it (met|implemented|done))?",
        r"csp implementation description|implementation (description|details?)|supporting documentation",
        r"kommentare?|bemerkung(en)?|erläuterung(en)?|begründung|commentaires?|remarques?|précisions?",
        r"comentarios?|observaciones|opmerking(en)?|note",
    ),
    REF: _patterns(
        r"#|id|ids|no|nr|num|number|ref|refs|reference|code|key|item (no|nr|number|id)|s ?no|sl ?no|q ?(no|nr|id|number|#)?",
        r"(question|control|requirement|req|item|row|line|ctrl|caiq|section|criteria|task)[ _]?"
        r"(id|ids|no|nr|num|number|ref|reference|code|#)",
        r"nummer|lfd ?nr|numéro|n°|nº|número|identifier|unique (id|identifier)|guid",
    ),
    SECTION: _patterns(
        r"(control |security |main |sub |question |topic )?(section|domain|category|area|topic|family|group|theme|chapter|subject)"
        r"( title| name)?",
        r"(ccm )?control domain( title)?|sub ?(section|category|domain|area)|pillar",
        r"kapitel|bereich|abschnitt|thema|chapitre|domaine|rubrique|sección|área|dominio|categoría",
    ),
    GUIDANCE: _patterns(
        r"(implementation |supplemental |additional )?(guidance|instructions?|help|hint|examples?|tooltip)( text)?",
    ),
}
_INSIDE: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    (QUESTION, 2, re.compile(r"\bquestions?\b|\bverification requirement|\bfrage\b|\bpregunta\b|\bvereiste\b")),
    (QUESTION, 1, re.compile(r"\brequirements?\b|\bdescription\b|\bdefinition\b|\bcontrol\b|\bspecification\b|\bcriteri(a|on)\b|"
                             r"\b(practice|measure|safeguard|expectation)s?\b")),
    (ANSWER, 2, re.compile(r"\b(your|vendor|supplier|provider|csp|bidder)('?s)? (answer|response|reply)\b|\banswer\b|"
                           r"\byes ?no\b|\by n\b|\bantwort\b|\bréponse\b|\brespuesta\b")),
    (ANSWER, 1, re.compile(r"\bresponse\b|\bcomplian(t|ce)\b|\bimplemented\b|\bstatus\b|\bin place\b|\bresult\b")),
    (COMMENT, 2, re.compile(r"\bcomments?\b|\bremarks?\b|\bexplanations?\b|\bjustification\b|\bkommentar|\bcommentaire|\bcomentario")),
    (COMMENT, 1, re.compile(r"\bevidence\b|\bdetails?\b|\bnotes?\b|\bplease (explain|describe|provide)\b|\badditional information\b")),
    (REF, 2, re.compile(r"\b(question|control|requirement|req|item) (id|number|no|nr|ref)\b|\bidentifier\b")),
    (REF, 1, re.compile(r"\bnumber\b|\bid\b")),
    (SECTION, 1, re.compile(r"\b(section|domain|category|area|topic|family|chapter)\b")),
)  # fmt: skip

_NEVER_ANSWER = re.compile(
    r"\b(time|date|estimated|expected|weight|score|points?|owner|responsible|priority|severity|due|deadline|"
    r"reference|mapping|type|internal|reviewer|customer|assessor|auditor|descriptions?|percentage|level|skip)\b"
)
# Columns the customer fills, or filled before.
_THEIRS = re.compile(
    r"\b(reviewers?|assessors?|auditors?|evaluators?|analysts?|internal|customers?|clients?|buyers?|previous|prior|last year|"
    r"office use|follow ?up by|intern|prüfer)\b"
)
_TIDY = re.compile(r"[^\w#°]+", re.UNICODE)


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """A heading for comparison: lower case, words only, single spaces."""
    return _TIDY.sub(" ", text.replace("_", " ").casefold()).strip()


@lru_cache(maxsize=4096)
def roles(text: str) -> tuple[Role, ...]:
    """What a heading may stand for, strongest first; empty for anything that is no heading."""
    if not text or len(text) > LONGEST_HEADING:
        return ()
    plain = tidy(text)
    lead = tidy(re.split(r"[(\[\n:–—]", text, maxsplit=1)[0]) or plain
    found: dict[str, int] = {}
    for role, pattern in _WHOLE.items():
        if pattern.fullmatch(plain):
            found[role] = 3
        elif pattern.fullmatch(lead):
            found[role] = max(found.get(role, 0), 3)
    if not found:
        for role, strength, pattern in _INSIDE:
            if pattern.search(plain):
                found[role] = max(found.get(role, 0), strength)
    if ANSWER in found and found[ANSWER] < 3 and _NEVER_ANSWER.search(plain):
        del found[ANSWER]
    if COMMENT in found and _THEIRS.search(plain):
        del found[COMMENT]
    return tuple(
        sorted((Role(name, strength) for name, strength in found.items()), key=lambda role: -role.strength)
    )


_PLACE_LABEL = re.compile(
    r"\W*(?:(?:your|vendor|supplier|provider|company|bidder|respondent)(?:['\u2019]s)? )?"
    r"(?:answer|response|reply|comments?|explanation|details|antwort|réponse|respuesta)\s*[:：]\W*",
    re.IGNORECASE,
)


def labels_answer(text: str) -> bool:
    """Whether a text stands only before the place for an answer: "Response:"."""
    return len(text) <= 60 and bool(_PLACE_LABEL.fullmatch(text))


def may_be_answer(heading: str) -> bool:
    """Whether a column whose heading names no role could still be for answers ("Priority" could not)."""
    return not _NEVER_ANSWER.search(tidy(heading))


def is_evidence(heading: str) -> bool:
    """Whether a column asks for documents alone, not for words about the answer."""
    plain = tidy(heading)
    about_words = re.search(
        r"comment|explan|remark|note|detail|describ|descr|justif|narrative|rationale", plain
    )
    return bool(re.search(r"evidence|citation|artefact|artifact|document", plain)) and not about_words


_OPTION = re.compile(
    r"y(es)?|no?|n ?a|not applicable|partial(ly)?|partly|in part|planned|fully|not|alternative|does not apply|"
    r"(fully |partially |partly |largely |non |not |in part )?(compliant|conform(ing|s)?|compliance)|noncompliant|"
    r"compl(y|ies)|does not comply|partially complies|yes (partially|in part)|don t know|unknown|"
    r"(fully |partially |partly |largely |not )?(implemented|met|in place|satisfied|supported|achieved)|"
    r"ja|nein|teilweise|entfällt|nicht (zutreffend|anwendbar|relevant|erfüllt)|(teilweise )?erfüllt|"
    r"oui|non|partiel(lement)?|en partie|sans objet|s ?o|non applicable|(partiellement |non )?conforme|"
    r"sí|si|parcial(mente)?|no aplica(ble)?|cumple( parcialmente)?|no cumple"
)


@lru_cache(maxsize=4096)
def option_label(text: str) -> str | None:
    """The label of an option column ("Yes", "N/A", "Partially"), or None for another heading."""
    return text.strip() if len(text) <= 30 and _OPTION.fullmatch(tidy(text)) else None


def options_in_heading(text: str) -> tuple[str, ...]:
    """The choices a heading spells out: `Response (Yes / No / N/A)` -> `Yes`, `No`, `N/A`; else empty."""
    shielded = re.sub(r"\bn\s?/\s?a\b", "N\0A", text, flags=re.IGNORECASE)
    for group in re.findall(r"[\w\0' -]+(?:\s*[/|,;]\s*[\w\0' -]+)+", shielded)[:3]:
        options = [part.strip().replace("\0", "/") for part in re.split(r"[/|,;]", group)]
        if len(options) >= 2 and all(option_label(option) for option in options):
            return tuple(options)
    return ()


_ASKS = re.compile(
    r"^\W*(?:\(?[\dA-Za-z]{1,4}[.)]\s*)*"
    r"(do|does|did|is|are|was|were|has|have|had|can|could|will|would|shall|should|may|who|what|when|where|which|why|how|"
    r"please|describe|explain|list|provide|state|specify|confirm|indicate|detail|outline|identify|verify|ensure|"
    r"if (yes|no|so|not|applicable)|in what|to what|for how|under what|at what|"
    r"the (vendor|supplier|provider|contractor|service provider)|vendor|supplier|provider|contractor|"
    r"wie|was|wer|wo|welche[rsnm]?|wann|warum|gibt|ist|sind|haben|hat|werden|wird|verfügt|verfügen|bitte|"
    r"beschreib(?:en|e|t)|erläuter(?:n|e|t)|erklär(?:en|e|t)|nenne[nt]?|bestätigen|(?:geben|legen|listen|führen|fügen) sie|"
    r"quel|quelle|quels|quelles|comment|est-ce|avez|disposez|existe|décri(?:vez|re)|expliqu(?:ez|er)|indiqu(?:ez|er)|précis(?:ez|er)|"
    r"cómo|qué|cuál|cuándo|dónde|tiene|existe|dispone|describa|explique|indique|detalle|¿)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether a text reads like something one is to answer: a question, an instruction to describe, a requirement."""
    stripped = text.strip()
    words = len(stripped.split(maxsplit=4))
    return (stripped.endswith(("?", "？", "؟")) and words >= 2) or (
        words >= 3 and bool(_ASKS.match(stripped))
    )
