"""What the names of members mean in a list of questions: the words people use for question, answer, choices and so on."""

import re
from functools import lru_cache

from avow.formats.headings import COMMENT, QUESTION, REF, SECTION, roles

ANSWER, CHOICES, TYPE, TEXT, VALUE, GUIDANCE = "answer", "choices", "type", "text", "value", "guidance"

# After its parts are told apart ("answerText", "answer_text"), a name is one of these, or what a column heading of the
# same words would mean.
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (QUESTION, r"(security |control |vendor )?question( text| body| title| wording)?|prompt|query|inquiry|frage|pregunta|"
                   r"requirement( text| statement)?|(control )?(statement|specification)|control text|criterion|anforderung|requisito|exigence"),
        (ANSWER, r"(your |vendor |supplier |provider |company |selected )*(answer|response|reply)( text| value)?|"
                 r"answers|(answer|response)s given|selected( option| value| choice)?|selection|compliant|compliance|implemented|in place|"
                 r"antwort|réponse|respuesta|risposta|antwoord"),
        (COMMENT, r"(your |vendor |supplier |additional |answer |response )*(comment|remark|note)s?( text)?|explanation|justification|"
                  r"rationale|narrative|(answer|response) (details?|explanation|notes?)|additional (info|information|details?)|"
                  r"kommentar|bemerkung|commentaire|comentario"),
        (REF, r"id|ref|reference|no|nr|num|number|key|code|qid|(question|control|requirement|item) ?(id|no|nr|number|ref|key|code)|identifier"),
        (SECTION, r"(sub ?)?(section|category|domain|group|topic|area|family|theme|chapter)( name| title)?"),
        (CHOICES, r"choices?|options?|enum|(allowed|possible|permitted|valid) (values?|answers?|responses?|options?)|"
                  r"(answer|response|select) (options?|choices?|values?)|values"),
        (TYPE, r"(answer |question |response |input |field |data )?(type|kind|format)"),
        (GUIDANCE, r"(implementation |supplemental )?(guidance|instructions?|help( text)?|hint|examples?|tooltip|intro(duction)?|placeholder|rationale text)"),
        (VALUE, r"value|default( value)?"),
        (TEXT, r"text|label|title|description|body|content|name|control|check|item|criteria"),
    )
)  # fmt: skip
_PARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
# Of two names for the question in one object the one that says so outright.
ASKS_OUTRIGHT = re.compile(r".*\b(question|frage|pregunta)\b.*|prompt|query|inquiry")
# Containers named for what they are, not for what they are about.
_PLAIN = re.compile(
    r"(sub )?(questions?|items?|sections?|data|results?|rows?|entries|questionnaires?|controls?|requirements?|children|"
    r"groups?|lists?|body|content|payload|forms?|fields?|pages?|blocks?|survey|records?|values?|elements?|follow ?ups?)"
)


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A member's name as lower-case words: `questionText` -> `question text`."""
    return " ".join(part for part in _PARTS.split(name) if part).casefold()


@lru_cache(maxsize=4096)
def role_of(name: str) -> str:
    """What a member's name says its value is; "" for none of ours."""
    plain = plain_name(name)
    for role, pattern in _NAMES:
        if pattern.fullmatch(plain):
            return role
    found = [role.name for role in roles(plain) if role.strength == 3]
    return found[0] if found and found[0] in (QUESTION, REF, SECTION) else ""


def names_a_topic(name: str) -> bool:
    """Whether a container's name says what its questions are about ("Access control"), not only that it has some."""
    return bool(plain_name(name)) and not _PLAIN.fullmatch(plain_name(name))
