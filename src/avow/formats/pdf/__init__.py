"""PDF questionnaires: forms are filled and stay fillable, flat ones are answered in a response document."""
