"""Whether a text follows up the question before it: "If yes, describe", "Please explain"."""

from avow.formats.layout import _BARE_FOLLOW_UP, _FOLLOW_UP


def follows_up(text: str) -> bool:
    """Whether a question can only be answered with the one before it in mind."""
    return bool(_FOLLOW_UP.match(text) or _BARE_FOLLOW_UP.match(text))
