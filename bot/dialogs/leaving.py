"""Transfer, leaving, continuing next year."""
