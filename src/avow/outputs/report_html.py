"""The report as one self-contained page, from the workspace's templates."""

from pathlib import Path
from typing import Any

from avow.outputs.pages import PageFiles, rendered, written_here
from avow.outputs.report_page import page_of
from avow.outputs.report_rows import rows_html

FILES = PageFiles("report.html.j2", "report.css", "report.js")


def report_html(report: dict[str, Any], templates: Path) -> bytes:
    """The page, UTF-8. `report` is what `report.build_report` gives; `templates` holds the files.

    Everything in it is escaped, characters nobody would see are spelled out, and the page's own policy
    lets nothing run or load but its one script and style. Raises ContentError where a template is
    missing or broken.
    """
    names = report.get("names", {})
    return rendered(
        templates,
        FILES,
        page=page_of(report),
        rows_html=lambda rows: written_here(rows_html(rows, names)),
    )
