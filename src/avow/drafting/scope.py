"""The product and region a question is about: named in its text, or those of the request."""

import re
from functools import lru_cache

from avow.model.base import Scope
from avow.model.content import Content
from avow.model.engagements import Request


class ScopeReader:
    """Knows the products and regions the content speaks of, and finds them in questions."""

    def __init__(self, content: Content, request: Request) -> None:
        scopes = [one.scope for one in content.implementations] + [one.scope for one in content.answers]
        self._request = request
        self._products = _named(scope.products for scope in scopes)
        self._regions = _named(scope.regions for scope in scopes)

    def asked(self, text: str) -> tuple[str | None, str | None]:
        """(product, region) of a question; None means the whole company.

        A name in the question outweighs the request's: a customer of one product may ask about another.
        """
        product = _found(text, self._products) or self._request.product
        region = _found(text, self._regions) or self._request.region
        return product, region

    def several(self, text: str) -> bool:
        """Whether a question names two products or two regions at once."""
        return _count(text, self._products) > 1 or _count(text, self._regions) > 1


def _named(groups: object) -> tuple[str, ...]:
    return tuple(sorted({name for group in groups for name in group}, key=lambda name: (-len(name), name)))  # type: ignore[attr-defined]


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    # Short region codes are matched as written, so that "us" in "tell us" is no region.
    flags = 0 if len(name) <= 3 else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", flags)


def _found(text: str, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if _pattern(name).search(text)), None)


def _count(text: str, names: tuple[str, ...]) -> int:
    return sum(bool(_pattern(name).search(text)) for name in names)


def covers(scope: Scope, product: str | None, region: str | None) -> bool:
    """Whether something with `scope` speaks for a question about `product` and `region`."""
    return scope.covers(product, region)
