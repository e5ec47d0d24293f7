"""People's decisions on drafts: a pure state machine, and the promotion of approved wording to the library."""
