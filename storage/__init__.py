"""Where everything is kept: the tables, the queries on them, and the transactions that run them on SQLite or PostgreSQL."""

from storage.migrations import migrate, revision_state

__all__ = ["migrate", "revision_state"]
