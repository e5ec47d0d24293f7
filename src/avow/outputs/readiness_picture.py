"""The picture of a framework: one square a requirement, and its score as a bar, as inline SVG.

A state shows by how much of the shape is inked, so that it reads in print and in grey: a ready requirement is
solid, a partly ready one filled to a half, one not ready an empty frame, and what is not counted a faint dash
or dot. The inked share of the bar is the score. Colour comes from the page's style, on top of that.
"""

from collections.abc import Mapping
from html import escape

from avow.model.readiness import Readiness
from avow.outputs.shown_text import one_line

SIDE = 18  # of a square, in CSS pixels
_FRAME = '<rect class="edge" x="1" y="1" width="16" height="16" rx="1.5"/>'
_SHAPES = {
    Readiness.READY: '<rect class="ink" width="18" height="18" rx="2"/>',
    Readiness.PARTLY: f'{_FRAME}<path class="ink" d="M1 9h16v8H1z"/>',
    Readiness.NOT_READY: '<rect class="edge bold" x="1.5" y="1.5" width="15" height="15" rx="1"/>',
    Readiness.NOT_APPLICABLE: '<path class="edge" d="M4 9h10"/>',
    Readiness.NOT_OWED: '<circle class="ink" cx="9" cy="9" r="2.25"/>',
}
_COUNTED = (Readiness.READY, Readiness.PARTLY, Readiness.NOT_READY)
_EDGE = '<rect class="edge bold" width="100%" height="100%"/>'
_SEGMENTS = {
    Readiness.READY: '<rect class="ink" width="100%" height="100%"/>',
    Readiness.PARTLY: f'{_EDGE}<rect class="ink" y="50%" width="100%" height="50%"/>',
    Readiness.NOT_READY: _EDGE,
}


def square(state: Readiness, name: str = "") -> str:
    """One requirement as a square; `name` is what it says of itself, and without one it is decoration."""
    said = f"<title>{escape(one_line(name))}</title>" if name else ""
    role = 'role="img"' if name else 'aria-hidden="true"'
    return f'<svg class="sq {state.value}" viewBox="0 0 {SIDE} {SIDE}" {role}>{said}{_SHAPES[state]}</svg>'


def bar(counts: Mapping[Readiness, int], name: str) -> str:
    """The requirements that apply, by state, over the whole width; nothing where none applies."""
    whole = sum(counts.get(state, 0) for state in _COUNTED)
    if not whole:
        return ""
    parts, start = [], 0
    for state in _COUNTED:
        count = counts.get(state, 0)
        if count:
            parts.append(
                f'<svg class="{state.value}" x="{_percent(start, whole)}" width="{_percent(count, whole)}" '
                f'height="100%">{_SEGMENTS[state]}</svg>'
            )
        start += count
    return f'<svg class="bar" role="img"><title>{escape(one_line(name))}</title>{"".join(parts)}</svg>'


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
