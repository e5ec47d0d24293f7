"""Every reason code, with its meaning: the one home of these words.

The codes are part of the command line's contract: stable once released.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a row ended as it did, or what a reader should know about it."""

    explanation: str

    def __new__(cls, code: str, explanation: str) -> "Reason":
        """A member is its code; the explanation travels with it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.explanation = explanation
        return member

    # A row was left alone
    HEADER = "header", "a column heading"
    SECTION_HEADING = "section-heading", "the heading of a section"
    INSTRUCTION = "instruction", "an instruction or a note of the customer's"
    NOT_A_QUESTION = (
        "not-a-question",
        "a row outside the questions, such as a title, a total or a contact field",
    )
    NO_QUESTION_COLUMN = "no-question-column", "on a sheet where no questions were found"
    NO_QUESTION_TEXT = "no-question-text", "a row of the table without a question in it"
    SKIPPED_BY_FORM = "skipped-by-form", "the form itself says to skip or that the item was removed"
    ANSWER_EXISTS = "answer-exists", "the answer cell was filled already, and is kept"
    REPEATED_LINE = "repeated-line", "a header or footer that runs through the pages"
    COPY_OF_ANOTHER_ROW = (
        "copy-of-another-row",
        "a formula repeats this question from another sheet; it is answered there",
    )

    CONTINUES_QUESTION = (
        "continues-question",
        "the row is part of a question that runs over several rows, and is read with it",
    )

    # The row wants a person: matching
    NO_MATCH = "no-match", "nothing in the library fits"
    WEAK_MATCH = "weak-match", "the best candidate may or may not fit"
    CLOSE_RUNNER_UP = "close-runner-up", "two answers fit about equally well"
    CONTRAST = "contrast", "the question differs from the answer in a word that matters"
    NUMBER_DIFFERS = "number-differs", "the question names another number or version than the answer"
    FREQUENCY_DIFFERS = "frequency-differs", "the question names another frequency or period than the answer"
    POLARITY_INVERTED = (
        "polarity-inverted",
        "the question asks the other way round, and yes or no alone would mislead",
    )
    POLARITY_UNCLEAR = "polarity-unclear", "a negation leaves open what a yes would mean"
    HALF_UNCOVERED = "half-uncovered", "the question has two parts, and the answer covers only one"
    PARTS_DIFFER = "parts-differ", "the questions in this row have different answers"
    PARENT_UNSETTLED = "parent-unsettled", "a follow-up whose main question is not settled"
    UNREADABLE_LANGUAGE = (
        "unreadable-language",
        "the question is in a language or script the lexicon does not know",
    )

    # The row wants a person: gates
    OVERCLAIM = (
        "overclaim",
        "the answer says yes, but its control is not implemented in the scope asked about",
    )
    CONTROL_STATUS_UNKNOWN = "control-status-unknown", "the control has no implementation status"
    EVIDENCE_EXPIRED = "evidence-expired", "evidence it rests on is no longer valid"
    EVIDENCE_MISSING = "evidence-missing", "evidence the answer cites is not in the register"
    ANSWER_OVERDUE = "answer-overdue", "the answer is past its review-by date"
    NOT_APPROVED = "not-approved", "the answer is not approved"
    APPROVAL_VOID = "approval-void", "the answer, its control or its evidence changed after it was approved"
    SHARING_ABOVE_RECIPIENT = "sharing-above-recipient", "the answer may not be shared with this recipient"
    OUT_OF_SCOPE = "out-of-scope", "the answer holds for another product or region than the one asked about"
    PARENT_CONTRADICTED = (
        "parent-contradicted",
        "a follow-up that contradicts the answer to its main question",
    )
    ANSWERS_CONTRADICT = "answers-contradict", "two library answers to this question contradict each other"
    EARLIER_ROW_CONTRADICTED = (
        "earlier-row-contradicted",
        "the same question has another answer elsewhere in this file, or in a file it was filled with",
    )
    VERDICT_NEEDS_INPUT = "verdict-needs-input", "the library answer itself says a person must decide"
    NO_CHOICE_FITS = "no-choice-fits", "none of the form's choices says what the answer says"
    CHOICE_SAYS_MORE = (
        "choice-says-more",
        "the form's choice says more than yes or no; see that all of it is true",
    )
    TEXT_NOT_WRITABLE = "text-not-writable", "the text cannot be written to a cell whole"
    ONLY_CHOICE_WRITABLE = (
        "only-choice-writable",
        "the form has no room for the words a partial or a not-applicable needs",
    )

    # The row wants a person: the cell
    NO_ANSWER_PLACE = (
        "no-answer-place",
        "the form has no place for this answer; it is in the companion workbook",
    )
    FORMULA_IN_ANSWER = "formula-in-answer", "the answer cell holds a formula, which is never overwritten"
    ANSWER_CELL_LOCKED = "answer-cell-locked", "the answer cell is locked on a protected sheet"
    ANSWER_CELL_SHARED = "answer-cell-shared", "one merged answer cell serves several questions"
    ANSWER_CELL_TICK_BOX = "answer-cell-tick-box", "the answer cell is a box to tick, which is left alone"
    ANSWER_CELL_COVERED = "answer-cell-covered", "the answer cell is covered by a merged range"
    FORMULA_WITHOUT_VALUE = (
        "formula-without-value",
        "the question is a formula with no stored value: open and save the file in a spreadsheet first",
    )
    CELL_ERROR = "cell-error", "the question cell holds a spreadsheet error"
    HIDDEN_CONTENT = "hidden-content", "the row, column or sheet is hidden in the form"
    STRUCK_OUT_TEXT = "struck-out-text", "part of the question is struck out, which may turn its meaning"
    TRACKED_CHANGES = "tracked-changes", "tracked changes are read as they stand once they are accepted"
    SUSPICIOUS_TEXT = (
        "suspicious-text",
        "the text holds invisible, bidirectional, look-alike or control characters, or is nearly invisible",
    )
    TEXT_TOO_LONG = "text-too-long", "the text is longer than its place may hold"
    DUPLICATE_CELL = "duplicate-cell", "the file holds this cell twice"
    ROW_RAGGED = "row-ragged", "the row has another number of fields than the header"
    LAYOUT_UNSURE = "layout-unsure", "columns were assumed, not recognised; check them with `avow inspect`"

    # A gap
    CONTROL_NOT_IMPLEMENTED = "control-not-implemented", "the control is not implemented"
    MARKED_GAP = "marked-gap", "a reviewer marked the row as a gap"

    # A gap of the register
    CONTROL_PARTLY_IMPLEMENTED = "control-partly-implemented", "the control is implemented in part only"
    OWNER_MISSING = "owner-missing", "nobody is named who answers for the control"
    EVIDENCE_NOT_NAMED = "evidence-not-named", "no evidence is named for the control"
    REVIEW_OVERDUE = "review-overdue", "the control was not looked at again in time"
    NO_ANSWER = "no-answer", "customers asked this and nobody could answer"

    # A decision
    DECISION_STALE = "decision-stale", "the reviewer's decision was made on other content than there is now"

    # About the file
    MACROS_PRESENT = "macros-present", "the file carries macros; they are kept and never run"
    ACTIVE_CONTENT = (
        "active-content",
        "the file carries active content such as controls or embedded objects; it is kept and never run",
    )
    EXTERNAL_REFERENCE = (
        "external-reference",
        "the file refers to something outside itself; nothing is fetched",
    )
    SIGNATURE_WILL_BREAK = (
        "signature-will-break",
        "the file is digitally signed; filling it makes the signature invalid",
    )
    SHEET_PROTECTED = "sheet-protected", "the sheet is protected; only unlocked cells are answered"
    ENCODING_GUESSED = "encoding-guessed", "the file does not say its encoding; one was guessed"
    HEADER_AMBIGUOUS = "header-ambiguous", "two columns have the same heading"
    HEADER_MISSING = "header-missing", "no header row was found"
    MERGE_OVERLAP = "merge-overlap", "merged ranges overlap"
    FORMULA_LIKE_TEXT = "formula-like-text", "text in the file would run as a formula in a spreadsheet"
    FORMULAS_RECALCULATE = (
        "formulas-recalculate",
        "the workbook calculates with formulas; Excel recalculates on opening, LibreOffice on Ctrl+Shift+F9",
    )
    ANSWERED_ELSEWHERE = (
        "answered-elsewhere",
        "the file's format cannot be filled in; the answers are in a new file",
    )
    NO_TEXT = "no-text", "pages without any text, such as scans, of which nothing can be read"
    REWRITTEN_AS_JSON = (
        "rewritten-as-json",
        "the questionnaire is in a looser notation than JSON; the filled file is plain JSON, with the same texts",
    )
    OUTLYING_CELLS = "outlying-cells", "cells stand far from all others, where nobody would look"
    UNREAD_TEXT = (
        "unread-text",
        "text beside the questions, such as comments or input messages, which is not read",
    )
    LIMIT_REACHED = "limit-reached", "a stated limit was reached"

    # A file is refused
    FILE_EMPTY = "file-empty", "the file has no content"
    FILE_MISSING = "file-missing", "there is no such file"
    FILE_TOO_LARGE = "file-too-large", "the file is larger than the stated limit"
    FILE_DAMAGED = "file-damaged", "the file is damaged"
    PARSER_FAILED = "parser-failed", "reading the file failed in an unforeseen way, and was stopped"
    FILE_ENCRYPTED = "file-encrypted", "the file is encrypted or in the old binary format"
    FILE_TYPE_MISMATCH = "file-type-mismatch", "the content is not what the extension says"
    FORMAT_UNSUPPORTED = "format-unsupported", "the format is not supported"
    ENCODING_ERROR = "encoding-error", "the text does not decode"
    ZIP_UNSAFE = (
        "zip-unsafe",
        "the package has unsafe members: duplicates, escaping names, or sizes out of bounds",
    )
    XML_UNSAFE = "xml-unsafe", "the package's XML declares a document type or entities"
    NO_QUESTION_FOUND = "no-question-found", "no question was found in the file"
    DUPLICATE_KEY = "duplicate-key", "an object in the file gives the same name twice"
    CSV_UNBALANCED_QUOTE = "csv-unbalanced-quote", "a quoted field is never closed"


# What is odd about the question's own cell or text: a person reads it before anything is written.
OF_THE_QUESTION = frozenset(
    {
        Reason.LAYOUT_UNSURE,
        Reason.HIDDEN_CONTENT,
        Reason.STRUCK_OUT_TEXT,
        Reason.TRACKED_CHANGES,
        Reason.SUSPICIOUS_TEXT,
        Reason.TEXT_TOO_LONG,
        Reason.DUPLICATE_CELL,
        Reason.CELL_ERROR,
        Reason.FORMULA_WITHOUT_VALUE,
    }
)
