"""Papers: what to bring, until when, at which time, and what can be printed."""
