"""What every test may use."""

import pytest

pytest_plugins = ["tests.needs"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let transcripts be rewritten by what is really shown."""
    parser.addoption("--update", action="store_true", help="rewrite the transcripts by what is really shown, for review as prose")
