"""The work store: engagements, rows, writes, decisions, commitments and remembered layouts in a database."""
