"""What the club does: business verbs as functions, and the only door to the storage of the domain."""
