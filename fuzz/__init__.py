"""Coverage-guided fuzzing of every format: `python -m fuzz xlsx`. See README.md."""
