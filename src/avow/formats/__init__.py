"""Reading customers' files and filling them: detection, layout, and one package a format."""
