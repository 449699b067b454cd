"""Several children with one entry, and ranked wishes."""
