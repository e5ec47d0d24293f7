"""JSON questionnaires: read with the place of every value, filled by splicing values into the same text."""
