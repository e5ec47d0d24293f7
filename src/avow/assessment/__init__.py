"""Where controls and requirements stand: status, less what cannot be shown."""
