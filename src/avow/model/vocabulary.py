"""A company's own words, laid over the lexicon that matching reads with."""

from avow.model.base import Value


class OwnWords(Value):
    """What a company and its customers call something: `terms` mean `concept`, as the lexicon names it or newly named.

    `near`: concepts that speak of neighbouring things, which count as half a match.
    """

    concept: str
    terms: tuple[str, ...]
    near: tuple[str, ...] = ()
