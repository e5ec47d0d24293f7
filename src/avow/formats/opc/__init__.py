"""What Word and Excel files share: the zip package, its relationships, its XML parts, edits in their bytes."""
