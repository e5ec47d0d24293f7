"""PDFs as customers make them, made by the tests: forms and flat pages with reportlab, odd ones object by object."""

import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
QUESTION = "Is customer data encrypted at rest?"


class Sheet:
    """A PDF drawn from the top: `y` is measured downwards, in points."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        self._out = BytesIO()
        self.canvas = Canvas(self._out, pagesize=size, invariant=1)
        self.height = size[1]

    @property
    def fields(self) -> Any:
        return self.canvas.acroForm

    def text(self, x: float, y: float, text: str, *, bold: bool = False, size: float = 10) -> None:
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        self.canvas.drawString(x, self.height - y, text)

    def lines(
        self, x: float, y: float, lines: Iterable[str], *, leading: float = 13, bold: bool = False
    ) -> float:
        for line in lines:
            self.text(x, y, line, bold=bold)
            y += leading
        return y

    def textfield(self, name: str, x: float, y: float, width: float, height: float, **how: Any) -> None:
        how = {"fontSize": 0, "maxlen": None, **how}
        self.fields.textfield(name=name, x=x, y=self.height - y - height, width=width, height=height, **how)

    def choice(
        self, name: str, x: float, y: float, options: Sequence[str], *, value: str = "", **how: Any
    ) -> None:
        kind = self.fields.listbox if how.pop("listed", False) else self.fields.choice
        how = {"width": 100, "height": 18, **how}
        kind(name=name, x=x, y=self.height - y - how["height"], options=list(options), value=value, **how)

    def radio(self, name: str, x: float, y: float, value: str, *, caption: str | None = None) -> None:
        self.fields.radio(name=name, value=value, x=x, y=self.height - y - 14, size=14, selected=False)
        self.text(x + 18, y + 11, value if caption is None else caption)

    def checkbox(self, name: str, x: float, y: float, *, caption: str = "", **how: Any) -> None:
        self.fields.checkbox(name=name, x=x, y=self.height - y - 14, size=14, **how)
        if caption:
            self.text(x + 18, y + 11, caption)

    def grid(
        self, x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[str]], *, row: float = 24
    ) -> float:
        """A ruled table; the first row is its heading, in white on dark."""
        for number, texts in enumerate(rows):
            left = x
            for width, text in zip(widths, texts, strict=True):
                self.canvas.setFillColor(colors.black if number else colors.white)
                if not number:
                    self.canvas.saveState()
                    self.canvas.setFillColor(colors.HexColor("#1f3b63"))
                    self.canvas.rect(left, self.height - y - row, width, row, fill=1)
                    self.canvas.restoreState()
                    self.canvas.setFillColor(colors.white)
                self.canvas.rect(left, self.height - y - row, width, row)
                for at, part in enumerate(text.split("\n")):
                    self.text(left + 4, y + 12 + 10 * at, part, bold=not number, size=9)
                left += width
            y += row
        self.canvas.setFillColor(colors.black)
        return y

    def page(self) -> None:
        self.canvas.showPage()

    def done(self) -> bytes:
        self.canvas.save()
        return self._out.getvalue()


def usual_form() -> bytes:
    """One of each kind of field, with the labels where people put them."""
    sheet = Sheet()
    sheet.text(50, 40, "Vendor security questionnaire", bold=True, size=16)
    sheet.text(50, 70, "Company name:")
    sheet.textfield("company", 140, 58, 200, 18)
    sheet.text(50, 110, "1. Data protection", bold=True, size=12)
    sheet.text(50, 140, f"1.1  {QUESTION}")
    for number, label in enumerate(("Yes", "No")):
        sheet.radio("rest", 360 + 60 * number, 129, label)
    sheet.text(70, 165, "Comments:")
    sheet.textfield("rest_words", 130, 155, 400, 60, fieldFlags="multiline")
    sheet.text(50, 250, "1.2  Are you certified under PCI DSS?")
    for number, label in enumerate(("Yes", "No", "N/A")):
        sheet.checkbox(f"pci.{label.lower().replace('/', '')}", 360 + 60 * number, 239, caption=label)
    sheet.text(50, 290, "1.3  Is multi-factor authentication enforced for staff?")
    sheet.choice("mfa", 360, 278, ["Select...", "Yes", "No", "Partially"], value="Select...")
    sheet.text(50, 330, "1.4  How mature is your backup process?")
    sheet.choice("backup", 360, 318, ["Low", "Medium", "High"], listed=True, height=50, value="Low")
    sheet.text(50, 400, "2. Operations", bold=True, size=12)
    sheet.text(50, 430, "2.1  Describe how incidents are handled.")
    sheet.textfield("incidents", 50, 440, 480, 80, fieldFlags="multiline")
    sheet.text(50, 560, "Completed by:")
    sheet.textfield("by", 140, 548, 200, 18)
    return sheet.done()


def numbered(questions: Sequence[str], *, first: str = "1.", heading: str = "1. Data protection") -> bytes:
    """A flat page of numbered questions with room to write below each."""
    sheet = Sheet()
    sheet.text(50, 50, heading, bold=True, size=13)
    for number, question in enumerate(questions, start=1):
        sheet.text(50, 50 + 40 * number, f"{first}{number}  {question}")
    return sheet.done()


def flat(lines: Sequence[tuple[float, float, str]]) -> bytes:
    """A flat page with texts at their places."""
    sheet = Sheet()
    for x, y, text in lines:
        sheet.text(x, y, text)
    return sheet.done()


# ── object by object ───────────────────────────────────────────────────────────────────────────


def objects(*parts: str | bytes, trailer: str = "", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = bytearray(head), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += (
            b"%d 0 obj\n" % number
            + (part if isinstance(part, bytes) else part.encode("latin-1"))
            + b"\nendobj\n"
        )
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(parts) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(data: bytes, entries: str = "") -> bytes:
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def page_of(
    content: bytes,
    *,
    catalogue: str = "",
    page: str = "",
    more: Sequence[str | bytes] = (),
    entries: str = "",
    trailer: str = "",
) -> bytes:
    """A PDF of one page with this content; further objects have numbers from 6."""
    return objects(
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> {page} >>",
        stream(content, entries),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *more,
        trailer=trailer,
    )


def shown(*texts: str, x: int = 72, y: int = 700, before: str = "") -> bytes:
    """Page content with a line for each text, from `y` (as PDF counts, upwards) down."""
    lines = "".join(f"({text}) Tj 0 -30 Td " for text in texts)
    return f"{before} BT /F1 12 Tf {x} {y} Td {lines} ET".encode("cp1252")


def one_field(
    field: str,
    *,
    question: str = QUESTION,
    form: str = "",
    catalogue: str = "",
    fields: str = "[6 0 R]",
    y: int = 700,
) -> bytes:
    """A page with one question and one field (object 6) right of it."""
    return page_of(
        shown(question, y=y),
        catalogue=f"/AcroForm << /Fields {fields} /DA (/Helv 0 Tf 0 g) {form} >> {catalogue}",
        page="/Annots [6 0 R]",
        more=[f"<< /Type /Annot /Subtype /Widget /F 4 /P 3 0 R {field} >>"],
    )


def text_field(name: str = "answer", *, rect: str = "[300 640 560 715]", more: str = "/Ff 4096") -> str:
    return f"/FT /Tx /T ({name}) /Rect {rect} {more}"


def with_table_as_stream(data: bytes) -> bytes:
    """The same file with its table of objects as a stream, as newer programs write it (ISO 32000-1, 7.5.8)."""
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    body = data[:start]
    places = [int(line[:10]) for line in data[start:].split(b"\n") if line.endswith(b" n ")]
    rows = (
        b"\0" + bytes(6) + b"".join(b"\1" + place.to_bytes(4, "big") + b"\0\0" for place in [*places, start])
    )
    size = len(places) + 2
    packed = zlib.compress(rows)
    entries = f"/Type /XRef /Size {size} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode"
    return (
        body
        + b"%d 0 obj\n" % (size - 1)
        + stream(packed, entries)
        + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    )
