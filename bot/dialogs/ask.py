"""A question to people."""
