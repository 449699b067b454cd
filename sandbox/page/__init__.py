"""The page of telephones: a small JSON and event-stream server, and the page's own files."""
