"""Plain text and Markdown: questions somebody pasted, answered below each in the same text."""
