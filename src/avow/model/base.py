"""What every value of the model shares."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value: compared by content, refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(StrEnum):
    """What an answer comes down to."""

    YES = "yes"
    PARTIAL = "partial"
    NO = "no"
    NOT_APPLICABLE = "not-applicable"
    NEEDS_INPUT = "needs-input"


class Sharing(StrEnum):
    """Who may see a piece of content, from the widest circle to the narrowest."""

    PUBLIC = "public"
    UNDER_NDA = "under-nda"
    INTERNAL = "internal"

    @property
    def rank(self) -> int:
        """0 for `public`, rising with secrecy; content may go to recipients of at least its rank."""
        return list(Sharing).index(self)

    def may_go_to(self, recipient: "Sharing") -> bool:
        """Whether content of this level may reach a recipient cleared for `recipient`."""
        return self.rank <= recipient.rank


class Scope(Value):
    """Products and regions something holds for; an empty tuple means all of them."""

    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def covers(self, product: str | None, region: str | None) -> bool:
        """Whether a question about `product` and `region` (None: the whole company) lies inside this scope."""
        return _covers(self.products, product) and _covers(self.regions, region)

    def touches(self, product: str | None, region: str | None) -> bool:
        """Whether this scope holds for a part at least of what is asked about (None: all of them)."""
        return (product is None or _covers(self.products, product)) and (
            region is None or _covers(self.regions, region)
        )

    @property
    def is_everything(self) -> bool:
        """Whether the scope is the whole company."""
        return not self.products and not self.regions


def _covers(held: tuple[str, ...], asked: str | None) -> bool:
    if not held:
        return True
    return asked is not None and asked.casefold() in {name.casefold() for name in held}
