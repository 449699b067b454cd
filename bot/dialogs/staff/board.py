"""A selection: times, decisions, the list by number."""
