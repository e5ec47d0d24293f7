"""Readiness as one self-contained page, from the workspace's templates."""

from collections.abc import Sequence
from pathlib import Path

from avow.model.readiness import FrameworkReadiness
from avow.outputs import readiness_picture
from avow.outputs.pages import PageFiles, rendered, written_here
from avow.outputs.readiness_page import page_of

FILES = PageFiles("readiness.html.j2", "readiness.css")


def readiness_html(frameworks: Sequence[FrameworkReadiness], templates: Path) -> bytes:
    """The page, UTF-8, for frameworks of one company in the order given; `templates` holds the files.

    Everything in it is escaped, characters nobody would see are spelled out, and the page's own policy lets
    nothing run and nothing load but its one style. Raises ContentError where a template is missing or broken.
    """
    return rendered(
        templates,
        FILES,
        page=page_of(frameworks),
        square=lambda state, name="": written_here(readiness_picture.square(state, name)),
        bar=lambda counts, name: written_here(readiness_picture.bar(counts, name)),
    )
