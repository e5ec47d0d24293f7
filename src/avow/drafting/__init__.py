"""From a proposal to a response or a gap: the customer's wording, and the gates nothing false gets through."""
