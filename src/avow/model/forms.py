"""Known forms: what is written down of a form that comes again, and a file recognised as one."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from avow.model.base import Value, Verdict

LONGEST_HEADING = 300
MOST_MARKS = 128  # of one profile; those of more questions are a sample of them
# To XFD, the last that a spreadsheet has, or to 9999.
_COLUMN = re.compile(r"column ([A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D]|[1-9]\d{0,3})")
_WORDS = re.compile(r"[^\w#°º]+")
_SLUG = r"^[a-z0-9]+([.-][a-z0-9]+)*$"
_ROLES = ("question", "answer", "comment", "ref", "section")


def plain(text: str) -> str:
    """A text for comparison: lower case, words only, single spaces."""
    written = text.casefold()
    return _WORDS.sub(" ", written.replace("_", " ")).strip() or written.strip()


def question_marks(asked: Iterable[tuple[str, str]]) -> list[str]:
    """A short hash for each question, given as id and text; one asked twice gets another the second time."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for ref, text in asked:
        key = (plain(ref), plain(text))
        seen[key] += 1
        written = "\0".join((*key, str(seen[key])))
        found.append(hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:8])
    return found


def digest_of(marks: Iterable[str]) -> str:
    """One hash over the marks of all questions, in whatever order they are asked."""
    return hashlib.sha256(" ".join(sorted(marks)).encode()).hexdigest()[:16]


def kept_marks(marks: Iterable[str]) -> str:
    """The marks a profile holds: the lowest, which are a fair sample because hashes fall anywhere."""
    return " ".join(sorted(set(marks))[:MOST_MARKS])


def column_said(column: str) -> str | None:
    """`column C` -> `C`, in csv `column 5` -> `5`; None for a heading."""
    found = _COLUMN.fullmatch(column)
    return found[1] if found else None


class IdPattern(Value):
    """What reference ids of one shape mean.

    `pattern`: `#` stands for digits, `@` for letters, anything else for itself: `V#.#.#`. No regular expression, so
    that no pattern can make matching slow.
    """

    pattern: str = Field(min_length=1, max_length=60)
    standard: str = Field(min_length=1, max_length=120)
    version: str = Field(default="", max_length=40)

    @field_validator("pattern")
    @classmethod
    def _is_plain(cls, pattern: str) -> str:
        return _checked_pattern(pattern)

    def fits(self, ref: str) -> bool:
        """Whether an id is of this shape."""
        return _fits(self.pattern, ref)


class SkipRule(Value):
    """Rows that are not to be answered: all that is set must hold. `why` is said to who asks."""

    sheet: str = Field(default="", max_length=120)
    ref: str = Field(default="", max_length=60)
    begins: str = Field(default="", max_length=120)
    why: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _says_which(self) -> "SkipRule":
        if not (self.sheet or self.ref or plain(self.begins)):
            raise ValueError("name a sheet, the shape of an id (`ref`) or how the text begins (`begins`)")
        if self.ref:
            _checked_pattern(self.ref)
        return self

    def holds(self, sheet: str, ref: str, text: str) -> bool:
        """Whether the rule is about a question of this sheet, id and text."""
        return (
            (not self.sheet or plain(self.sheet) == plain(sheet))
            and (not self.ref or _fits(self.ref, ref))
            and (not self.begins or plain(text).startswith(plain(self.begins)))
        )


Heading = Annotated[str, Field(min_length=1, max_length=LONGEST_HEADING)]


class FormSheet(Value):
    """Where questions stand on a sheet: the header row's texts in order, and which of them heads what.

    A column is named by its heading, so that one put in before it does no harm, or, where it has none of its own, as
    `column C` (csv: `column 3`). `sheet` is a sheet's name, or empty for every sheet with these headings. A column left
    empty is detected.
    """

    sheet: str = Field(default="", max_length=120)
    headings: tuple[Heading, ...] = Field(min_length=1, max_length=500)
    question: str
    answer: str = ""
    comment: str = ""
    ref: str = ""
    section: str = ""

    @model_validator(mode="after")
    def _columns_are_there(self) -> "FormSheet":
        known = [plain(heading) for heading in self.headings]
        taken: dict[str, str] = {}
        for role in _ROLES:
            column = getattr(self, role)
            if not column:
                if role == "question":
                    raise ValueError("`question` names no column")
                continue
            said = column_said(column)
            if said is None and plain(column) not in known:
                raise ValueError(f"`{role}`: {column!r} is not one of the headings, nor like `column C`")
            if said is None and known.count(plain(column)) > 1:
                raise ValueError(f"`{role}`: two headings are {column!r}; write it like `column C`")
            other = taken.setdefault(said or plain(column), role)
            if other != role:
                raise ValueError(f"`{role}` and `{other}` name the same column")
        return self

    @cached_property
    def heading_set(self) -> frozenset[str]:
        """The headings for comparison."""
        return frozenset(plain(heading) for heading in self.headings)

    def columns(self) -> dict[str, str]:
        """What is named: role -> heading or `column C`."""
        return {role: column for role in _ROLES if (column := getattr(self, role))}


