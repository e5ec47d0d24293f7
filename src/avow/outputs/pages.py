"""Self-contained pages from the workspace's templates: rendered in a sandbox, under a policy by hashes."""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from avow.errors import ContentError
from avow.outputs.report_rows import text_html
from avow.outputs.shown_text import one_line

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup


class PageFiles(NamedTuple):
    """The names of a page's template, its style and, where it has one, its script."""

    page: str
    style: str
    script: str = ""


def rendered(templates: Path, files: PageFiles, **values: Any) -> bytes:
    """The page, UTF-8. `templates` is the folder with the files; `values` is what the template reads.

    The template is also given `style`, `style_hash` and, with a script, `script` and `script_hash` for its
    policy. Everything it shows is escaped; `text|shown`, and in attributes `text|plain`, also spell out
    characters nobody would see. Raises ContentError where a file is missing or broken.
    """
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    environment = _environment(templates)
    try:
        for kind, name in (("style", files.style), ("script", files.script)):
            if name:
                text = environment.get_template(name).render()
                values |= {kind: written_here(text), f"{kind}_hash": _hash(text)}
        page = environment.get_template(files.page).render(values)
    except TemplateNotFound as error:
        raise ContentError(
            f"{templates / str(error.name)} is missing; copy it from a new workspace, which `avow init` writes"
        ) from None
    except TemplateSyntaxError as error:
        raise ContentError(f"{templates / (error.name or '')}:{error.lineno}: {error.message}") from None
    except TemplateError as error:
        raise ContentError(f"{templates}: the page's templates do not fit this version: {error}") from None
    # A lone surrogate has no UTF-8; `shown` spells out those of the content, this those of a template.
    return page.encode("utf-8", "backslashreplace")


def written_here(html: str) -> "Markup":
    """HTML that this package made or the workspace's own file holds, taken as it is."""
    from markupsafe import Markup

    return Markup(html)  # noqa: S704  # every text of others in it is escaped already


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
    environment.filters["shown"] = lambda text: written_here(text_html(text))
    environment.filters["plain"] = one_line
    return environment


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
