"""The option that takes the README's pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

PICTURES = Path(__file__).parent.parent.parent / "docs" / "images"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/e2e --pictures` writes what the browser shows into docs/images."""
    parser.addoption("--pictures", action="store_true", help="write the pictures of the README into docs/images")


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where screenshots go: docs/images if they are wanted, else a folder that is thrown away."""
    folder = PICTURES if request.config.getoption("--pictures", default=False) else tmp_path / "pictures"
    folder.mkdir(exist_ok=True)
    return folder
