"""Lists: who is in a group, as a file, and children entered by the list."""
