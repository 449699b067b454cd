"""Where everything is kept: the tables, the queries on them, and the transactions that run them on SQLite or PostgreSQL."""