class FormProfile(Value):
    """One version of a form that comes again: how it is known, and how it is read.

    `questions`, `digest` and `marks` are the fingerprint over ids and texts of its questions (`question_marks`): how many,
    a hash over all, and short hashes of them, the lowest `MOST_MARKS`. Where there is no fingerprint, the form is known by
    its headings alone, because its questions differ each time. `defaults` are texts that stand in an answer cell before
    anybody has answered; `choices` is what its choices mean where words alone mislead.
    """

    id: str = Field(pattern=_SLUG, max_length=80)
    version: str = Field(pattern=r"^[A-Za-z0-9]+([ ._+-][A-Za-z0-9]+)*$", max_length=40)
    title: str = Field(min_length=1, max_length=200)
    publisher: str = Field(default="", max_length=200)
    url: str = Field(default="", max_length=300)
    notice: str = Field(default="", max_length=600)
    notes: str = Field(default="", max_length=600)
    sheets: tuple[FormSheet, ...] = Field(default=(), max_length=200)
    ids: tuple[IdPattern, ...] = Field(default=(), max_length=50)
    skip: tuple[SkipRule, ...] = Field(default=(), max_length=100)
    defaults: tuple[str, ...] = Field(default=(), max_length=50)
    choices: dict[str, Verdict] = Field(default_factory=dict, max_length=100)
    questions: int = Field(default=0, ge=0, le=1_000_000)
    digest: str = Field(default="", pattern=r"^([0-9a-f]{16})?$")
    marks: str = Field(default="", pattern=r"^([0-9a-f]{8}( [0-9a-f]{8})*)?$", max_length=9 * MOST_MARKS)

    @model_validator(mode="after")
    def _can_be_known(self) -> "FormProfile":
        marks = self.mark_set
        if self.questions and len(marks) != min(self.questions, MOST_MARKS):
            raise ValueError(
                f"`marks`: {min(self.questions, MOST_MARKS)} different ones belong to {self.questions} questions"
            )
        if bool(self.questions) != bool(self.digest) or bool(self.questions) != bool(marks):
            raise ValueError("`questions`, `digest` and `marks` belong together; give all of them, or none")
        if not self.questions and max((len(one.headings) for one in self.sheets), default=0) < 4:
            raise ValueError("without a fingerprint, a sheet with four headings or more is needed")
        return self

    @property
    def name(self) -> str:
        """Form and version in one word, such as `openchain-license-compliance-1.2`."""
        return form_name(self.id, self.version)

    @property
    def mark_set(self) -> frozenset[str]:
        """`marks`, one by one."""
        return frozenset(self.marks.split())


class RecognisedForm(Value):
    """The known form that a file is.

    `match`: `exact` (every question the same), `like` (questions were added, removed or changed since), or `headings`
    (a form whose questions differ each time). `likeness` is the share of questions that both have among those that
    either has, 0 to 1, where the profile holds marks of a part only an estimate. `ids` says what its ids mean.
    """

    id: str
    title: str
    version: str
    match: Literal["exact", "like", "headings"]
    likeness: float
    ids: tuple[IdPattern, ...] = ()
    notes: str = ""

    @property
    def name(self) -> str:
        """Form and version in one word; see `FormProfile.name`."""
        return form_name(self.id, self.version)

    def in_words(self) -> str:
        """For people: the title with its version, and how alike."""
        if self.match == "like":
            share = int(100 * self.likeness)  # 100 would be the very version
            return f"{self.title}, like version {self.version} ({share} % of the questions are the same)"
        return f"{self.title}, version {self.version}"

    def meaning_of(self, ref: str) -> IdPattern | None:
        """Which standard's id a reference id is; None where nothing is known of its shape."""
        return next((one for one in self.ids if one.fits(ref)), None)


def form_name(identifier: str, version: str) -> str:
    """One word for a form in a version."""
    return f"{identifier}-{version}".casefold().replace(" ", "-")


def shape_of(ref: str) -> str:
    """An id with digits as `#` and letters as `@`: `AC-2(1)` -> `@-#(#)`."""
    return re.sub(r"[^\W\d_]+", "@", re.sub(r"\d+", "#", ref.strip()))


def _checked_pattern(pattern: str) -> str:
    if re.search(r"#[#\d]|@[@A-Za-z]", pattern):
        raise ValueError(f"{pattern!r}: nothing that `#` or `@` stands for itself may follow it")
    return pattern


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Possessive: never a second try, so an id of any length takes one pass.
    parts = {"#": r"\d++", "@": r"[^\W\d_]++"}
    return re.compile("".join(parts.get(char) or re.escape(char) for char in pattern), re.IGNORECASE)


def _fits(pattern: str, ref: str) -> bool:
    return bool(_compiled(pattern).fullmatch(ref.strip()))
