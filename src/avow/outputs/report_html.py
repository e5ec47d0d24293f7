"""The report as one self-contained page, from the workspace's templates."""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avow.errors import ContentError
from avow.outputs.report_page import page_of
from avow.outputs.report_rows import rows_html, text_html

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

TEMPLATE, STYLE, SCRIPT = "report.html.j2", "report.css", "report.js"


def report_html(report: dict[str, Any], templates: Path) -> bytes:
    """The page, UTF-8. `report` is what `report.build_report` gives; `templates` holds the three files.

    Everything in it is escaped, characters nobody would see are spelled out, and the page's own policy
    lets nothing run or load but its one script and style. Raises ContentError where a template is
    missing or broken.
    """
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError
    from markupsafe import Markup

    environment = _environment(templates)
    try:
        style = environment.get_template(STYLE).render()
        script = environment.get_template(SCRIPT).render()
        page = environment.get_template(TEMPLATE).render(
            page=page_of(report),
            rows_html=lambda rows: Markup(rows_html(rows, report.get("names", {}))),  # noqa: S704  # escaped there
            style=Markup(style),  # noqa: S704  # the workspace's own file
            script=Markup(script),  # noqa: S704
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    except TemplateNotFound as error:
        raise ContentError(
            f"{templates / str(error.name)} is missing; `avow init` writes the templates"
        ) from None
    except TemplateSyntaxError as error:
        raise ContentError(f"{templates / (error.name or '')}:{error.lineno}: {error.message}") from None
    except TemplateError as error:
        raise ContentError(f"{templates}: the report's templates do not fit this version: {error}") from None
    # A lone surrogate has no UTF-8; `shown` spells out those of the file, this those of a template.
    return page.encode("utf-8", "backslashreplace")


def _environment(templates: Path) -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = _shown
    return environment


def _shown(text: str) -> "Markup":
    from markupsafe import Markup

    return Markup(text_html(text))  # noqa: S704  # escaped there


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
