"""A request that Telegram would refuse: its code and its own words."""

from __future__ import annotations


class Refusal(Exception):
    """The error that answers a request.

    `description` is Telegram's own, prefix included ("Bad Request: message text is empty"); `retry_after` is in seconds; `breach` says that
    the bot broke a published rule (a length, a format), not merely met a state (a deleted message, a person who has blocked it).
    """

    def __init__(self, code: int, description: str, *, retry_after: int = 0, breach: bool = False) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.breach = breach


def broken(words: str) -> Refusal:
    """A breach of a published rule, refused as "Bad Request: …"."""
    return Refusal(400, f"Bad Request: {words}", breach=True)


def bad_request(words: str) -> Refusal:
    """A request that is well formed but cannot be done now."""
    return Refusal(400, f"Bad Request: {words}")


def too_many(seconds: int) -> Refusal:
    """The flood wait."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
