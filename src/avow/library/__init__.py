"""Content files: YAML to validated values with file and line, checks, approvals and edits."""
