"""A first visit, without papers."""
